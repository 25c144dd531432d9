//===- PointStrategy.h - A thread for each point ----------------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_POINTSTRATEGY_H
#define DLC_CODEGEN_LOOPS_POINTSTRATEGY_H

#include "codegen/loops/strategy/Plan.h"

namespace dlc::loops {

/// Any nest: a thread computes a point of the parallel dimensions, or a few
/// side by side, and reduces in loops of its own.
Strategy pointStrategy();

} // namespace dlc::loops

#endif
