//===- StorageChoice.cpp - Which form of weights is taken -----------------===//

#include "codegen/loops/integer/StorageChoice.h"

namespace dlc::loops {

namespace {
/// Times the fewest instructions, if bytes are to be few.
constexpr double kMoreInstructions = 1.25;

bool isBetter(const IntegerPlan &a, const IntegerPlan &b) {
  return std::pair(a.instructionsInAll, a.constantBytes) <
         std::pair(b.instructionsInAll, b.constantBytes);
}

/// Instructions of an inference, which calls the stage once for each caller,
/// and bytes at their price.
double costOf(const IntegerPlan &plan, double bytePrice) {
  int64_t bytes = plan.constantBytes + plan.kernelBytes;
  return plan.instructionsInAll * static_cast<double>(plan.callers) +
         static_cast<double>(bytes) * bytePrice;
}

const IntegerPlan *best(llvm::ArrayRef<IntegerPlan> plans,
                        const Machine &machine) {
  if (double price = machine.bytePrice; price > 0)
    return llvm::min_element(plans,
                             [&](const IntegerPlan &a, const IntegerPlan &b) {
                               return costOf(a, price) < costOf(b, price);
                             });
  const IntegerPlan *fewest = llvm::min_element(plans, isBetter);
  if (machine.storage != Storage::Small)
    return fewest;
  double most = fewest->instructionsInAll * kMoreInstructions;
  const IntegerPlan *smallest = fewest;
  for (const IntegerPlan &plan : plans)
    if (plan.instructionsInAll <= most &&
        plan.constantBytes + plan.kernelBytes < smallest->constantBytes)
      smallest = &plan;
  return smallest;
}

StoredForm formOf(const IntegerPlan &plan, const IntegerPlan &dense) {
  StoredForm form;
  form.name = nameOf(plan.form);
  form.weights = plan.sums.features * plan.sums.order.depth();
  form.nonzeros = plan.nonzeros;
  form.bytes = plan.constantBytes / plan.callers;
  form.denseBytes = dense.constantBytes / dense.callers;
  form.instructions = static_cast<int64_t>(plan.instructionsInAll);
  form.denseInstructions = static_cast<int64_t>(dense.instructionsInAll);
  return form;
}
} // namespace

std::optional<IntegerPlan> chooseStorage(llvm::ArrayRef<IntegerPlan> plans,
                                         const Machine &machine) {
  if (plans.empty())
    return std::nullopt;
  IntegerPlan chosen = *best(plans, machine);
  chosen.fewestInstructions =
      llvm::min_element(plans, isBetter)->instructionsInAll;
  const auto *dense = llvm::find_if(
      plans, [](const IntegerPlan &plan) { return !followsValues(plan.form); });
  chosen.storedForm = formOf(chosen, dense != plans.end() ? *dense : chosen);
  chosen.storedForm->forms = static_cast<int64_t>(plans.size());
  return chosen;
}

} // namespace dlc::loops
