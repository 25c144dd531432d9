//===- Runs.h - Reduction dimensions that lie side by side ------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_RUNS_H
#define DLC_CODEGEN_LOOPS_RUNS_H

#include "codegen/loops/nest/Nest.h"

namespace dlc::loops {

/// Reduction dimensions that an operand is walked along as one, in full but for
/// padding at the ends of the outermost.
struct Run {
  int64_t size = 1, stride = 0; // elements, in the operand
  int64_t unit = 1;             // elements for a step of the outermost
  int64_t inSum = 1;            // elements of the sum for one of the run
  llvm::SmallVector<const Guard *, 1> guards;
};

/// Runs of elements that lie side by side in the operand and in the sum over
/// these dimensions, outermost first.
llvm::SmallVector<Run> runsOf(const Nest &nest, const Access &operand,
                              llvm::ArrayRef<unsigned> reduction);

} // namespace dlc::loops

#endif
