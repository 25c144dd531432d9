//===- Liveness.h - When the arena's buffers are alive ----------*- C++ -*-===//

#ifndef DLC_CODEGEN_MEMORY_LIVENESS_H
#define DLC_CODEGEN_MEMORY_LIVENESS_H

#include "codegen/memory/plan/ArenaPlanner.h"
#include "dialects/arena/ArenaOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace llvm {
class raw_ostream;
} // namespace llvm

namespace dlc::memory {

/// A call at which one buffer is used for the last time, as the stage's
/// argument `operand`, and another for the first time, as its `result`.
struct Meeting {
  mlir::func::CallOp call;
  unsigned operand, result;
  /// Indices into ArenaLiveness::buffers().
  unsigned dying, born;
  /// How far behind the beginnings of their buffers the two arguments begin.
  int64_t operandOffset, resultOffset;
};

/// An analysis of a function that calls stages. Its steps are its calls; a
/// buffer is alive from the first to the last call that uses it or a view of
/// it.
class ArenaLiveness {
public:
  /// Of the buffers in the arena, or in another space.
  explicit ArenaLiveness(mlir::func::FuncOp main, bool onDevice = false);

  llvm::ArrayRef<mlir::func::CallOp> steps() const { return calls; }
  /// In the order of the ops in the function.
  llvm::ArrayRef<arena::BufferOp> buffers() const { return bufferOps; }
  /// Of buffers() in their order, for the planner; banks of what may lie in one
  /// alone count from 0. Which of them may overlap is
  /// what `arena.overlap` says on the stages' operands.
  llvm::ArrayRef<LiveBuffer> ranges() const { return liveBuffers; }
  /// Of calls that make one result. What is scratch memory meets nothing.
  llvm::ArrayRef<Meeting> meetings() const { return allMeetings; }

  /// One line a buffer, one line a step.
  void print(llvm::raw_ostream &os) const;

private:
  void findMeetings(mlir::func::FuncOp main);
  void allowOverlaps(mlir::func::FuncOp main);

  std::vector<mlir::func::CallOp> calls;
  std::vector<arena::BufferOp> bufferOps;
  std::vector<LiveBuffer> liveBuffers;
  std::vector<Meeting> allMeetings;
};

/// @main, whose calls are the steps; null, after a diagnostic, in a module that
/// has none or only its declaration.
mlir::func::FuncOp findMain(mlir::ModuleOp module);

/// The name of a call's stage as the model's author knows it: of the node it
/// comes from, else of the function.
std::string stepName(mlir::func::CallOp call);

} // namespace dlc::memory

#endif
