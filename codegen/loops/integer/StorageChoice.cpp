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

const IntegerPlan *best(llvm::ArrayRef<IntegerPlan> plans, Storage storage) {
  const IntegerPlan *fewest = llvm::min_element(plans, isBetter);
  if (storage != Storage::Small)
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
  form.bytes = plan.constantBytes / plan.callers;
  form.denseBytes = dense.constantBytes / dense.callers;
  form.instructions = static_cast<int64_t>(plan.instructionsInAll);
  form.denseInstructions = static_cast<int64_t>(dense.instructionsInAll);
  return form;
}
} // namespace

std::optional<IntegerPlan> chooseStorage(llvm::ArrayRef<IntegerPlan> plans,
                                         Storage storage) {
  if (plans.empty())
    return std::nullopt;
  IntegerPlan chosen = *best(plans, storage);
  chosen.fewestInstructions =
      llvm::min_element(plans, isBetter)->instructionsInAll;
  const auto *dense = llvm::find_if(
      plans, [](const IntegerPlan &plan) { return !followsValues(plan.form); });
  if (followsValues(chosen.form) && dense != plans.end())
    chosen.storedForm = formOf(chosen, *dense);
  return chosen;
}

} // namespace dlc::loops
