//===- LayersTest.cpp - What of a graph is quantised ----------------------===//

#include "compiler/calibrate/graph/Layers.h"
#include "compiler/calibrate/graph/InsertQdq.h"
#include "compiler/calibrate/graph/Tensors.h"
#include <gtest/gtest.h>

using namespace dlc::calibrate;
using namespace dlc::import;
using Names = std::vector<std::string>;

namespace {

class GraphTest : public testing::Test {
protected:
  GraphNode &add(const std::string &op, Names inputs, Names outputs) {
    GraphNode node;
    node.name = "node_" + outputs.front();
    node.op = op;
    node.inputs = std::move(inputs);
    node.outputs = std::move(outputs);
    return graph.nodes.emplace_back(std::move(node));
  }
  void constant(const std::string &name, std::vector<int64_t> shape,
                float value = 1) {
    int64_t size = 1;
    for (int64_t dimension : shape)
      size *= dimension;
    graph.constants[name] =
        floatConstant(shape, std::vector<float>(size, value));
  }
  void input(const std::string &name) { graph.inputs.push_back({name}); }
  void output(const std::string &name) { graph.outputs.push_back({name}); }
  const GraphNode &node(const std::string &output) const {
    return graph.nodes[graph.producers().at(output)];
  }

  Graph graph;
};

TEST_F(GraphTest, ConvolutionTakesItsActivation) {
  input("x");
  output("r");
  constant("w", {4, 3, 3, 3});
  add("Conv", {"x", "w"}, {"c"});
  add("Relu", {"c"}, {"r"});
  std::vector<Layer> layers = findLayers(graph);
  ASSERT_EQ(layers.size(), 1U);
  EXPECT_EQ(layers[0].kind, LayerKind::Products);
  EXPECT_EQ(layers[0].weights, "w");
  EXPECT_EQ(layers[0].axis, 0);
  EXPECT_EQ(layers[0].inputs, Names{"x"});
  EXPECT_EQ(layers[0].outputs, Names{"r"});
}

TEST_F(GraphTest, ActivationIsApartWhereOthersReadTheResult) {
  input("x");
  output("r");
  output("c");
  constant("w", {4, 3, 3, 3});
  add("Conv", {"x", "w"}, {"c"});
  add("Relu", {"c"}, {"r"});
  EXPECT_EQ(findLayers(graph).size(), 2U);
}

TEST_F(GraphTest, ProductTakesItsBias) {
  input("x");
  output("y");
  constant("w", {8, 4});
  constant("b", {4});
  add("MatMul", {"x", "w"}, {"m"});
  add("Add", {"b", "m"}, {"y"});
  std::vector<Layer> layers = findLayers(graph);
  ASSERT_EQ(layers.size(), 1U);
  EXPECT_EQ(layers[0].axis, 1);
  EXPECT_EQ(layers[0].bias, "b");
  EXPECT_TRUE(layers[0].biasIsNode);
}

TEST_F(GraphTest, AdditionOfOneNumberIsNoBias) {
  input("x");
  output("y");
  constant("w", {8, 4});
  constant("b", {1});
  add("MatMul", {"x", "w"}, {"m"});
  add("Add", {"m", "b"}, {"y"});
  std::vector<Layer> layers = findLayers(graph);
  ASSERT_EQ(layers.size(), 2U);
  EXPECT_EQ(layers[1].inputs, Names{"m"});
}

TEST_F(GraphTest, WhatGemmScalesIsNoLayer) {
  input("x");
  output("y");
  constant("w", {8, 4});
  add("Gemm", {"x", "w"}, {"y"}).reals["alpha"] = 0.5F;
  EXPECT_TRUE(findLayers(graph).empty());
}

TEST_F(GraphTest, TensorsBetweenWhichElementsMoveShareAScale) {
  input("x");
  output("y");
  constant("w", {4, 3, 1, 1});
  add("Conv", {"x", "w"}, {"a"});
  add("MaxPool", {"a"}, {"b"});
  add("Concat", {"b", "a"}, {"c"});
  add("Relu", {"c"}, {"y"});
  std::vector<Names> groups = quantisedTensors(graph, findLayers(graph));
  EXPECT_EQ(groups, (std::vector<Names>{{"a", "b", "c"}, {"x"}, {"y"}}));
}

TEST_F(GraphTest, SumsThatNobodyReadsStayWhatTheyAre) {
  input("x");
  output("y");
  constant("w", {8, 4});
  add("MatMul", {"x", "w"}, {"y"});
  EXPECT_EQ(quantisedTensors(graph, findLayers(graph)),
            (std::vector<Names>{{"x"}}));
}

TEST_F(GraphTest, NormalisationGoesIntoTheWeights) {
  input("x");
  output("n");
  constant("w", {2, 1, 1, 1}, 3);
  constant("g", {2}, 4);
  constant("b", {2}, 5);
  constant("m", {2}, 7);
  constant("v", {2}, 4);
  add("Conv", {"x", "w"}, {"c"});
  add("BatchNormalization", {"c", "g", "b", "m", "v"}, {"n"}).reals["epsilon"] =
      0;
  foldNormalisations(graph);
  ASSERT_EQ(graph.nodes.size(), 1U);
  EXPECT_EQ(graph.nodes[0].outputs, Names{"n"});
  // 3 * 4 / sqrt(4), and 5 - 7 * 4 / sqrt(4)
  EXPECT_EQ(graph.floatsOf(graph.nodes[0].in(1))->floats(),
            (std::vector<float>{6, 6}));
  EXPECT_EQ(graph.floatsOf(graph.nodes[0].in(2))->floats(),
            (std::vector<float>{-9, -9}));
}

TEST_F(GraphTest, NormalisationStaysWhereOthersReadItsOperand) {
  input("x");
  output("n");
  output("c");
  constant("w", {2, 1, 1, 1});
  for (const char *name : {"g", "b", "m", "v"})
    constant(name, {2});
  add("Conv", {"x", "w"}, {"c"});
  add("BatchNormalization", {"c", "g", "b", "m", "v"}, {"n"});
  foldNormalisations(graph);
  EXPECT_EQ(graph.nodes.size(), 2U);
}

TEST_F(GraphTest, LayersHaveConstantsOfTheirOwn) {
  input("x");
  output("b");
  constant("w", {3, 3, 1, 1});
  add("Conv", {"x", "w"}, {"a"});
  add("Conv", {"a", "w"}, {"b"});
  separateConstants(graph);
  std::vector<Layer> layers = findLayers(graph);
  ASSERT_EQ(layers.size(), 2U);
  EXPECT_NE(layers[0].weights, layers[1].weights);
  EXPECT_NE(layers[0].bias, "");
  EXPECT_EQ(graph.floatsOf(layers[0].bias)->floats(),
            (std::vector<float>{0, 0, 0}));
}

TEST_F(GraphTest, ReadersSeeDequantisedTensors) {
  input("x");
  output("y");
  constant("w", {4, 3, 1, 1});
  add("Conv", {"x", "w"}, {"a"});
  add("Relu", {"a"}, {"y"});
  QuantisationPlan plan;
  for (const char *name : {"x", "a", "y"})
    plan.tensors[name] = {};
  plan.constants["w"] = {DataType::Int8,
                         {4, 3, 1, 1},
                         std::vector<int32_t>(12, 1),
                         {1, 2, 3, 4},
                         0};
  graph = insertQdq(graph, plan);
  EXPECT_EQ(node("a").inputs, (Names{"x_dequantized", "w"}));
  EXPECT_EQ(node("w").op, "DequantizeLinear");
  EXPECT_EQ(node("y_float").inputs, Names{"a_dequantized"});
  EXPECT_EQ(node("y").op, "DequantizeLinear");
  EXPECT_EQ(dequantisedName(graph, "a"), "a_dequantized");
  EXPECT_EQ(dequantisedName(graph, "y"), "y");
}

TEST_F(GraphTest, FloatNodesReadWhatFloatNodesCompute) {
  input("x");
  output("y");
  output("z");
  add("Exp", {"x"}, {"a"});
  add("Relu", {"a"}, {"y"});
  add("Exp", {"a"}, {"z"});
  QuantisationPlan plan;
  plan.tensors["a"] = plan.tensors["y"] = {};
  plan.floatNodes = {0, 2};
  graph = insertQdq(graph, plan);
  EXPECT_EQ(node("z").inputs, Names{"a"});
  EXPECT_EQ(node("y_float").inputs, Names{"a_dequantized"});
}

TEST(QuantisedConstant, IsDequantisedAlongItsAxis) {
  QuantisedConstant constant{
      DataType::Int8, {2, 3}, {1, 2, 3, 4, 5, 6}, {1, 10, 100}, 1};
  EXPECT_EQ(constant.dequantised(),
            (std::vector<float>{1, 20, 300, 4, 50, 600}));
}

} // namespace
