//===- CostTest.cpp - How much arithmetic nn ops are ----------------------===//

#include "dialects/interfaces/CostInterface.h"
#include "dialects/nn/NnDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;

namespace {

class Cost : public testing::Test {
protected:
  Cost() { context.loadDialect<dlc::nn::NnDialect, func::FuncDialect>(); }

  /// The one op of nn in a function with these arguments.
  Operation *parse(const std::string &arguments, const std::string &op) {
    module = parseSourceString<ModuleOp>(
        "func.func @f(" + arguments + ") {\n  %r = " + op + "\n  return\n}\n",
        &context);
    if (!module)
      return nullptr;
    return &(*module->getOps<func::FuncOp>().begin()).front().front();
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

/// Features 0 to 3 of group 0 sum 2 channels of 3 * 3 elements, whatever part
/// of the result is asked for.
TEST_F(Cost, OfAConvolution) {
  Operation *conv = parse(
      "%x: tensor<1x4x6x6xf32>, %w: tensor<8x2x3x3xf32>, %b: tensor<8xf32>",
      "nn.conv %x, %w, %b {strides = array<i64: 2, 2>, pads = array<i64: 1, 1, "
      "1, 1>, dilations = array<i64: 1, 1>, group = 2 : i64, layout = "
      "#nn.layout<channels_first>} : (tensor<1x4x6x6xf32>, "
      "tensor<8x2x3x3xf32>, tensor<8xf32>) -> tensor<1x8x3x3xf32>");
  ASSERT_TRUE(conv);
  EXPECT_EQ(dlc::sumLengthOf(conv), 2 * 3 * 3);
  EXPECT_EQ(dlc::multiplyAccumulatesOf(conv), 8 * 3 * 3 * 18);
  EXPECT_EQ(dlc::otherOperationsOf(conv), 8 * 3 * 3);
  EXPECT_EQ(dlc::multiplyAccumulatesOf(conv, 8), 8 * 18);
}

/// Each of 2 * 3 * 3 elements meets 5 filters of 2 * 2; a sum takes in both
/// channels, and of the 2 * 2 taps one alone where the stride is 2.
TEST_F(Cost, OfATransposedConvolution) {
  Operation *conv = parse(
      "%x: tensor<1x2x3x3xf32>, %w: tensor<2x5x2x2xf32>",
      "nn.conv_transpose %x, %w {strides = array<i64: 2, 2>, pads = array<i64: "
      "0, 0, 0, 0>, dilations = array<i64: 1, 1>, output_padding = array<i64: "
      "0, 0>, group = 1 : i64, layout = #nn.layout<channels_first>} : "
      "(tensor<1x2x3x3xf32>, tensor<2x5x2x2xf32>) -> tensor<1x5x6x6xf32>");
  ASSERT_TRUE(conv);
  EXPECT_EQ(dlc::sumLengthOf(conv), 2 * 2 * 2);
  EXPECT_EQ(dlc::multiplyAccumulatesOf(conv), 2 * 3 * 3 * 5 * 2 * 2);
  EXPECT_EQ(dlc::multiplyAccumulatesOf(conv, 5 * 6 * 6 / 3),
            2 * 3 * 3 * 5 * 2 * 2 / 3);
}

TEST_F(Cost, OfAProduct) {
  Operation *product =
      parse("%x: tensor<4x3x7xf32>, %w: tensor<7x5xf32>",
            "nn.matmul %x, %w : (tensor<4x3x7xf32>, tensor<7x5xf32>) -> "
            "tensor<4x3x5xf32>");
  ASSERT_TRUE(product);
  EXPECT_EQ(dlc::sumLengthOf(product), 7);
  EXPECT_EQ(dlc::multiplyAccumulatesOf(product), 4 * 3 * 5 * 7);
  EXPECT_EQ(dlc::otherOperationsOf(product), 0);
}

TEST_F(Cost, OfWindowsReductionsAndElements) {
  Operation *pool = parse(
      "%x: tensor<1x2x6x6xf32>",
      "nn.max_pool %x {kernel = array<i64: 3, 2>, strides = array<i64: 3, 2>, "
      "pads = array<i64: 0, 0, 0, 0>, dilations = array<i64: 1, 1>, layout = "
      "#nn.layout<channels_first>} : (tensor<1x2x6x6xf32>) -> "
      "tensor<1x2x2x3xf32>");
  ASSERT_TRUE(pool);
  EXPECT_EQ(dlc::otherOperationsOf(pool), 2 * 2 * 3 * 6);
  EXPECT_EQ(dlc::multiplyAccumulatesOf(pool), 0);

  Operation *mean = parse(
      "%x: tensor<4x3x7xf32>",
      "nn.reduce %x {kind = #nn.reduce_kind<mean>, axes = array<i64: 0, 2>, "
      "keepdims = false} : (tensor<4x3x7xf32>) -> tensor<3xf32>");
  ASSERT_TRUE(mean);
  EXPECT_EQ(dlc::otherOperationsOf(mean), 4 * 3 * 7);
  EXPECT_EQ(dlc::otherOperationsOf(mean, 1), 4 * 7);

  Operation *softmax =
      parse("%x: tensor<4x3xf32>", "nn.softmax %x {axis = 1 : i64} : "
                                   "(tensor<4x3xf32>) -> tensor<4x3xf32>");
  ASSERT_TRUE(softmax);
  EXPECT_EQ(dlc::otherOperationsOf(softmax), 4 * 4 * 3);

  Operation *sum = parse("%x: tensor<4x1xf32>, %y: tensor<3xf32>",
                         "nn.add %x, %y : (tensor<4x1xf32>, tensor<3xf32>) -> "
                         "tensor<4x3xf32>");
  ASSERT_TRUE(sum);
  EXPECT_EQ(dlc::otherOperationsOf(sum), 4 * 3);

  Operation *moved = parse("%x: tensor<4x3xf32>",
                           "nn.transpose %x {perm = array<i64: 1, 0>} : "
                           "(tensor<4x3xf32>) -> tensor<3x4xf32>");
  ASSERT_TRUE(moved);
  EXPECT_EQ(dlc::otherOperationsOf(moved), 0);
}

} // namespace
