//===- WindowStrategy.h - Sums of bytes on windows as a strategy -*- C++
//-*-===//

#ifndef DLC_CODEGEN_LOOPS_WINDOWSTRATEGY_H
#define DLC_CODEGEN_LOOPS_WINDOWSTRATEGY_H

#include "codegen/loops/strategy/Plan.h"

namespace dlc::loops {

/// Convolutions and products, and depthwise convolutions.
Strategy windowStrategy();
Strategy filterStrategy();

} // namespace dlc::loops

#endif
