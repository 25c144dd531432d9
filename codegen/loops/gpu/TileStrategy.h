//===- TileStrategy.h - Tiles in shared memory as a strategy ----*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_GPUTILESTRATEGY_H
#define DLC_CODEGEN_LOOPS_GPUTILESTRATEGY_H

#include "codegen/loops/strategy/Plan.h"

namespace dlc::loops {

/// Products of matrices and convolutions of float32, operands shared by the
/// threads of a block.
Strategy gpuTileStrategy();

} // namespace dlc::loops

#endif
