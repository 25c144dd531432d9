//===- Report.h - What compression tried, kept and lost ---------*- C++ -*-===//

#ifndef DLC_COMPILER_COMPRESS_REPORT_H
#define DLC_COMPILER_COMPRESS_REPORT_H

#include "llvm/Support/raw_ostream.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dlc::compress {

/// What has become of something that was tried.
enum class Verdict {
  Kept,
  Passed,   ///< a form that saves more was taken after it
  TooLossy, ///< the guard has refused it
  Beaten,   ///< another form of the layer saves as much and loses less
  SavesNothing,
  NotNeeded, ///< the goal was reached before
};

struct LayerRow {
  std::string name, op; ///< of the node
  std::string form;     ///< "keep" where it stays
  int64_t weights = 0;
  int64_t saved = 0;   ///< bytes, as Report::bytes counts them
  double decibels = 0; ///< signal to noise of its results
  /// Its results have the means and variances that they had.
  bool isRestored = false;
  std::string reason; ///< why nothing was tried; empty where something was
};

struct TriedRow {
  std::string layer, form;
  int64_t saved = 0; ///< bytes, if only this layer changes
  /// Signal to noise of the layer's results, and of the network's outputs with
  /// this form alone, in decibels; the latter where it has been measured.
  double layerDecibels = 0;
  std::optional<double> decibels;
  std::optional<double> drop; ///< points of 100
  Verdict verdict = Verdict::Beaten;
};

struct Report {
  std::string model;
  size_t fitted = 0, judged = 0; ///< samples
  std::vector<std::pair<std::string, std::string>> options;
  std::vector<LayerRow> layers;
  std::vector<TriedRow> tried;
  /// Bytes of the weights: as the target is planned, or with no target as
  /// they are reckoned.
  std::string target; ///< empty: none
  int64_t bytesBefore = 0, bytes = 0;
  /// Of the compiled objects.
  std::optional<uint64_t> flashBefore, flash;
  double decibels = 0; ///< signal to noise of the outputs
  /// Points of 100 that are lost, and the standard error of that.
  double drop = 0, doubt = 0;
  double expected = 0; ///< samples of 100 whose class such noise changes
  /// Percent of the labels; none: there are no labels.
  std::optional<double> accuracyBefore, accuracy;
};

/// What was lost and saved, a sentence each.
std::vector<std::string> summary(const Report &report);

/// Tables for a terminal, names printable.
void writeText(const Report &report, llvm::raw_ostream &os);
/// Keys in a fixed order, one row a line. An infinite ratio is null.
void writeJson(const Report &report, llvm::raw_ostream &os);

} // namespace dlc::compress

#endif
