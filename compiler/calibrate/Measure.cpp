//===- Measure.cpp - Two networks side by side ----------------------------===//

#include "compiler/calibrate/Measure.h"
#include "llvm/ADT/STLExtras.h"

namespace dlc::calibrate {

static int64_t largest(llvm::ArrayRef<float> scores) {
  return std::max_element(scores.begin(), scores.end()) - scores.begin();
}

double Comparison::drop(const Data &data) const {
  auto all = static_cast<double>(data.samples.size());
  auto lost = data.labels.empty() ? all - static_cast<double>(same)
                                  : static_cast<double>(rightOfFloat) -
                                        static_cast<double>(right);
  return 100 * lost / all;
}

Comparison
compareNetworks(Watched &reference, Watched &quantised, const Data &data,
                llvm::ArrayRef<std::string> names,
                llvm::function_ref<std::string(const std::string &)> nameIn,
                const std::string &classes) {
  Comparison result;
  for (auto [i, sample] : llvm::enumerate(data.samples)) {
    reference.run(sample);
    quantised.run(sample);
    for (const std::string &name : names)
      result.tensors[name].add(reference.values(name),
                               quantised.values(nameIn(name)));
    int64_t before = largest(reference.values(classes)),
            after = largest(quantised.values(classes));
    result.same += before == after;
    if (data.labels.empty())
      continue;
    result.rightOfFloat += before == data.labels[i];
    result.right += after == data.labels[i];
    result.lost += before == data.labels[i] && after != data.labels[i];
  }
  return result;
}

} // namespace dlc::calibrate
