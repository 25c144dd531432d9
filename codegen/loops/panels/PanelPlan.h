//===- PanelPlan.h - A nest in panels of decoded weights --------*- C++ -*-===//
//
// Under a budget of flash the weights of a nest may be codes (VectorPanels.h).
// The features are cut into panels: the weights of one are decoded into scratch
// memory, and the nest of its features alone is computed by the strategy that
// computes all of it otherwise.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_PANELS_PANELPLAN_H
#define DLC_CODEGEN_LOOPS_PANELS_PANELPLAN_H

#include "codegen/loops/panels/VectorPanels.h"
#include "codegen/loops/strategy/Plan.h"
#include "dialects/kernel/KernelOps.h"

namespace dlc::loops {

/// How a strategy computes a nest, and what it has the weights stored as.
struct PanelOption {
  std::unique_ptr<Plan> plan;
  /// For each panel, and the arguments that go into it beside the weights.
  std::vector<std::shared_ptr<const WeightEncoding>> weights;
  llvm::SmallVector<mlir::BlockArgument> beside;
  /// What lies between weights in one constant.
  std::optional<PanelNumbers> numbers = std::nullopt;
};

/// Plans the nest of one panel of so many, as emitted with those of the first
/// one; what is chosen holds for all of them. Nullopt where it cannot.
using PlanPanel =
    llvm::function_ref<std::optional<PanelOption>(Nest &panel, int64_t panels)>;

/// The cheapest of a strategy's plan of a nest and, where flash has a budget,
/// the same in panels of codes: by instructions, and bytes at their price. Null
/// where there is no plan. `set`: of kernels that decode.
std::unique_ptr<Plan> planPanels(const Problem &problem,
                                 kernel::InstructionSet set,
                                 PlanPanel planPanel);

} // namespace dlc::loops

#endif
