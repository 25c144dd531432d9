//===- Channels.h - Channels whose scale is free ----------------*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_GRAPH_CHANNELS_H
#define DLC_COMPILER_CALIBRATE_GRAPH_CHANNELS_H

#include "compiler/calibrate/graph/Layers.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace dlc::calibrate {

/// Tensors whose channels can be divided by positive numbers without the
/// network's outputs changing: the layers of products that compute them divide
/// their weights and biases, those that read them multiply theirs. Between
/// these are only operators for which f(a x) = a f(x), a channel for itself;
/// where branches meet in an addition they are one space.
struct ChannelSpace {
  int64_t size = 0;
  std::vector<std::string> tensors;     ///< sorted
  std::vector<size_t> writers, readers; ///< numbers of layers
};

/// `shapeOf` gives a tensor's shape, null for one that has none.
std::vector<ChannelSpace> findChannelSpaces(
    const import::Graph &graph, llvm::ArrayRef<Layer> layers,
    llvm::function_ref<const std::vector<int64_t> *(const std::string &)>
        shapeOf);

/// Divides the channels of a space by `divisors`.
void divideChannels(import::Graph &graph, llvm::ArrayRef<Layer> layers,
                    const ChannelSpace &space, llvm::ArrayRef<float> divisors);

/// For each channel of a space, the largest part that a weight of it is of the
/// largest weight for the same result: what rounding that row has to hold. 0
/// where no row has weights of several channels.
std::vector<float> weightParts(const import::Graph &graph,
                               llvm::ArrayRef<Layer> layers,
                               const ChannelSpace &space);

} // namespace dlc::calibrate

#endif
