//===- Codebook.cpp - Few numbers for many --------------------------------===//

#include "compiler/compress/Codebook.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cmath>
#include <map>

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

double IntegerRange::nearest(double x) const {
  return std::clamp<double>(std::nearbyint(x), least, greatest);
}

double informationOf(llvm::ArrayRef<double> numbers, double step,
                     IntegerRange range) {
  std::map<int32_t, int64_t> counts;
  for (double x : numbers)
    ++counts[static_cast<int32_t>(range.nearest(x / step))];
  auto all = static_cast<double>(numbers.size());
  double bits = 0;
  for (auto [integer, count] : counts) {
    double part = static_cast<double>(count) / all;
    bits -= part * std::log2(part);
  }
  return bits;
}

double stepOfInformation(llvm::ArrayRef<double> numbers, double bits,
                         double least, IntegerRange range) {
  constexpr int kHalvings = 30;
  double largest = 0, low = least;
  for (double x : numbers) {
    largest = std::max(largest, std::fabs(x));
    low = std::max(low, x / (x > 0 ? range.greatest : range.least));
  }
  // All are 0 in steps of more than twice the largest.
  double high = 2.5 * largest;
  if (low <= 0 || high <= low || informationOf(numbers, low, range) <= bits)
    return low > 0 ? low : 1;
  for (int i = 0; i < kHalvings; ++i) {
    double middle = std::sqrt(low * high);
    (informationOf(numbers, middle, range) <= bits ? high : low) = middle;
  }
  return high;
}

} // namespace dlc::compress
