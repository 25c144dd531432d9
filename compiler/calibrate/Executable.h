//===- Executable.h - Networks that run here --------------------*- C++ -*-===//
//
// Calibration looks at numbers of networks that run; who compiles them is the
// caller's business.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_CALIBRATE_EXECUTABLE_H
#define DLC_COMPILER_CALIBRATE_EXECUTABLE_H

#include "compiler/import/edit/Graph.h"
#include <functional>

namespace dlc::calibrate {

/// An input or output of a network.
struct Port {
  std::string name;
  bool isFloat = true; ///< float32
  std::vector<int64_t> shape;
};

class Executable {
public:
  virtual ~Executable() = default;

  std::vector<Port> inputs, outputs;

  /// One address for each input.
  virtual void run(llvm::ArrayRef<const void *> inputs) = 0;
  /// Of the last run; an output of another type than float32 has none.
  virtual llvm::ArrayRef<float> output(size_t i) const = 0;
};

/// Null after a diagnostic.
using Compile =
    std::function<std::unique_ptr<Executable>(const import::Graph &)>;

/// Inputs of one run, in the network's order and types.
struct Sample {
  std::vector<std::vector<char>> inputs;

  std::vector<const void *> addresses() const {
    std::vector<const void *> all;
    for (const std::vector<char> &input : inputs)
      all.push_back(input.data());
    return all;
  }
};

} // namespace dlc::calibrate

#endif
