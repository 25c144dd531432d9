//===- Noise.h - Signal to noise --------------------------------*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_NUMBERS_NOISE_H
#define DLC_COMPILER_CALIBRATE_NUMBERS_NOISE_H

#include "llvm/ADT/ArrayRef.h"
#include <cmath>
#include <limits>

namespace dlc::calibrate {

/// Energies of numbers and of what has become of them.
struct Noise {
  double signal = 0, noise = 0;

  /// Both have as many elements.
  void add(llvm::ArrayRef<float> reference, llvm::ArrayRef<float> got) {
    for (size_t i = 0; i < reference.size(); ++i) {
      double x = reference[i], error = x - got[i];
      signal += x * x;
      noise += error * error;
    }
  }
  /// 10 log10 of their ratio; infinite without noise.
  double decibels() const {
    if (noise == 0)
      return std::numeric_limits<double>::infinity();
    return signal == 0 ? -std::numeric_limits<double>::infinity()
                       : 10 * std::log10(signal / noise);
  }
};

} // namespace dlc::calibrate

#endif
