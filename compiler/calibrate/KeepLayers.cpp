//===- KeepLayers.cpp - Which layers 8 bits harm --------------------------===//

#include "compiler/calibrate/KeepLayers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace dlc::import;

namespace dlc::calibrate {

llvm::Expected<std::vector<Sensitivity>> sensitivities(const Subject &subject,
                                                       RangeMethod method) {
  auto decibels = [&](const std::set<size_t> &kept) {
    QuantisationPlan plan = subject.scalesBy(method, kept);
    roundToNearest(subject, plan);
    return subject.decibels(plan);
  };
  llvm::Expected<double> without = decibels({});
  if (!without)
    return without.takeError();
  std::vector<Sensitivity> result;
  for (auto [i, layer] : llvm::enumerate(subject.layers)) {
    if (layer.kind != LayerKind::Products)
      continue;
    llvm::Expected<double> with = decibels({i});
    if (!with)
      return with.takeError();
    result.push_back({i, *with - *without});
  }
  llvm::sort(result, [](const Sensitivity &a, const Sensitivity &b) {
    return std::tie(b.gain, a.layer) < std::tie(a.gain, b.layer);
  });
  return result;
}

llvm::Expected<QuantisationPlan>
keepLayers(const Subject &subject, llvm::ArrayRef<Sensitivity> order,
           llvm::function_ref<
               llvm::Expected<QuantisationPlan>(const std::set<size_t> &)>
               makePlan,
           size_t &kept) {
  double drop = 0;
  for (kept = 1;; kept += std::max<size_t>(1, kept / 2)) {
    kept = std::min(kept, order.size());
    std::set<size_t> layers;
    for (const Sensitivity &one : order.take_front(kept))
      layers.insert(one.layer);
    llvm::Expected<QuantisationPlan> plan = makePlan(layers);
    if (!plan)
      return plan;
    auto found = subject.compare(insertQdq(subject.graph, *plan), {});
    if (!found)
      return found.takeError();
    drop = found->drop(subject.data);
    if (drop <= *subject.options.maxDrop)
      return plan;
    if (kept == order.size())
      return llvm::createStringError(llvm::formatv(
          "--max-drop={0} cannot be kept: with every layer of products kept, "
          "{1:F2} points are still lost; allow more, or quantise by more "
          "samples",
          *subject.options.maxDrop, drop));
  }
}

} // namespace dlc::calibrate
