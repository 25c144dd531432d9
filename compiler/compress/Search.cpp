//===- Search.cpp - Which forms are worth what they lose ------------------===//

#include "compiler/compress/Search.h"
#include <algorithm>
#include <cmath>

namespace dlc::compress {

/// Bytes for noise; what loses nothing comes first, by its bytes.
static double worthOf(int64_t bytes, double noise) {
  constexpr double kLeastNoise = 1e-12;
  return static_cast<double>(bytes) / std::max(noise, kLeastNoise);
}

llvm::Expected<Choice>
search(size_t layers, llvm::ArrayRef<Option> options,
       llvm::function_ref<
           llvm::Expected<Step>(llvm::ArrayRef<std::optional<size_t>>, size_t)>
           attempt) {
  Choice choice;
  choice.chosen.resize(layers);
  choice.refused.resize(options.size());
  while (true) {
    std::optional<size_t> best;
    double most = 0;
    for (size_t i = 0; i < options.size(); ++i) {
      const Option &option = options[i];
      std::optional<size_t> now = choice.chosen[option.layer];
      int64_t bytes = option.saved - (now ? options[*now].saved : 0);
      double noise = option.noise - (now ? options[*now].noise : 0);
      if (choice.refused[i] || bytes <= 0)
        continue;
      if (double worth = worthOf(bytes, noise); worth > most) {
        most = worth;
        best = i;
      }
    }
    if (!best)
      return choice;
    size_t layer = options[*best].layer;
    std::optional<size_t> before = choice.chosen[layer];
    choice.chosen[layer] = best;
    llvm::Expected<Step> step = attempt(choice.chosen, *best);
    if (!step)
      return step.takeError();
    if (*step == Step::Enough) {
      choice.isEnough = true;
      return choice;
    }
    if (*step == Step::Taken)
      continue;
    choice.chosen[layer] = before;
    for (size_t i = 0; i < options.size(); ++i)
      if (options[i].layer == layer && options[i].noise >= options[*best].noise)
        choice.refused[i] = true;
  }
}

} // namespace dlc::compress
