//===- Placement.h - Where the values of @main lie --------------*- C++ -*-===//
//
// An analysis: which storages there are, which value lies in which part of
// which, what has to be copied, and which results replace a dying operand.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_MEMORY_PLACEMENT_H
#define DLC_CODEGEN_MEMORY_PLACEMENT_H

#include "codegen/memory/place/Place.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/MapVector.h"

namespace dlc::memory {

struct Storage {
  enum Kind { Buffer, Input, Output, Constant } kind = Buffer;
  mlir::RankedTensorType type;
  /// What made it necessary, for its name.
  mlir::Operation *origin = nullptr;
  /// Position among the inputs or outputs.
  unsigned index = 0;
  mlir::ElementsAttr constant;
};

/// Elements of `source` to be written to `target`, another shape of as many
/// elements.
struct PlacedCopy {
  Place source, target;
};

class Placement {
public:
  /// Fails, with a diagnostic, on an op that has no place in @main. Of results
  /// that could replace a part of a dying buffer those do that make fewer bytes
  /// live at once: all or none.
  static mlir::FailureOr<Placement> compute(mlir::func::FuncOp main);

  llvm::ArrayRef<Storage> storages() const { return all; }
  Place placeOf(mlir::Value value) const;
  /// Copies to be done where `op` stands.
  llvm::ArrayRef<PlacedCopy> copiesAt(mlir::Operation *op) const;
  /// The operand that the call's result is written over.
  std::optional<unsigned> inplaceOperand(mlir::Operation *call) const;

private:
  explicit Placement(bool inParts) : inParts(inParts) {}
  mlir::LogicalResult check(mlir::func::FuncOp main);
  unsigned addStorage(Storage storage);
  Place newBuffer(mlir::Value value);
  void assignTargets(mlir::func::FuncOp main);
  bool assignTarget(mlir::Value value, const Place &place);
  void findLastReads(mlir::func::FuncOp main);
  void assignPlaces(mlir::func::FuncOp main);
  void setPlace(mlir::Value value, Place place);
  void placeView(mlir::Operation *op);
  void placeResults(mlir::func::CallOp call, unsigned position);
  std::optional<unsigned> findInplace(mlir::func::CallOp call,
                                      unsigned position) const;
  int64_t peakBytes(mlir::func::FuncOp main) const;

  /// Whether a result may replace a part of a buffer too.
  bool inParts = false;
  std::vector<Storage> all;
  /// The values that lie in each storage.
  std::vector<llvm::SmallVector<mlir::Value, 1>> contents;
  /// The position of the last op that reads a value or a view of it.
  llvm::DenseMap<mlir::Value, unsigned> lastReads;
  /// Places that readers ask for, before producers are placed.
  llvm::DenseMap<mlir::Value, Place> targets;
  llvm::DenseMap<mlir::Value, Place> places;
  llvm::DenseMap<mlir::Operation *, llvm::SmallVector<PlacedCopy, 1>> copies;
  llvm::DenseMap<mlir::Operation *, unsigned> inplace;
};

} // namespace dlc::memory

#endif
