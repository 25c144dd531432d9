//===- Measure.h - Two networks side by side --------------------*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_MEASURE_H
#define DLC_COMPILER_CALIBRATE_MEASURE_H

#include "compiler/calibrate/Observe.h"
#include "compiler/calibrate/Quantise.h"
#include "compiler/calibrate/numbers/Noise.h"

namespace dlc::calibrate {

struct Comparison {
  std::map<std::string, Noise> tensors; ///< by their names in the float graph
  /// Samples whose label is the largest number of the first output.
  size_t rightOfFloat = 0, right = 0;
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
