//===- Histogram.h - Which part of a tensor's numbers to keep ---*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_NUMBERS_HISTOGRAM_H
#define DLC_COMPILER_CALIBRATE_NUMBERS_HISTOGRAM_H

#include "compiler/calibrate/numbers/Affine.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <vector>

namespace dlc::calibrate {

/// How many numbers lie in each of equal parts of their range.
class Histogram {
public:
  static constexpr size_t kBins = 2048;

  explicit Histogram(Range range) : range(range), counts(kBins) {}

  /// Numbers outside of the range count as its ends.
  void add(llvm::ArrayRef<float> values);

  double width() const {
    return (static_cast<double>(range.high) - range.low) / kBins;
  }
  /// The middle of a bin.
  double at(size_t bin) const { return range.low + (bin + 0.5) * width(); }

  Range range;
  std::vector<double> counts;
  /// Numbers that are 0, which are in no bin: integers have it exactly.
  double zeros = 0;
};

enum class RangeMethod { MinMax, Percentile, Mse, Kl };
/// As the command line calls it.
llvm::StringRef nameOf(RangeMethod method);

/// The part of the histogram's range that integers of `bits` are spread over.
/// - MinMax: all of it.
/// - Percentile: without the numbers beyond `percent` percent of them, half of
///   those at each end.
/// - Mse: with the least mean of squared differences between numbers and what
///   is left of them.
/// - Kl: with the least Kullback-Leibler divergence between their distribution
///   and what is left of it (S. Migacz, 8-bit inference with TensorRT, 2017),
///   both ends moved in proportion.
Range chooseRange(const Histogram &histogram, RangeMethod method, int bits,
                  double percent);

} // namespace dlc::calibrate

#endif
