//===- SplitStrategy.h - Threads that share a reduction ---------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_SPLITSTRATEGY_H
#define DLC_CODEGEN_LOOPS_SPLITSTRATEGY_H

#include "codegen/loops/strategy/Plan.h"

namespace dlc::loops {

/// Long reductions of few points: one row times a matrix, means, the maxima and
/// sums of a softmax. The threads of a block share each of them.
Strategy splitStrategy();

} // namespace dlc::loops

#endif
