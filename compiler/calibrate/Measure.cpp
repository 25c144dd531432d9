//===- Measure.cpp - Two networks side by side ----------------------------===//

#include "compiler/calibrate/Measure.h"
#include "llvm/ADT/STLExtras.h"

namespace dlc::calibrate {

static bool isRight(llvm::ArrayRef<float> scores, int64_t label) {
  auto largest = std::max_element(scores.begin(), scores.end());
  return largest - scores.begin() == label;
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
    if (data.labels.empty())
      continue;
    result.rightOfFloat += isRight(reference.values(classes), data.labels[i]);
    result.right += isRight(quantised.values(classes), data.labels[i]);
  }
  return result;
}

} // namespace dlc::calibrate
