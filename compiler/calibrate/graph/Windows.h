//===- Windows.h - The operands of one result -------------------*- C++ -*-===//

#ifndef DLC_COMPILER_CALIBRATE_GRAPH_WINDOWS_H
#define DLC_COMPILER_CALIBRATE_GRAPH_WINDOWS_H

#include "compiler/calibrate/graph/Layers.h"

namespace dlc::calibrate {

/// How a layer of products reads its input.
class Windows {
public:
  /// Of a layer whose input has this shape. The shape's channels fit the
  /// weights: the network has been run.
  Windows(const import::Graph &graph, const Layer &layer,
          llvm::ArrayRef<int64_t> input);

  int64_t groups() const { return groupCount; }
  /// Numbers that one result is a sum of products of.
  int64_t width() const { return channels * taps; }
  /// Results of one channel.
  int64_t positions() const { return positionCount; }

  /// Appends the operands of the group's result at a position, in the order of
  /// its weights; zeros for what is padded.
  void append(llvm::ArrayRef<float> input, int64_t group, int64_t position,
              std::vector<float> &to) const;

private:
  void readConv(const import::GraphNode &node, llvm::ArrayRef<int64_t> weights,
                llvm::ArrayRef<int64_t> input);

  bool isMatrix = false;
  int64_t groupCount = 1, channels = 0, taps = 1, positionCount = 1;
  int64_t images = 1; ///< positions / those of one image
  std::vector<int64_t> size, result, kernel, strides, pads, dilations;
};

} // namespace dlc::calibrate

#endif
