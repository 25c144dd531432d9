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

/// What a layer could have in the place of an option: none, and what loses less
/// and saves less, the mildest first.
static std::vector<std::optional<size_t>>
milderThan(size_t own, llvm::ArrayRef<Option> options) {
  std::vector<std::optional<size_t>> milder{std::nullopt};
  for (size_t i = 0; i < options.size(); ++i)
    if (options[i].layer == options[own].layer &&
        options[i].noise < options[own].noise &&
        options[i].saved < options[own].saved && options[i].saved > 0)
      milder.push_back(i);
  std::sort(milder.begin() + 1, milder.end(), [&](auto a, auto b) {
    return std::pair(options[*a].saved, *a) < std::pair(options[*b].saved, *b);
  });
  return milder;
}

llvm::Error relax(Choice &choice, llvm::ArrayRef<Option> options,
                  llvm::function_ref<llvm::Expected<Step>(
                      llvm::ArrayRef<std::optional<size_t>>)>
                      attempt) {
  std::vector<size_t> owns;
  for (std::optional<size_t> own : choice.chosen)
    if (own)
      owns.push_back(*own);
  std::sort(owns.begin(), owns.end(), [&](size_t a, size_t b) {
    return std::pair(-options[a].noise, a) < std::pair(-options[b].noise, b);
  });
  for (size_t own : owns) {
    std::vector<std::optional<size_t>> milder = milderThan(own, options);
    std::optional<size_t> &place = choice.chosen[options[own].layer];
    std::optional<size_t> kept = own;
    for (size_t low = 0, high = milder.size(); low < high;) {
      size_t middle = (low + high) / 2;
      place = milder[middle];
      llvm::Expected<Step> step = attempt(choice.chosen);
      if (!step)
        return step.takeError();
      if (*step == Step::Refused) {
        low = middle + 1;
        continue;
      }
      kept = place;
      high = middle;
    }
    place = kept;
  }
  return llvm::Error::success();
}

} // namespace dlc::compress
