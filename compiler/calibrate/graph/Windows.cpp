//===- Windows.cpp - The operands of one result ---------------------------===//

#include "compiler/calibrate/graph/Windows.h"
#include <algorithm>

using namespace dlc::import;

namespace dlc::calibrate {

static int64_t product(llvm::ArrayRef<int64_t> sizes) {
  int64_t result = 1;
  for (int64_t size : sizes)
    result *= size;
  return result;
}

static std::vector<int64_t> listOr(const GraphNode &node,
                                   const std::string &key, size_t count,
                                   int64_t absent) {
  auto found = node.lists.find(key);
  return found == node.lists.end() ? std::vector<int64_t>(count, absent)
                                   : found->second;
}

Windows::Windows(const Graph &graph, const Layer &layer,
                 llvm::ArrayRef<int64_t> input) {
  const GraphNode &node = graph.nodes[layer.nodes.front()];
  const std::vector<int64_t> &weights =
      graph.constants.at(layer.weights)->shape;
  if (node.op == "Conv") {
    readConv(node, weights, input);
    return;
  }
  isMatrix = true;
  channels = weights[1 - layer.axis];
  positionCount = product(input) / channels;
}

void Windows::readConv(const GraphNode &node, llvm::ArrayRef<int64_t> weights,
                       llvm::ArrayRef<int64_t> input) {
  groupCount = node.intOr("group", 1);
  channels = weights[1];
  kernel = weights.drop_front(2);
  size = input.drop_front(2);
  images = input[0];
  taps = product(kernel);
  size_t rank = kernel.size();
  strides = listOr(node, "strides", rank, 1);
  dilations = listOr(node, "dilations", rank, 1);
  pads = listOr(node, "pads", 2 * rank, 0);
  auto text = node.texts.find("auto_pad");
  std::string kind = text == node.texts.end() ? "NOTSET" : text->second;
  positionCount = images;
  for (size_t d = 0; d < rank; ++d) {
    int64_t reach = (kernel[d] - 1) * dilations[d] + 1;
    if (kind == "SAME_UPPER" || kind == "SAME_LOWER") {
      int64_t out = (size[d] + strides[d] - 1) / strides[d];
      int64_t all =
          std::max<int64_t>(0, (out - 1) * strides[d] + reach - size[d]);
      pads[d] = kind == "SAME_UPPER" ? all / 2 : all - all / 2;
      pads[d + rank] = all - pads[d];
    }
    result.push_back((size[d] + pads[d] + pads[d + rank] - reach) / strides[d] +
                     1);
    positionCount *= result.back();
  }
}

void Windows::append(llvm::ArrayRef<float> input, int64_t group,
                     int64_t position, std::vector<float> &to) const {
  if (isMatrix) {
    llvm::ArrayRef<float> row = input.slice(position * channels, channels);
    to.insert(to.end(), row.begin(), row.end());
    return;
  }
  size_t rank = kernel.size();
  int64_t each = product(size), rest = position;
  std::vector<int64_t> origin(rank);
  for (size_t d = rank; d-- > 0; rest /= result[d])
    origin[d] = rest % result[d] * strides[d] - pads[d];
  int64_t image = rest;
  for (int64_t c = 0; c < channels; ++c) {
    int64_t plane = ((image * groupCount + group) * channels + c) * each;
    for (int64_t tap = 0; tap < taps; ++tap) {
      int64_t at = 0, left = tap, stride = 1;
      bool inside = true;
      for (size_t d = rank; d-- > 0; left /= kernel[d]) {
        int64_t i = origin[d] + left % kernel[d] * dilations[d];
        inside &= i >= 0 && i < size[d];
        at += i * stride;
        stride *= size[d];
      }
      to.push_back(inside ? input[plane + at] : 0);
    }
  }
}

} // namespace dlc::calibrate
