//===- ContractionTest.cpp - Sums of products recognised ------------------===//

#include "codegen/loops/nest/Contraction.h"
#include "TestNest.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace dlc::loops;
using mlir::IntegerAttr;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

/// A generic of two operands, floats, with these maps; the second operand is
/// the network's constant.
std::string product(const std::string &left, const std::string &right,
                    const std::string &output, const std::string &dims,
                    const std::string &maps, const std::string &iterators,
                    const std::string &attributes = " {nn.constant}",
                    const std::string &leftAttributes = "") {
  std::string text = "func.func @stage(%l: tensor<" + left + ">" +
                     leftAttributes + ", %constant: tensor<" + right + ">" +
                     attributes + ") {\n  %c0 = arith.constant 0.0 : f32\n" +
                     "  %e = tensor.empty() : tensor<" + output + ">\n" +
                     "  %i = linalg.fill ins(%c0 : f32) outs(%e : tensor<" +
                     output + ">) -> tensor<" + output + ">\n" +
                     "  %sums = linalg.generic {indexing_maps = [";
  std::string list = maps;
  bool first = true;
  for (size_t at = 0; at < list.size();) {
    size_t end = std::min(list.find(';', at), list.size());
    text += std::string(first ? "" : ", ") + "affine_map<(" + dims + ") -> (" +
            list.substr(at, end - at) + ")>";
    first = false;
    at = end + 1;
  }
  text += "], iterator_types = [";
  for (size_t k = 0; k < iterators.size(); ++k)
    text += std::string(k ? ", " : "") +
            (iterators[k] == 'p' ? "\"parallel\"" : "\"reduction\"");
  return text + "]} ins(%l, %constant : tensor<" + left + ">, tensor<" + right +
         ">) outs(%i : tensor<" + output +
         ">) {\n  ^bb0(%a: f32, %w: f32, %s: f32):" + plainBody +
         "\n  } -> tensor<" + output + ">\n  return\n}\n";
}

TEST(Contraction, Convolution) {
  TestNest test(TestConv().text());
  auto found = test.contraction();
  ASSERT_TRUE(succeeded(found));
  // One image: n is gone. (y, x, f | i, j, c)
  ASSERT_THAT(test.nest.sizes, ElementsAre(4, 5, 8, 3, 3, 4));
  EXPECT_THAT(found->positions, ElementsAre(0, 1));
  EXPECT_THAT(found->features, ElementsAre(2));
  EXPECT_THAT(found->taps, ElementsAre(3, 4));
  EXPECT_THAT(found->channels, ElementsAre(5));
  EXPECT_THAT(found->groups, IsEmpty());
  EXPECT_THAT(found->reduction(), ElementsAre(3, 4, 5));
  EXPECT_EQ(found->depth, 36);
  EXPECT_EQ(found->data.input, 0u);
  EXPECT_EQ(found->weights.input, 1u);
  EXPECT_TRUE(found->startsAtZero);
  EXPECT_TRUE(found->isFloat32());
  EXPECT_FALSE(found->data.zeroPoint.isGiven());
  EXPECT_EQ(found->epilogue.sum, -1);
}

TEST(Contraction, WindowsSayStrideAndDilation) {
  TestConv conv;
  conv.input = "1x11x13x4xf32";
  conv.stride = 2;
  conv.dilation = 2;
  TestNest test(conv.text());
  ASSERT_EQ(test.nest.windows.size(), 2u);
  const Window &row = test.nest.windows[0], &column = test.nest.windows[1];
  EXPECT_EQ(row.position, 0);
  EXPECT_EQ(row.tap, 3u);
  EXPECT_EQ(row.stride, 2);
  EXPECT_EQ(row.dilation, 2);
  EXPECT_EQ(column.position, 1);
  EXPECT_EQ(column.tap, 4u);
}

TEST(Contraction, WindowsOfOnePosition) {
  // A 1x1 filter has no taps; what is left of the plane is one dimension.
  TestConv conv;
  conv.filter = "8x4x1x1xf32";
  conv.output = "1x6x7x8xf32";
  TestNest test(conv.text());
  auto found = test.contraction();
  ASSERT_TRUE(succeeded(found));
  EXPECT_THAT(test.nest.sizes, ElementsAre(42, 8, 4));
  EXPECT_THAT(test.nest.windows, IsEmpty());
  EXPECT_THAT(found->channels, ElementsAre(2));
  EXPECT_THAT(found->taps, IsEmpty());
  // A filter of three rows in one column: rows and columns are walked as one,
  // and the three are taps still.
  conv.filter = "8x4x3x1xf32";
  conv.output = "1x4x7x8xf32";
  TestNest rows(conv.text());
  found = rows.contraction();
  ASSERT_TRUE(succeeded(found));
  EXPECT_THAT(rows.nest.sizes, ElementsAre(28, 8, 3, 4));
  EXPECT_THAT(found->taps, ElementsAre(2));
  ASSERT_EQ(rows.nest.windows.size(), 1u);
  EXPECT_EQ(rows.nest.windows[0].position, -1);
}

TEST(Contraction, PaddingKeepsItsDimensions) {
  TestConv conv;
  conv.pad = R"(
  %none = arith.constant 0.0 : f32
  %x = tensor.pad %input low[0, 1, 1, 0] high[0, 1, 1, 0] {
  ^bb0(%k: index, %l: index, %m: index, %n: index):
    tensor.yield %none : f32
  } : tensor<1x6x7x4xf32> to tensor<1x8x9x4xf32>
)";
  conv.padded = "1x8x9x4xf32";
  conv.output = "1x6x7x8xf32";
  TestNest test(conv.text());
  auto found = test.contraction();
  ASSERT_TRUE(succeeded(found));
  EXPECT_THAT(test.nest.sizes, ElementsAre(6, 7, 8, 3, 3, 4));
  EXPECT_EQ(test.nest.inputs[0].guards.size(), 2u);
  EXPECT_THAT(found->taps, ElementsAre(3, 4));
}

TEST(Contraction, Depthwise) {
  TestNest test(product("1x6x7x8xf32", "8x3x3xf32", "1x4x5x8xf32",
                        "n, y, x, c, i, j",
                        "n, y + i, x + j, c;c, i, j;n, y, x, c", "pppprr"));
  auto found = test.contraction();
  ASSERT_TRUE(succeeded(found));
  EXPECT_THAT(test.nest.sizes, ElementsAre(4, 5, 8, 3, 3));
  EXPECT_THAT(found->groups, ElementsAre(2));
  EXPECT_THAT(found->positions, ElementsAre(0, 1));
  EXPECT_THAT(found->taps, ElementsAre(3, 4));
  EXPECT_THAT(found->features, IsEmpty());
  EXPECT_THAT(found->channels, IsEmpty());
}

TEST(Contraction, Grouped) {
  TestNest test(product("1x6x7x2x4xf32", "2x3x4x3x3xf32", "1x4x5x2x3xf32",
                        "n, y, x, g, f, i, j, c",
                        "n, y + i, x + j, g, c;g, f, c, i, j;n, y, x, g, f",
                        "ppppprrr"));
  auto found = test.contraction();
  ASSERT_TRUE(succeeded(found));
  EXPECT_THAT(found->groups, ElementsAre(2));
  EXPECT_THAT(found->features, ElementsAre(3));
  EXPECT_THAT(found->taps, ElementsAre(4, 5));
  EXPECT_THAT(found->channels, ElementsAre(6));
}

TEST(Contraction, ProductWithAConstantOnTheRight) {
  TestNest test(product("5x16xf32", "16x7xf32", "5x7xf32", "m, n, k",
                        "m, k;k, n;m, n", "ppr"));
  auto found = test.contraction();
  ASSERT_TRUE(succeeded(found));
  EXPECT_EQ(found->weights.input, 1u);
  EXPECT_THAT(found->positions, ElementsAre(0));
  EXPECT_THAT(found->features, ElementsAre(1));
  EXPECT_THAT(found->channels, ElementsAre(2));
  EXPECT_THAT(found->taps, IsEmpty());
}

TEST(Contraction, ProductWithAConstantOnTheLeft) {
  TestNest test(product("5x16xf32", "16x7xf32", "5x7xf32", "m, n, k",
                        "m, k;k, n;m, n", "ppr", "", " {nn.constant}"));
  auto found = test.contraction();
  ASSERT_TRUE(succeeded(found));
  EXPECT_EQ(found->weights.input, 0u);
  EXPECT_EQ(found->data.input, 1u);
  EXPECT_THAT(found->positions, ElementsAre(1));
  EXPECT_THAT(found->features, ElementsAre(0));
}

TEST(Contraction, ProductOfTwoResults) {
  TestNest test(product("3x5x16xf32", "3x16x7xf32", "3x5x7xf32", "b, m, n, k",
                        "b, m, k;b, k, n;b, m, n", "pppr", ""));
  auto found = test.contraction();
  ASSERT_TRUE(succeeded(found));
  EXPECT_EQ(found->weights.input, 1u);
  EXPECT_THAT(found->groups, ElementsAre(0));
  EXPECT_THAT(found->positions, ElementsAre(1));
  EXPECT_THAT(found->features, ElementsAre(2));
}

TEST(Contraction, DenseLayer) {
  TestNest test(product("1x16xf32", "16x7xf32", "1x7xf32", "m, n, k",
                        "m, k;k, n;m, n", "ppr"));
  auto found = test.contraction();
  ASSERT_TRUE(succeeded(found));
  EXPECT_THAT(test.nest.sizes, ElementsAre(7, 16));
  EXPECT_THAT(found->positions, IsEmpty());
  EXPECT_THAT(found->features, ElementsAre(0));
  EXPECT_THAT(found->channels, ElementsAre(1));
}

TEST(Contraction, Integers) {
  TestNest test(bytes(bytesBody).text());
  auto found = test.contraction();
  ASSERT_TRUE(succeeded(found));
  EXPECT_TRUE(found->accumulator.isInteger(32));
  EXPECT_TRUE(found->data.element.isInteger(8));
  EXPECT_TRUE(found->weights.element.isInteger(8));
  EXPECT_TRUE(found->data.isSigned);
  EXPECT_FALSE(found->weights.isSigned);
  EXPECT_FALSE(found->data.zeroPoint.isGiven());
  EXPECT_FALSE(found->isPlainFloat());
  EXPECT_TRUE(found->startsAtZero);
  EXPECT_THAT(found->features, ElementsAre(2));
}

TEST(Contraction, ZeroPointsAreConstants) {
  TestNest test(bytes(R"(
    %z = arith.constant -3 : i32
    %ax = arith.extui %a : i8 to i32
    %az = arith.subi %ax, %z : i32
    %z16 = arith.constant 7 : i16
    %wx = arith.extsi %w : i8 to i16
    %wz = arith.subi %wx, %z16 : i16
    %wy = arith.extsi %wz : i16 to i32
    %p = arith.muli %az, %wy : i32
    %r = arith.addi %p, %s : i32
    linalg.yield %r : i32)")
                    .text());
  auto found = test.contraction();
  ASSERT_TRUE(succeeded(found));
  EXPECT_FALSE(found->data.isSigned);
  EXPECT_TRUE(found->weights.isSigned);
  ASSERT_TRUE(found->data.zeroPoint.constant);
  EXPECT_EQ(mlir::cast<IntegerAttr>(found->data.zeroPoint.constant).getInt(),
            -3);
  ASSERT_TRUE(found->weights.zeroPoint.constant);
  EXPECT_EQ(mlir::cast<IntegerAttr>(found->weights.zeroPoint.constant).getInt(),
            7);
}

TEST(Contraction, ZeroPointFromAroundTheBody) {
  TestConv conv = bytes(R"(
    %ax = arith.extsi %a : i8 to i32
    %zx = arith.extui %z : i8 to i32
    %az = arith.subi %ax, %zx : i32
    %wx = arith.extsi %w : i8 to i32
    %p = arith.muli %az, %wx : i32
    %r = arith.addi %p, %s : i32
    linalg.yield %r : i32)");
  conv.pad = R"(
  %first = arith.constant 0 : index
  %z = tensor.extract %zero[%first] : tensor<1xi8>
  %x = tensor.cast %input : tensor<1x6x7x4xi8> to tensor<1x6x7x4xi8>
)";
  TestNest test(conv.text());
  auto found = test.contraction();
  ASSERT_TRUE(succeeded(found)) << test.refusal();
  EXPECT_TRUE(found->data.zeroPoint.outside);
  EXPECT_TRUE(found->data.zeroPoint.outside.getType().isInteger(8));
  EXPECT_FALSE(found->data.zeroPoint.isSigned);
}

/// A product of bytes whose operands' zero points are operands too: one of all
/// data, one of each column of the weights.
TEST(Contraction, ZeroPointsAreOperands) {
  TestNest test(R"(
func.func @stage(%l: tensor<5x16xi8>, %r: tensor<16x7xi8> {nn.constant},
                 %zl: tensor<i8>, %zr: tensor<7xi8> {nn.constant}) {
  %c0 = arith.constant 0 : i32
  %e = tensor.empty() : tensor<5x7xi32>
  %i = linalg.fill ins(%c0 : i32) outs(%e : tensor<5x7xi32>) -> tensor<5x7xi32>
  %sums = linalg.generic {indexing_maps = [
      affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>,
      affine_map<(m, n, k) -> ()>, affine_map<(m, n, k) -> (n)>,
      affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%l, %r, %zl, %zr : tensor<5x16xi8>, tensor<16x7xi8>, tensor<i8>,
                             tensor<7xi8>) outs(%i : tensor<5x7xi32>) {
  ^bb0(%a: i8, %w: i8, %x: i8, %y: i8, %s: i32):
    %ax = arith.extsi %a : i8 to i32
    %xx = arith.extsi %x : i8 to i32
    %az = arith.subi %ax, %xx : i32
    %wx = arith.extsi %w : i8 to i32
    %yx = arith.extsi %y : i8 to i32
    %wz = arith.subi %wx, %yx : i32
    %p = arith.muli %az, %wz : i32
    %q = arith.addi %s, %p : i32
    linalg.yield %q : i32
  } -> tensor<5x7xi32>
  return
})");
  auto found = test.contraction();
  ASSERT_TRUE(succeeded(found)) << test.refusal();
  EXPECT_EQ(found->data.zeroPoint.input, 2);
  EXPECT_EQ(found->weights.zeroPoint.input, 3);
  EXPECT_THAT(found->positions, ElementsAre(0));
}

TEST(Contraction, RefusesWhatIsNoSumOfProducts) {
  TestConv conv;
  conv.body = R"(
    %p = arith.mulf %a, %w : f32
    %r = arith.maximumf %s, %p : f32
    linalg.yield %r : f32)";
  EXPECT_EQ(TestNest(conv.text()).refusal(),
            "the body does not add a product to its accumulator");
  // An accumulator that is read twice is no plain sum.
  conv.body = R"(
    %p = arith.mulf %a, %w : f32
    %q = arith.addf %s, %p : f32
    %r = arith.maximumf %s, %q : f32
    linalg.yield %r : f32)";
  EXPECT_EQ(TestNest(conv.text()).refusal(),
            "the body does not add a product to its accumulator");
}

TEST(Contraction, RefusesSquares) {
  TestConv conv;
  conv.body = R"(
    %p = arith.mulf %a, %a : f32
    %r = arith.addf %s, %p : f32
    linalg.yield %r : f32)";
  EXPECT_EQ(TestNest(conv.text()).refusal(),
            "both factors are the same operand");
}

TEST(Contraction, RefusesFactorsThatAreComputed) {
  TestConv conv;
  conv.body = R"(
    %b = arith.negf %a : f32
    %p = arith.mulf %b, %w : f32
    %r = arith.addf %s, %p : f32
    linalg.yield %r : f32)";
  EXPECT_EQ(TestNest(conv.text()).refusal(),
            "a factor is computed from more than an operand");
}

TEST(Contraction, RefusesDifferencesThatWrap) {
  // a - z in 8 bits is another number than that of the two extended.
  EXPECT_EQ(TestNest(bytes(R"(
    %z = arith.constant 5 : i8
    %az = arith.subi %a, %z : i8
    %ax = arith.extsi %az : i8 to i32
    %wx = arith.extsi %w : i8 to i32
    %p = arith.muli %ax, %wx : i32
    %r = arith.addi %p, %s : i32
    linalg.yield %r : i32)")
                         .text())
                .refusal(),
            "a factor is computed from more than an operand");
}

TEST(Contraction, RefusesPositions) {
  TestConv conv;
  conv.body = R"(
    %k = linalg.index 6 : index
    %n = arith.index_cast %k : index to i32
    %f = arith.sitofp %n : i32 to f32
    %p = arith.mulf %a, %f : f32
    %r = arith.addf %s, %p : f32
    linalg.yield %r : f32)";
  EXPECT_EQ(TestNest(conv.text()).refusal(), "the body asks for positions");
}

TEST(Contraction, RefusesSumsOfNothing) {
  TestNest test(
      product("5x7xf32", "5x7xf32", "5x7xf32", "m, n", "m, n;m, n;m, n", "pp"));
  EXPECT_EQ(test.refusal(), "nothing is summed up");
}

} // namespace
