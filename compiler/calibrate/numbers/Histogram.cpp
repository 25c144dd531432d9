//===- Histogram.cpp - Which part of a tensor's numbers to keep -----------===//

#include "compiler/calibrate/numbers/Histogram.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <limits>
#include <numeric>

namespace dlc::calibrate {

llvm::StringRef nameOf(RangeMethod method) {
  switch (method) {
  case RangeMethod::MinMax:
    return "min-max";
  case RangeMethod::Percentile:
    return "percentile";
  case RangeMethod::Mse:
    return "mse";
  case RangeMethod::Kl:
    return "kl";
  }
  return "";
}

void Histogram::add(llvm::ArrayRef<float> values) {
  if (!(width() > 0)) {
    zeros += static_cast<double>(values.size());
    return;
  }
  for (float x : values) {
    if (x == 0) {
      ++zeros;
      continue;
    }
    double bin = (x - static_cast<double>(range.low)) / width();
    counts[static_cast<size_t>(
        std::clamp(bin, 0.0, static_cast<double>(kBins - 1)))] += 1;
  }
}

static Range percentileRange(const Histogram &histogram, double percent) {
  double total = std::accumulate(histogram.counts.begin(),
                                 histogram.counts.end(), histogram.zeros);
  // What one end may lose; all of it where nothing is beyond zero.
  double outside = total * (1 - percent / 100) / 2;
  if (histogram.range.low == 0 || histogram.range.high == 0)
    outside *= 2;
  Range range = histogram.range;
  double sum = 0;
  for (size_t i = 0; i < Histogram::kBins && range.low < 0; ++i) {
    sum += histogram.counts[i];
    if (sum > outside)
      break;
    range.low = static_cast<float>(
        std::min(0.0, histogram.at(i) + histogram.width() / 2));
  }
  sum = 0;
  for (size_t i = Histogram::kBins; i-- > 0 && range.high > 0;) {
    sum += histogram.counts[i];
    if (sum > outside)
      break;
    range.high = static_cast<float>(
        std::max(0.0, histogram.at(i) - histogram.width() / 2));
  }
  return range;
}

/// The sum of squares of what integers of `bits` over `range` lose: what is
/// clamped, and a twelfth of a step's square for each of the others.
static double squaredLoss(const Histogram &histogram, Range range, int bits) {
  double low = range.low, high = range.high;
  double step = (high - low) / ((1 << bits) - 1), loss = 0;
  for (size_t i = 0; i < Histogram::kBins; ++i) {
    if (histogram.counts[i] == 0)
      continue;
    double x = histogram.at(i), beyond = 0;
    if (x < low)
      beyond = low - x;
    else if (x > high)
      beyond = x - high;
    double each = beyond > 0 ? beyond * beyond : step * step / 12;
    loss += histogram.counts[i] * each;
  }
  return loss;
}

static constexpr int kFractions = 100;

static Range scaled(Range range, double low, double high) {
  return {static_cast<float>(range.low * low),
          static_cast<float>(range.high * high)};
}

/// The range of the least loss. One end after the other, twice: they depend on
/// each other through the step alone.
static Range searchEnds(const Histogram &histogram,
                        llvm::function_ref<double(Range)> lossOf) {
  double ends[2] = {1, 1};
  for (int i = 0; i < 4; ++i) {
    double best = std::numeric_limits<double>::infinity(), at = 1;
    for (int k = kFractions; k > 0; --k) {
      ends[i % 2] = static_cast<double>(k) / kFractions;
      double loss = lossOf(scaled(histogram.range, ends[0], ends[1]));
      if (loss < best) {
        best = loss;
        at = ends[i % 2];
      }
    }
    ends[i % 2] = at;
  }
  return scaled(histogram.range, ends[0], ends[1]);
}

/// Between the bins [from, to) with what is beyond added to the ends, and the
/// same spread evenly over those bins of each step that are not empty.
static double divergence(const Histogram &histogram, size_t from, size_t to,
                         size_t steps) {
  llvm::ArrayRef<double> counts(histogram.counts);
  std::vector<double> kept(counts.begin() + from, counts.begin() + to);
  double total = std::accumulate(counts.begin(), counts.end(), 0.0);
  double inside = std::accumulate(kept.begin(), kept.end(), 0.0);
  if (inside == 0)
    return std::numeric_limits<double>::infinity();
  std::vector<double> spread(kept.size());
  for (size_t s = 0; s < steps; ++s) {
    size_t begin = kept.size() * s / steps, end = kept.size() * (s + 1) / steps;
    double sum = 0;
    size_t filled = 0;
    for (size_t i = begin; i < end; ++i) {
      sum += kept[i];
      filled += kept[i] != 0;
    }
    for (size_t i = begin; i < end; ++i)
      spread[i] = kept[i] == 0 ? 0 : sum / static_cast<double>(filled);
  }
  kept.front() += std::accumulate(counts.begin(), counts.begin() + from, 0.0);
  kept.back() += std::accumulate(counts.begin() + to, counts.end(), 0.0);
  // A number where the other has none: as improbable as one in a million.
  constexpr double kLeast = 1e-6;
  double result = 0;
  for (size_t i = 0; i < kept.size(); ++i) {
    double p = kept[i] / total, q = spread[i] / inside;
    if (p > 0)
      result += p * std::log(p / std::max(q, kLeast));
  }
  return result;
}

static double divergence(const Histogram &histogram, Range range, int bits) {
  double low = histogram.range.low, width = histogram.width();
  size_t steps = std::min<size_t>(size_t(1) << bits, Histogram::kBins);
  auto from = static_cast<size_t>(std::floor((range.low - low) / width));
  auto to = static_cast<size_t>(std::ceil((range.high - low) / width));
  to = std::min(to, Histogram::kBins);
  // Fewer bins than steps say nothing of what a step loses.
  return to < from + steps ? std::numeric_limits<double>::infinity()
                           : divergence(histogram, from, to, steps);
}

Range chooseRange(const Histogram &histogram, RangeMethod method, int bits,
                  double percent) {
  if (!(histogram.width() > 0))
    return histogram.range;
  switch (method) {
  case RangeMethod::MinMax:
    return histogram.range;
  case RangeMethod::Percentile:
    return percentileRange(histogram, percent);
  case RangeMethod::Mse:
    return searchEnds(histogram, [&](Range range) {
      return squaredLoss(histogram, range, bits);
    });
  case RangeMethod::Kl:
    return searchEnds(histogram, [&](Range range) {
      return divergence(histogram, range, bits);
    });
  }
  return histogram.range;
}

} // namespace dlc::calibrate
