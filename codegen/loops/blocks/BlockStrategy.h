//===- BlockStrategy.h - Register blocks as a strategy ----------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_BLOCKSTRATEGY_H
#define DLC_CODEGEN_LOOPS_BLOCKSTRATEGY_H

#include "codegen/loops/strategy/Plan.h"

namespace dlc::loops {

/// What any nest can be computed by.
Strategy blockStrategy();

} // namespace dlc::loops

#endif
