//===- Codebook.cpp - Few numbers for many --------------------------------===//

#include "compiler/compress/Codebook.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cmath>

namespace dlc::compress {

double nearestIn(llvm::ArrayRef<double> codebook, double x) {
  const double *above = std::lower_bound(codebook.begin(), codebook.end(), x);
  if (above == codebook.begin())
    return codebook.front();
  if (above == codebook.end())
    return codebook.back();
  return x - above[-1] <= *above - x ? above[-1] : *above;
}

/// The mean of the numbers nearest to each centre; one that nothing is near
/// stays.
static bool moveCentres(llvm::ArrayRef<Weighted> sorted,
                        std::vector<double> &centres) {
  bool moved = false;
  const Weighted *next = sorted.begin();
  for (size_t c = 0; c < centres.size(); ++c) {
    double end = c + 1 < centres.size()
                     ? (centres[c] + centres[c + 1]) / 2
                     : std::numeric_limits<double>::infinity();
    double sum = 0, weight = 0;
    for (; next != sorted.end() && next->x <= end; ++next) {
      sum += next->x * next->weight;
      weight += next->weight;
    }
    if (weight > 0 && sum / weight != centres[c]) {
      centres[c] = sum / weight;
      moved = true;
    }
  }
  llvm::sort(centres);
  return moved;
}

std::vector<double> kMeans(std::vector<Weighted> numbers, int64_t count,
                           bool whole) {
  constexpr int kMostRounds = 60;
  if (numbers.empty())
    return {0};
  llvm::sort(numbers, [](const Weighted &a, const Weighted &b) {
    return std::pair(a.x, a.weight) < std::pair(b.x, b.weight);
  });
  double low = numbers.front().x, high = numbers.back().x;
  std::vector<double> centres;
  for (int64_t c = 0; c < count; ++c)
    centres.push_back(count == 1 ? (low + high) / 2
                                 : low + (high - low) * static_cast<double>(c) /
                                             static_cast<double>(count - 1));
  for (int round = 0; round < kMostRounds && moveCentres(numbers, centres);
       ++round)
    ;
  for (double &centre : centres)
    centre = whole ? std::nearbyint(centre) : static_cast<float>(centre);
  centres.erase(std::unique(centres.begin(), centres.end()), centres.end());
  return centres;
}

} // namespace dlc::compress
