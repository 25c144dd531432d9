//===- Compress.h - A network made smaller, by data -------------*- C++ -*-===//

#ifndef DLC_COMPILER_COMPRESS_COMPRESS_H
#define DLC_COMPILER_COMPRESS_COMPRESS_H

#include "compiler/calibrate/Quantise.h"
#include "compiler/compress/Forms.h"
#include "compiler/compress/Report.h"

namespace dlc::compress {

struct Options {
  /// The most points of accuracy that may be lost, of 100 (without labels:
  /// samples of 100 whose class may change).
  double maxDrop = 0.5;
  std::vector<Way> ways;
  /// Patterns of names of nodes, and what these become; the first that fits.
  std::vector<std::pair<std::string, Form>> layers;
  /// Bytes of flash at which the search stops: of the object that is compiled
  /// with that as its budget.
  std::optional<uint64_t> goal;
};

/// What a byte may cost in instructions: what the level of optimisation says;
/// as much as it takes to reach the goal, if it can be; the least of that.
enum class Price { None, Any, Least };

/// What a network takes on the target; each is empty where there is none.
/// Nothing behind a diagnostic.
struct Sizes {
  std::string target;
  /// Bytes of all constants as they are packed; with a goal at the highest
  /// price.
  std::function<std::optional<int64_t>(const import::Graph &)> planned;
  /// Flash of the compiled object.
  std::function<std::optional<uint64_t>(const import::Graph &, Price)> flash;
};

/// The network with weights that take less, and the report on it: plain ONNX
/// with the same inputs and outputs. One half of the samples says what weights
/// become, the other what that loses. An error names what the data, the
/// network or the goal lack; an empty message stands behind a diagnostic.
llvm::Expected<import::Graph> compress(import::Graph graph,
                                       const calibrate::Data &data,
                                       const Options &options,
                                       const calibrate::Compile &compile,
                                       const Sizes &sizes, Report &report);

} // namespace dlc::compress

#endif
