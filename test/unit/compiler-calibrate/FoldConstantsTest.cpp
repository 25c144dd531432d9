//===- FoldConstantsTest.cpp - Weights that nodes compute -----------------===//

#include "compiler/calibrate/FoldConstants.h"
#include <gtest/gtest.h>

using namespace dlc::calibrate;
using namespace dlc::import;
using Names = std::vector<std::string>;

namespace {

/// Gives each output two numbers: its place and 0.5.
class Counting : public Executable {
public:
  explicit Counting(const Graph &graph) {
    for (const GraphValue &output : graph.outputs) {
      outputs.push_back({output.name, output.name != "shape", {2}});
      results.push_back({static_cast<float>(results.size()), 0.5F});
    }
  }
  void run(llvm::ArrayRef<const void *>) override { ran = true; }
  llvm::ArrayRef<float> output(size_t i) const override {
    return ran ? llvm::ArrayRef<float>(results[i]) : llvm::ArrayRef<float>();
  }

private:
  std::vector<std::vector<float>> results;
  bool ran = false;
};

class FoldConstantsTest : public testing::Test {
protected:
  GraphNode &add(const std::string &op, Names inputs, const std::string &to) {
    GraphNode node;
    node.name = "node_" + to;
    node.op = op;
    node.inputs = std::move(inputs);
    node.outputs = {to};
    return graph.nodes.emplace_back(std::move(node));
  }
  void fold() {
    Compile compile = [&](const Graph &part) {
      ++compiled;
      EXPECT_TRUE(part.inputs.empty());
      for (const GraphValue &output : part.outputs)
        asked.push_back(output.name);
      return std::make_unique<Counting>(part);
    };
    EXPECT_FALSE(static_cast<bool>(foldConstants(graph, compile)));
  }
  Names left() const {
    Names ops;
    for (const GraphNode &node : graph.nodes)
      ops.push_back(node.op);
    return ops;
  }

  Graph graph;
  Names asked;
  int compiled = 0;
};

TEST_F(FoldConstantsTest, WeightsBehindNodes) {
  graph.inputs = {{"x"}};
  graph.constants["w"] = integerConstant(DataType::Int8, {2}, {1, 2});
  add("DequantizeLinear", {"w"}, "real");
  add("Transpose", {"real"}, "turned");
  add("Conv", {"x", "turned"}, "y");
  graph.outputs = {{"y"}};
  fold();
  EXPECT_EQ(asked, Names{"turned"});
  EXPECT_EQ(left(), Names{"Conv"});
  ASSERT_TRUE(graph.floatsOf("turned"));
  EXPECT_EQ(graph.floatsOf("turned")->floats(), (std::vector<float>{0, 0.5}));
}

TEST_F(FoldConstantsTest, NothingIsCompiledWhereNodesReadTheInput) {
  graph.inputs = {{"x"}};
  graph.constants["w"] = floatConstant({2}, {1, 2});
  add("Mul", {"x", "w"}, "scaled");
  add("Relu", {"scaled"}, "y");
  graph.outputs = {{"y"}};
  fold();
  EXPECT_EQ(compiled, 0);
  EXPECT_EQ(left(), (Names{"Mul", "Relu"}));
}

// A shape is no float: its node stays.
TEST_F(FoldConstantsTest, OtherTypesStay) {
  graph.inputs = {{"x"}};
  graph.constants["w"] = floatConstant({2}, {1, 2});
  add("Shape", {"w"}, "shape");
  add("Reshape", {"x", "shape"}, "y");
  graph.outputs = {{"y"}};
  fold();
  EXPECT_EQ(left(), (Names{"Shape", "Reshape"}));
  EXPECT_FALSE(graph.constants.count("shape"));
}

// The network's output is computed as before, and so is what draws by chance.
TEST_F(FoldConstantsTest, OutputsAndChanceStay) {
  graph.inputs = {{"x"}};
  graph.constants["w"] = floatConstant({2}, {1, 2});
  add("Relu", {"w"}, "both");
  add("RandomNormal", {}, "noise");
  add("Add", {"x", "both"}, "sum");
  add("Add", {"sum", "noise"}, "y");
  graph.outputs = {{"y"}, {"both"}};
  fold();
  EXPECT_EQ(left(), (Names{"Relu", "RandomNormal", "Add", "Add"}));
}

TEST_F(FoldConstantsTest, WhatABodyReads) {
  graph.inputs = {{"x"}};
  graph.constants["w"] = floatConstant({2}, {1, 2});
  add("Relu", {"w"}, "inside");
  add("If", {"x"}, "y").captured = {"inside"};
  graph.outputs = {{"y"}};
  fold();
  EXPECT_EQ(asked, Names{"inside"});
  EXPECT_EQ(left(), Names{"If"});
}

} // namespace
