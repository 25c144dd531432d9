//===- WindowsTest.cpp - The operands of one result -----------------------===//

#include "compiler/calibrate/graph/Windows.h"
#include <gtest/gtest.h>
#include <numeric>

using namespace dlc::calibrate;
using namespace dlc::import;
using Floats = std::vector<float>;

namespace {

struct Conv {
  Graph graph;
  Layer layer;

  Conv(std::vector<int64_t> weights, int64_t axis = 0,
       const std::string &op = "Conv") {
    GraphNode node;
    node.op = op;
    graph.nodes.push_back(node);
    graph.constants["w"] = floatConstant(weights, {});
    layer.nodes = {0};
    layer.weights = "w";
    layer.axis = axis;
  }
  GraphNode &node() { return graph.nodes[0]; }
};

Floats operands(const Windows &windows, int64_t size, int64_t group,
                int64_t position) {
  Floats input(size), result;
  std::iota(input.begin(), input.end(), 1.F);
  windows.append(input, group, position, result);
  return result;
}

TEST(Windows, OfAConvolutionWithPadding) {
  Conv conv({1, 1, 3, 3});
  conv.node().lists["pads"] = {1, 1, 1, 1};
  conv.node().lists["strides"] = {2, 2};
  Windows windows(conv.graph, conv.layer, {1, 1, 4, 4});
  EXPECT_EQ(windows.width(), 9);
  EXPECT_EQ(windows.positions(), 4);
  EXPECT_EQ(operands(windows, 16, 0, 0), (Floats{0, 0, 0, 0, 1, 2, 0, 5, 6}));
  EXPECT_EQ(operands(windows, 16, 0, 3),
            (Floats{6, 7, 8, 10, 11, 12, 14, 15, 16}));
}

TEST(Windows, OfGroupsAndImages) {
  Conv conv({2, 1, 1, 2});
  conv.node().ints["group"] = 2;
  conv.node().lists["dilations"] = {1, 2};
  Windows windows(conv.graph, conv.layer, {2, 2, 1, 3});
  EXPECT_EQ(windows.groups(), 2);
  EXPECT_EQ(windows.positions(), 2); // one of each image
  EXPECT_EQ(operands(windows, 12, 1, 0), (Floats{4, 6}));
  EXPECT_EQ(operands(windows, 12, 0, 1), (Floats{7, 9}));
}

TEST(Windows, OfAutomaticPadding) {
  Conv conv({1, 1, 2});
  conv.node().texts["auto_pad"] = "SAME_LOWER";
  EXPECT_EQ(operands(Windows(conv.graph, conv.layer, {1, 1, 3}), 3, 0, 0),
            (Floats{0, 1}));
  conv.node().texts["auto_pad"] = "SAME_UPPER";
  EXPECT_EQ(operands(Windows(conv.graph, conv.layer, {1, 1, 3}), 3, 0, 2),
            (Floats{3, 0}));
}

TEST(Windows, OfAProduct) {
  Conv product({3, 5}, 1, "MatMul");
  Windows windows(product.graph, product.layer, {2, 2, 3});
  EXPECT_EQ(windows.positions(), 4);
  EXPECT_EQ(operands(windows, 12, 0, 2), (Floats{7, 8, 9}));
}

} // namespace
