//===- Activations.h - Tensors of a network, computed once ------*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_ACTIVATIONS_H
#define DLC_COMPILER_CALIBRATE_ACTIVATIONS_H

#include "compiler/calibrate/Executable.h"

namespace dlc::calibrate {

/// Float tensors of a network for some samples. One that is asked for is
/// computed from those before it that have been, by a network of what lies
/// between.
class Activations {
public:
  Activations(llvm::ArrayRef<Sample> samples, const Compile &compile)
      : samples(samples), compile(compile) {}

  using Values = std::vector<std::vector<float>>;

  /// A tensor of the graph for each sample; null after a diagnostic. The graph
  /// may differ between calls in what comes behind the tensors that have been
  /// asked for.
  const Values *get(const import::Graph &graph, const std::string &name);

private:
  struct Tensor {
    std::vector<int64_t> shape;
    Values values;
  };

  llvm::ArrayRef<Sample> samples;
  const Compile &compile;
  std::map<std::string, Tensor> known;
};

} // namespace dlc::calibrate

#endif
