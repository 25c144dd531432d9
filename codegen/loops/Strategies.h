//===- Strategies.h - The ways to compute a nest ----------------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_STRATEGIES_H
#define DLC_CODEGEN_LOOPS_STRATEGIES_H

#include "codegen/loops/strategy/Plan.h"

namespace dlc::loops {

/// All strategies. Of plans that cost the same the first one is taken: those
/// come first that read less for each step.
llvm::ArrayRef<Strategy> strategies();
/// Those for a GPU, whose plans are launches.
llvm::ArrayRef<Strategy> gpuStrategies();

/// The cheapest plan; there always is one. `name`, if given, becomes that of
/// its strategy.
std::unique_ptr<Plan> choosePlan(const Problem &problem,
                                 llvm::StringRef *name = nullptr);

} // namespace dlc::loops

#endif
