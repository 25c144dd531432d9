//===- LoopBuilder.h - A loop of what was built for one step ----*- C++ -*-===//

#ifndef DLC_COMPILER_IMPORT_LOOPBUILDER_H
#define DLC_COMPILER_IMPORT_LOOPBUILDER_H

#include "compiler/import/Build.h"
#include "dialects/nn/loops/NnLoopOps.h"

namespace dlc::import {

/// While it lives, ops are built where they always are, for one step; `finish`
/// moves those that depend on the step into the body of an nn.loop. If it is
/// not called, what was built is dead code.
class LoopBuilder {
public:
  /// A sequence, of `steps` elements along dimension 0, or what is collected,
  /// and whether that goes from the last element to the first.
  struct Sequence {
    mlir::Value value;
    bool backwards = false;
  };

  LoopBuilder(Build &build, int64_t steps, llvm::ArrayRef<Sequence> sequences,
              llvm::ArrayRef<mlir::Value> initial);

  /// This step's element of sequence `i`, and carried value `i`.
  mlir::Value element(unsigned i) const { return inputs[i]; }
  mlir::Value carried(unsigned i) const { return inputs[sequences.size() + i]; }

  /// `next` are the carried values of the next step and `elements` what is
  /// collected. Gives the loop's results: the last carried values, then all
  /// elements of each.
  llvm::SmallVector<mlir::Value> finish(llvm::ArrayRef<mlir::Value> next,
                                        llvm::ArrayRef<Sequence> elements);

private:
  llvm::SetVector<mlir::Operation *> dependentOps() const;
  nn::LoopOp createLoop(llvm::ArrayRef<mlir::Value> shared,
                        llvm::ArrayRef<Sequence> elements);

  Build &build;
  int64_t steps;
  llvm::SmallVector<Sequence> sequences;
  llvm::SmallVector<mlir::Value> initial;
  /// What stands for the body's arguments until there is a body.
  llvm::SmallVector<mlir::Value> inputs;
};

} // namespace dlc::import

#endif
