//===- Report.h - What quantisation costs -----------------------*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_REPORT_H
#define DLC_COMPILER_CALIBRATE_REPORT_H

#include "llvm/Support/raw_ostream.h"
#include <optional>
#include <string>
#include <vector>

namespace dlc::calibrate {

struct LayerRow {
  std::string name, op; ///< of the node
  std::string type;     ///< "int8", "int4 weights", "float32" ...
  /// Signal to noise in decibels of the layer's first result, all that comes
  /// before it quantised as well.
  double decibels = 0;
};

/// What the outputs gain if one layer is kept, in decibels.
struct SensitivityRow {
  std::string name, op;
  double gain = 0;
  bool kept = false;
};

struct OutputRow {
  std::string name;
  double decibels = 0;
};

struct Report {
  std::string model;
  size_t samples = 0;
  std::vector<std::pair<std::string, std::string>> options;
  std::vector<LayerRow> layers;
  std::vector<OutputRow> outputs;
  /// Where it has been measured, the largest first.
  std::vector<SensitivityRow> sensitivity;
  /// Percent of the labels that are the largest of the first output.
  std::optional<double> floatAccuracy, accuracy;
  std::vector<std::string> notes;
};

/// A sentence on each output, and on accuracy where it is known.
std::vector<std::string> summary(const Report &report);

/// A table for a terminal, names printable.
void writeText(const Report &report, llvm::raw_ostream &os);
/// Keys in a fixed order, one row a line. An infinite ratio is null.
void writeJson(const Report &report, llvm::raw_ostream &os);

} // namespace dlc::calibrate

#endif
