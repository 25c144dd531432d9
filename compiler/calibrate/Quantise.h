//===- Quantise.h - A float network made a quantised one --------*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_QUANTISE_H
#define DLC_COMPILER_CALIBRATE_QUANTISE_H

#include "compiler/calibrate/Executable.h"
#include "compiler/calibrate/Report.h"
#include "compiler/calibrate/numbers/Histogram.h"
#include "llvm/Support/Error.h"
#include <optional>

namespace dlc::calibrate {

/// What a layer that quantisation in 8 bits harms is left in.
enum class Kept {
  Float,
  Int16, ///< its input and result have 16 bits, its weights 8
};

struct Options {
  /// None: all are tried, and the one with the least noise is taken.
  std::optional<RangeMethod> method;
  double percent = 99.99; ///< of RangeMethod::Percentile
  int weightBits = 8;     ///< 4 or 8
  int activationBits = 8; ///< 8, or 16, which have room for all numbers
  /// The most points of accuracy that may be lost, of 100; layers that cost
  /// most are kept in `kept` until that holds. None: all are quantised.
  std::optional<double> maxDrop;
  Kept kept = Kept::Float;
  /// Weights are rounded layer by layer, else each to its nearest.
  bool roundByLayers = true;
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
