//===- Subject.h - The network that is quantised ----------------*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_SUBJECT_H
#define DLC_COMPILER_CALIBRATE_SUBJECT_H

#include "compiler/calibrate/Measure.h"
#include "compiler/calibrate/graph/InsertQdq.h"
#include "compiler/calibrate/graph/Layers.h"

namespace dlc::calibrate {

/// Stands behind a diagnostic.
llvm::Error alreadySaid();

/// The float network, and what is known of it.
class Subject {
public:
  Subject(const Data &data, const Options &options, const Compile &compile)
      : data(data), options(options), compile(compile) {}

  /// Takes a graph whose layers have constants of their own.
  llvm::Error take(import::Graph graph);

  /// The tensors that a layer's quantisation is judged by: the network's
  /// outputs, or what a softmax or sigmoid makes them of, which hides noise.
  std::vector<std::string> judged() const;

  /// Scales of all tensors that the layers ask for, by a method, but for layers
  /// that are kept, by their numbers: they have none, or scales of 16 bits.
  QuantisationPlan scalesBy(RangeMethod method,
                            const std::set<size_t> &kept = {}) const;

  /// Bits of a layer's weights.
  int weightBits(const Layer &layer, const QuantisationPlan &plan) const;
  /// Numbers of the first output, each the score of a class; 0 where they are
  /// not float32.
  int64_t scores() const;

  /// Both networks side by side; an error stands behind a diagnostic.
  llvm::Expected<Comparison> compare(const import::Graph &quantised,
                                     llvm::ArrayRef<std::string> names) const;

  /// Signal to noise of the judged tensors, the worst of them.
  llvm::Expected<double> decibels(const QuantisationPlan &plan) const;

  const Data &data;
  const Options &options;
  const Compile &compile;
  import::Graph graph;
  std::vector<Layer> layers;
  std::unique_ptr<Watched> reference;
  /// Tensors that share a scale, and their numbers.
  std::vector<std::vector<std::string>> groups;
  std::vector<Histogram> histograms;
};

/// Each weight and bias rounded to nearest. The scales of the tensors are in
/// the plan.
void roundToNearest(const Subject &subject, QuantisationPlan &plan);

/// Weights rounded layer by layer, from the first on: each layer's are those
/// whose results are nearest to the float network's, on inputs that the layers
/// before it compute as they have been quantised. Its bias then leaves no
/// difference in the mean.
llvm::Error roundByLayers(const Subject &subject, QuantisationPlan &plan);

} // namespace dlc::calibrate

#endif
