//===- StageProgram.h - Loops, accesses and indices of a stage --*- C++ -*-===//

#ifndef DLC_CODEGEN_MEMORY_STAGEPROGRAM_H
#define DLC_CODEGEN_MEMORY_STAGEPROGRAM_H

#include "codegen/memory/proof/StageAccess.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"
#include <vector>

namespace dlc::memory {

/// What is left of a stage: its loops, branches, accesses to one operand and
/// one result, and indices, with a number for each value.
class StageProgram {
public:
  enum Owner { Operand, Result };
  enum Kind { Compute, Loop, Branch, Access };

  struct OwnedAccess {
    StageAccess access;
    Owner owner;
    int64_t extent;                     // bytes of the owner
    llvm::SmallVector<int64_t> strides; // of the memref in bytes
    int64_t offset;
  };
  struct Node {
    Kind kind;
    mlir::Operation *op;
    llvm::SmallVector<unsigned, 3> in;
    unsigned out = 0;
    llvm::SmallVector<OwnedAccess, 1> accesses;
    std::vector<Node> body, otherwise;
    bool reads = false, writes = false, anyOrder = false;

    bool isMixed() const { return reads && writes; }
  };

  StageProgram(mlir::func::FuncOp stage, unsigned operand, unsigned result);

  /// Whether every use of the two arguments is understood; else there are no
  /// nodes.
  bool isKnown() const { return known; }
  /// Whether it has loops that may go backwards.
  bool isReversible() const { return reversible; }
  /// How many loops that read and write lie within each other at most.
  unsigned mixedLoops() const { return mixed; }
  llvm::ArrayRef<Node> nodes() const { return program; }
  /// The number of a value that indices need.
  std::optional<unsigned> slotOf(mlir::Value value) const;
  unsigned slotCount() const { return slots.size(); }

  static mlir::vector::CreateMaskOp maskOf(const StageAccess &access);

private:
  bool collect(mlir::Value argument, Owner owner);
  bool follow(mlir::Operation *user, mlir::Value value,
              llvm::SmallVector<mlir::Value> &found);
  void keepWhatIndicesNeed();
  void keep(mlir::Value value);
  unsigned addSlot(mlir::Value value);
  std::vector<Node> compile(mlir::Block &block);
  Node compile(mlir::Operation &op);
  void addAccesses(Node &node, llvm::ArrayRef<StageAccess> accesses);

  bool known = false, reversible = false;
  unsigned mixed = 0;
  mlir::Block *body = nullptr;
  llvm::SetVector<mlir::Operation *> needed;
  llvm::DenseMap<mlir::Value, Owner> owners; // of memrefs and of addresses
  int64_t extents[2] = {0, 0};
  llvm::DenseMap<mlir::Value, unsigned> slots;
  std::vector<Node> program;
  unsigned loopDepth = 0;
};

} // namespace dlc::memory

#endif
