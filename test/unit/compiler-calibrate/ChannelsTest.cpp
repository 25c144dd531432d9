//===- ChannelsTest.cpp - Channels whose scale is free --------------------===//

#include "compiler/calibrate/graph/Channels.h"
#include <gtest/gtest.h>

using namespace dlc::calibrate;
using namespace dlc::import;
using Names = std::vector<std::string>;
using Floats = std::vector<float>;

namespace {

class ChannelsTest : public testing::Test {
protected:
  void SetUp() override {
    graph.inputs.push_back({"x"});
    graph.outputs.push_back({"y"});
    shapes["x"] = {1, 3, 4, 4};
  }
  GraphNode &add(const std::string &op, Names inputs, const std::string &output,
                 std::vector<int64_t> shape) {
    GraphNode node;
    node.op = op;
    node.inputs = std::move(inputs);
    node.outputs = {output};
    shapes[output] = std::move(shape);
    return graph.nodes.emplace_back(std::move(node));
  }
  void weights(const std::string &name, std::vector<int64_t> shape,
               Floats values) {
    graph.constants[name] = floatConstant(std::move(shape), values);
  }
  void conv(const std::string &input, const std::string &output, int64_t from,
            int64_t to) {
    weights(output + "_w", {to, from, 1, 1}, Floats(from * to, 1));
    weights(output + "_b", {to}, Floats(to, 2));
    add("Conv", {input, output + "_w", output + "_b"}, output, {1, to, 4, 4});
  }
  std::vector<ChannelSpace> find() {
    layers = findLayers(graph);
    return findChannelSpaces(
        graph, layers,
        [&](const std::string &name) -> const std::vector<int64_t> * {
          auto found = shapes.find(name);
          return found == shapes.end() ? nullptr : &found->second;
        });
  }
  Floats floats(const std::string &name) const {
    return graph.constants.at(name)->floats();
  }

  Graph graph;
  std::map<std::string, std::vector<int64_t>> shapes;
  std::vector<Layer> layers;
};

TEST_F(ChannelsTest, AreFreeBetweenTwoConvolutions) {
  conv("x", "a", 3, 2);
  add("Relu", {"a"}, "r", {1, 2, 4, 4});
  conv("r", "y", 2, 3);
  std::vector<ChannelSpace> spaces = find();
  ASSERT_EQ(spaces.size(), 1U);
  EXPECT_EQ(spaces[0].size, 2);
  EXPECT_EQ(spaces[0].tensors, Names{"r"});
  divideChannels(graph, layers, spaces[0], {2, 4});
  EXPECT_EQ(floats("a_w"), (Floats{.5F, .5F, .5F, .25F, .25F, .25F}));
  EXPECT_EQ(floats("a_b"), (Floats{1, .5F}));
  EXPECT_EQ(floats("y_w"), (Floats{2, 4, 2, 4, 2, 4}));
  EXPECT_EQ(floats("y_b"), (Floats{2, 2, 2}));
}

TEST_F(ChannelsTest, OfBranchesThatAreAddedAreOneSpace) {
  conv("x", "a", 3, 2);
  conv("a", "b", 2, 2);
  add("Add", {"a", "b"}, "s", {1, 2, 4, 4});
  conv("s", "y", 2, 3);
  std::vector<ChannelSpace> spaces = find();
  ASSERT_EQ(spaces.size(), 1U);
  EXPECT_EQ(spaces[0].tensors, (Names{"a", "b", "s"}));
  // The convolution between divides what it computes and multiplies what it
  // reads.
  weights("b_w", {2, 2, 1, 1}, {1, 1, 1, 1});
  divideChannels(graph, layers, spaces[0], {2, 4});
  EXPECT_EQ(floats("b_w"), (Floats{1, 2, .5F, 1}));
}

TEST_F(ChannelsTest, OfADepthwiseConvolutionAreItsRows) {
  conv("x", "a", 3, 2);
  weights("d_w", {2, 1, 1, 2}, {1, 2, 3, 4});
  add("Conv", {"a", "d_w"}, "d", {1, 2, 4, 3}).ints["group"] = 2;
  conv("d", "y", 2, 3);
  std::vector<ChannelSpace> spaces = find();
  ASSERT_EQ(spaces.size(), 2U);
  divideChannels(graph, layers, spaces[0], {2, 4});
  EXPECT_EQ(floats("d_w"), (Floats{2, 4, 12, 16}));
  EXPECT_EQ(weightParts(graph, layers, spaces[0]), (Floats{0, 0}));
}

TEST_F(ChannelsTest, PassThroughPoolsAndFlatten) {
  conv("x", "a", 3, 2);
  add("MaxPool", {"a"}, "p", {1, 2, 1, 2});
  add("Flatten", {"p"}, "f", {1, 4});
  weights("w", {4, 2}, {1, 2, 3, 4, 5, 6, 7, 8});
  add("MatMul", {"f", "w"}, "y", {1, 2});
  std::vector<ChannelSpace> spaces = find();
  ASSERT_EQ(spaces.size(), 1U);
  divideChannels(graph, layers, spaces[0], {1, 10});
  EXPECT_EQ(floats("w"), (Floats{1, 2, 3, 4, 50, 60, 70, 80}));
}

TEST_F(ChannelsTest, ArePinnedByAnUpperBound) {
  conv("x", "a", 3, 2);
  weights("zero", {}, {0});
  weights("six", {}, {6});
  add("Clip", {"a", "zero", "six"}, "r", {1, 2, 4, 4});
  conv("r", "y", 2, 3);
  EXPECT_TRUE(find().empty());
}

TEST_F(ChannelsTest, ArePinnedByOperatorsThatDoNotScale) {
  conv("x", "a", 3, 2);
  add("Sigmoid", {"a"}, "s", {1, 2, 4, 4});
  conv("s", "y", 2, 3);
  EXPECT_TRUE(find().empty());
}

TEST_F(ChannelsTest, ArePinnedWhereTheUserSeesThem) {
  conv("x", "a", 3, 2);
  conv("a", "y", 2, 3);
  graph.outputs.push_back({"a"});
  EXPECT_TRUE(find().empty());
}

TEST_F(ChannelsTest, ArePinnedByNodesInFloats) {
  conv("x", "a", 3, 2);
  conv("a", "y", 2, 3);
  add("Exp", {"a"}, "e", {1, 2, 4, 4});
  EXPECT_TRUE(find().empty());
}

TEST_F(ChannelsTest, HavePartsOfTheLargestWeightOfARow) {
  conv("x", "a", 3, 2);
  weights("w", {2, 2, 1, 1}, {4, -1, 0, 2});
  add("Conv", {"a", "w"}, "y", {1, 2, 4, 4});
  std::vector<ChannelSpace> spaces = find();
  ASSERT_EQ(spaces.size(), 1U);
  EXPECT_EQ(weightParts(graph, layers, spaces[0]), (Floats{1, 1}));
  weights("w", {2, 2, 1, 1}, {4, -1, 2, 0.5F});
  EXPECT_EQ(weightParts(graph, layers, spaces[0]), (Floats{1, .25F}));
}

} // namespace
