//===- Measure.h - Two networks side by side --------------------*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_MEASURE_H
#define DLC_COMPILER_CALIBRATE_MEASURE_H

#include "compiler/calibrate/Observe.h"
#include "compiler/calibrate/Quantise.h"
#include "compiler/calibrate/numbers/Noise.h"

namespace dlc::calibrate {

struct Comparison {
  std::map<std::string, Noise> tensors; ///< by their names in the float graph
  /// Samples whose label is the largest number of the first output, and those
  /// for which it is the same in both.
  size_t rightOfFloat = 0, right = 0, same = 0;
  /// Those of the float network's right ones that are none any more.
  size_t lost = 0;

  /// Points of 100 that are lost of the right ones, or without labels of those
  /// that are the same.
  double drop(const Data &data) const;
};

/// Runs both on all samples. `names` are tensors of the float network;
/// `nameIn` says what they are called in the other.
Comparison
compareNetworks(Watched &reference, Watched &quantised, const Data &data,
                llvm::ArrayRef<std::string> names,
                llvm::function_ref<std::string(const std::string &)> nameIn,
                const std::string &classes);

} // namespace dlc::calibrate

#endif
