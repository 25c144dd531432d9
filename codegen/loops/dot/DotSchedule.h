//===- DotSchedule.h - How large tiles of sums in lanes are -----*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_DOTSCHEDULE_H
#define DLC_CODEGEN_LOOPS_DOTSCHEDULE_H

#include "codegen/loops/dot/DotPlan.h"

namespace dlc::loops {

/// Features cut into blocks of so many vectors of `lanes` lanes and one of what
/// is left, whose last vector may begin within the one before it, or have lanes
/// that do not exist: two or more do. `masked`: stores of some lanes are
/// instructions.
llvm::SmallVector<VectorBlock, 2> cutFeatures(int64_t features, int64_t lanes,
                                              int64_t vectors, bool masked);

/// Chooses blocks of features and positions of a plan that has all else, and
/// says what it costs.
void chooseDotTile(const Nest &nest, const AvailableForm &available,
                   const Machine &machine, DotPlan &plan);
/// The same for a depthwise convolution.
void chooseDepthwiseTile(const Nest &nest, const AvailableForm &available,
                         const Machine &machine, DotPlan &plan);

} // namespace dlc::loops

#endif
