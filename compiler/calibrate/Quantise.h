//===- Quantise.h - A float network made a quantised one --------*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_QUANTISE_H
#define DLC_COMPILER_CALIBRATE_QUANTISE_H

#include "compiler/calibrate/Executable.h"
#include "compiler/calibrate/Report.h"
#include "compiler/calibrate/numbers/Histogram.h"
#include "llvm/Support/Error.h"
#include <optional>

namespace dlc::calibrate {

struct Options {
  RangeMethod method = RangeMethod::Mse;
  double percent = 99.99; ///< of RangeMethod::Percentile
  int weightBits = 8;     ///< 4 or 8
};

struct Data {
  std::vector<Sample> samples;
  /// The right class of each sample; none: accuracy is not known.
  std::vector<int64_t> labels;
};

/// The graph in QDQ form, and the report on it. An error names what the data
/// or the network lack; an empty message stands behind a diagnostic.
llvm::Expected<import::Graph> quantise(import::Graph graph, const Data &data,
                                       const Options &options,
                                       const Compile &compile, Report &report);

} // namespace dlc::calibrate

#endif
