//===- Observe.h - The numbers of a running network -------------*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_OBSERVE_H
#define DLC_COMPILER_CALIBRATE_OBSERVE_H

#include "compiler/calibrate/Executable.h"
#include "compiler/calibrate/numbers/Histogram.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

namespace dlc::calibrate {

/// A network of which some tensors can be looked at.
class Watched {
public:
  /// `names` are inputs of the graph or tensors that its nodes compute; null
  /// after a diagnostic.
  static std::unique_ptr<Watched> create(const import::Graph &graph,
                                         llvm::ArrayRef<std::string> names,
                                         const Compile &compile);

  void run(const Sample &sample);
  /// Of the last run; empty for a tensor that is not of float32.
  llvm::ArrayRef<float> values(const std::string &name) const;
  /// Its shape; null for one that is not of float32.
  const std::vector<int64_t> *shape(const std::string &name) const;

private:
  std::unique_ptr<Executable> network;
  std::map<std::string, size_t> inputs, outputs;
  const Sample *last = nullptr;
};

/// A histogram for each group of tensors, over the numbers of all samples. An
/// error for numbers that are not finite.
llvm::Expected<std::vector<Histogram>>
observe(Watched &network, llvm::ArrayRef<Sample> samples,
        llvm::ArrayRef<std::vector<std::string>> groups);

} // namespace dlc::calibrate

#endif
