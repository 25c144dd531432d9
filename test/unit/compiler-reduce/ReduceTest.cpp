//===- ReduceTest.cpp - Networks that keep what is interesting ------------===//

#include "compiler/reduce/Reduce.h"

#include "dialects/nn/NnDialect.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace dlc;
using namespace mlir;

namespace {

constexpr const char *network = R"mlir(
func.func @main(%x: tensor<1x4xf32> {nn.name = "x"}) -> (tensor<1x4xf32> {nn.name = "y"}) {
  %w = arith.constant dense<[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 9.0]]> : tensor<4x4xf32>
  %0 = nn.relu %x : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %1 = nn.matmul %0, %w : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
  %2 = nn.tanh %1 : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %3 = nn.add %2, %x : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
  %4 = nn.exp %3 : (tensor<1x4xf32>) -> tensor<1x4xf32>
  return %4 : tensor<1x4xf32>
}
)mlir";

template <typename OpT> unsigned count(ModuleOp module) {
  unsigned found = 0;
  module.walk([&](OpT) { ++found; });
  return found;
}

unsigned countNn(ModuleOp module) {
  unsigned found = 0;
  module.walk([&](Operation *op) {
    found += isa_and_nonnull<nn::NnDialect>(op->getDialect());
  });
  return found;
}

struct Reduce : testing::Test {
  MLIRContext context;
  OwningOpRef<ModuleOp> module;

  void SetUp() override {
    context
        .loadDialect<arith::ArithDialect, func::FuncDialect, nn::NnDialect>();
    module = parseSourceString<ModuleOp>(network, &context);
    ASSERT_TRUE(module);
  }
};

TEST_F(Reduce, LeavesTheOneOpThatMatters) {
  unsigned asked = 0;
  auto left = reduce::reduce(*module, [&](ModuleOp candidate) {
    ++asked;
    EXPECT_TRUE(succeeded(verify(candidate)));
    return count<nn::MatmulOp>(candidate) == 1;
  });
  EXPECT_EQ(countNn(*left), 1U);
  EXPECT_EQ(count<nn::MatmulOp>(*left), 1U);
  EXPECT_LT(asked, 40U);
  // The network itself stays as it was.
  EXPECT_EQ(countNn(*module), 5U);
}

TEST_F(Reduce, ConstantsBecomeOneNumber) {
  auto left = reduce::reduce(*module, [&](ModuleOp candidate) {
    return count<nn::MatmulOp>(candidate) == 1 &&
           count<arith::ConstantOp>(candidate) == 1;
  });
  left->walk([&](arith::ConstantOp constant) {
    EXPECT_TRUE(cast<DenseElementsAttr>(constant.getValue()).isSplat());
  });
}

TEST_F(Reduce, KeepsConstantsThatMatter) {
  auto left = reduce::reduce(*module, [&](ModuleOp candidate) {
    bool found = false;
    candidate.walk([&](arith::ConstantOp constant) {
      auto values = cast<DenseElementsAttr>(constant.getValue());
      found |= values.getValues<float>()[15] == 9.0F;
    });
    return found && count<nn::MatmulOp>(candidate) == 1;
  });
  EXPECT_EQ(countNn(*left), 1U);
  EXPECT_EQ(count<arith::ConstantOp>(*left), 1U);
}

TEST_F(Reduce, KeepsAPairAndWhatLiesBetween) {
  // Only what is between the two may go: not they themselves.
  auto left = reduce::reduce(*module, [&](ModuleOp candidate) {
    return count<nn::ReluOp>(candidate) == 1 &&
           count<nn::ExpOp>(candidate) == 1;
  });
  EXPECT_EQ(countNn(*left), 2U);
}

TEST_F(Reduce, WhatNothingMayBeTakenFromStays) {
  auto left = reduce::reduce(
      *module, [&](ModuleOp candidate) { return countNn(candidate) == 5; });
  EXPECT_EQ(countNn(*left), 5U);
}

} // namespace
