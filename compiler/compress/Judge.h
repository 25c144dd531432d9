//===- Judge.h - What a network has lost ------------------------*- C++ -*-===//

#ifndef DLC_COMPILER_COMPRESS_JUDGE_H
#define DLC_COMPILER_COMPRESS_JUDGE_H

#include "compiler/calibrate/Measure.h"

namespace dlc::compress {

/// Of a network beside the one that it was made from.
struct Score {
  double noise = 0; ///< noise to signal of the outputs, the worst of them
  double drop = 0;  ///< points of 100
  /// The standard error of the drop: of samples that become wrong and right by
  /// chance, their root.
  double doubt = 0;
  /// Samples of 100 whose class such noise changes, by how far ahead of the
  /// second their first score is. It tells apart what changes no class of the
  /// few that it is judged by.
  double expected = 0;
  std::optional<double> accuracyBefore, accuracy; ///< percent of the labels

  double decibels() const;
  bool within(double points) const {
    return std::min(std::max(drop + doubt, expected), 100.0) <= points;
  }
};

/// Every second sample, from the first or the second on.
calibrate::Data everySecond(const calibrate::Data &data, size_t first);

class Judge {
public:
  Judge(calibrate::Data samples, const calibrate::Compile &compile)
      : data(std::move(samples)), compile(compile) {}

  /// The network that others are compared with.
  llvm::Error take(const import::Graph &graph);
  llvm::Expected<Score> measure(const import::Graph &graph);
  size_t samples() const { return data.samples.size(); }

private:
  void readMargins();
  double expectedChanges(const calibrate::Noise &noise) const;

  calibrate::Data data;
  const calibrate::Compile &compile;
  std::unique_ptr<calibrate::Watched> reference;
  /// The outputs before they are quantised, and what a softmax or sigmoid makes
  /// them of, which hides noise.
  std::vector<std::string> judged;
  std::string classes;              ///< the first output before it is quantised
  std::string scores;               ///< the same before a softmax or sigmoid
  std::vector<std::string> watched; ///< all of these
  /// Of each sample the largest score less the second.
  std::vector<double> margins;
};

} // namespace dlc::compress

#endif
