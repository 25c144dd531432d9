//===- SumEpilogueTest.cpp - What is done with a sum of products ----------===//

#include "TestNest.h"
#include "codegen/loops/nest/Contraction.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <cmath>

using namespace dlc::loops;
using mlir::FloatAttr;
using mlir::IntegerAttr;
using testing::ElementsAre;

namespace {

/// An epilogue over sums of `type` that gives `result`, with the bias %b of
/// each feature and %o, an element of each result.
std::string epilogue(const std::string &type, const std::string &result,
                     const std::string &body) {
  std::string sums = "tensor<1x4x5x8x" + type + ">";
  std::string results = "tensor<1x4x5x8x" + result + ">";
  return "  %e2 = tensor.empty() : " + results +
         "\n  %finished = linalg.generic {indexing_maps = ["
         "affine_map<(n, y, x, f) -> (f)>, "
         "affine_map<(n, y, x, f) -> (n, y, x, f)>, "
         "affine_map<(n, y, x, f) -> (n, y, x, f)>, "
         "affine_map<(n, y, x, f) -> (n, y, x, f)>], "
         "iterator_types = [\"parallel\", \"parallel\", \"parallel\", "
         "\"parallel\"]} ins(%bias, %sums, %other : tensor<8x" +
         type + ">, " + sums + ", " + sums + ") outs(%e2 : " + results +
         ") {\n  ^bb0(%b: " + type + ", %t: " + type + ", %o: " + type +
         ", %old: " + result + "):\n" + body + "\n  } -> " + results + "\n";
}

SumEpilogue epilogueOf(const std::string &body) {
  TestConv conv;
  conv.epilogue = epilogue("f32", "f32", body);
  TestNest test(conv.text());
  auto found = test.contraction();
  if (failed(found)) {
    ADD_FAILURE() << test.refusal();
    return {};
  }
  // What points into the module does not outlive it.
  EXPECT_EQ(found->epilogue.clamp.lower != nullptr,
            found->epilogue.clamp.lowerOp != nullptr);
  EXPECT_EQ(found->epilogue.clamp.upper != nullptr,
            found->epilogue.clamp.upperOp != nullptr);
  SumEpilogue read = found->epilogue;
  read.clamp = {};
  return read;
}

/// The bounds of a clamp that an epilogue begins with, NaN where there is none.
std::pair<double, double> boundsOf(const std::string &body) {
  TestConv conv;
  conv.epilogue = epilogue("f32", "f32", body);
  TestNest test(conv.text());
  auto found = test.contraction();
  auto number = [](mlir::TypedAttr bound) {
    return bound ? mlir::cast<FloatAttr>(bound).getValueAsDouble() : NAN;
  };
  const Clamp &clamp = found->epilogue.clamp;
  return {number(clamp.lower), number(clamp.upper)};
}

TEST(SumEpilogue, BiasFirst) {
  SumEpilogue read = epilogueOf(R"(
    %q = arith.addf %b, %t : f32
    %r = arith.addf %q, %o : f32
    linalg.yield %r : f32)");
  EXPECT_EQ(read.sum, 1);
  EXPECT_EQ(read.bias, 0);
  EXPECT_THAT(read.others, ElementsAre(2));
}

TEST(SumEpilogue, NoBiasBehindAnotherUse) {
  SumEpilogue read = epilogueOf(R"(
    %q = arith.addf %t, %b : f32
    %r = arith.mulf %q, %t : f32
    linalg.yield %r : f32)");
  EXPECT_EQ(read.bias, -1);
  EXPECT_THAT(read.others, ElementsAre(0, 2));
}

TEST(SumEpilogue, NoBiasThatIsUsedAgain) {
  EXPECT_EQ(epilogueOf(R"(
    %q = arith.addf %t, %b : f32
    %r = arith.mulf %q, %b : f32
    linalg.yield %r : f32)")
                .bias,
            -1);
}

TEST(SumEpilogue, ClampByComparison) {
  auto [lower, upper] = boundsOf(R"(
    %low = arith.constant 0.0 : f32
    %high = arith.constant 6.0 : f32
    %q = arith.addf %t, %b : f32
    %c = arith.cmpf olt, %q, %low : f32
    %u = arith.select %c, %low, %q : f32
    %d = arith.cmpf ogt, %u, %high : f32
    %v = arith.select %d, %high, %u : f32
    linalg.yield %v : f32)");
  EXPECT_EQ(lower, 0.0);
  EXPECT_EQ(upper, 6.0);
}

TEST(SumEpilogue, ClampByInstruction) {
  auto [lower, upper] = boundsOf(R"(
    %low = arith.constant -1.0 : f32
    %high = arith.constant 1.0 : f32
    %u = arith.minimumf %t, %high : f32
    %v = arith.maximumf %u, %low : f32
    linalg.yield %v : f32)");
  EXPECT_EQ(lower, -1.0);
  EXPECT_EQ(upper, 1.0);
}

TEST(SumEpilogue, NoClampOfAValueThatIsUsedAgain) {
  auto [lower, upper] = boundsOf(R"(
    %low = arith.constant 0.0 : f32
    %c = arith.cmpf olt, %t, %low : f32
    %u = arith.select %c, %low, %t : f32
    %v = arith.mulf %u, %t : f32
    linalg.yield %v : f32)");
  EXPECT_TRUE(std::isnan(lower));
  EXPECT_TRUE(std::isnan(upper));
}

TEST(SumEpilogue, NoClampThatSelectsAnotherNumber) {
  auto [lower, upper] = boundsOf(R"(
    %low = arith.constant 0.0 : f32
    %one = arith.constant 1.0 : f32
    %c = arith.cmpf olt, %t, %low : f32
    %u = arith.select %c, %one, %t : f32
    linalg.yield %u : f32)");
  EXPECT_TRUE(std::isnan(lower));
  EXPECT_TRUE(std::isnan(upper));
}

TEST(SumEpilogue, Rescale) {
  TestConv conv = bytes(bytesBody);
  conv.epilogue = epilogue("i32", "i8", R"(
    %m = arith.constant 1234567 : i64
    %h = arith.constant 1073741824 : i64
    %k = arith.constant 31 : i64
    %low = arith.constant -128 : i64
    %high = arith.constant 127 : i64
    %q = arith.addi %t, %b : i32
    %x = arith.extsi %q : i32 to i64
    %p = arith.muli %x, %m : i64
    %g = arith.addi %p, %h : i64
    %f = arith.shrsi %g, %k : i64
    %l = arith.maxsi %f, %low : i64
    %u = arith.minsi %l, %high : i64
    %r = arith.trunci %u : i64 to i8
    linalg.yield %r : i8)");
  TestNest test(conv.text());
  auto found = test.contraction();
  ASSERT_TRUE(succeeded(found));
  const SumEpilogue &read = found->epilogue;
  EXPECT_EQ(read.bias, 0);
  ASSERT_TRUE(read.rescale);
  EXPECT_EQ(mlir::cast<IntegerAttr>(read.rescale->multiplier.constant).getInt(),
            1234567);
  EXPECT_EQ(mlir::cast<IntegerAttr>(read.rescale->shift.constant).getInt(), 31);
  EXPECT_EQ(mlir::cast<IntegerAttr>(read.clamp.lower).getInt(), -128);
  EXPECT_EQ(mlir::cast<IntegerAttr>(read.clamp.upper).getInt(), 127);
  EXPECT_THAT(read.others, ElementsAre(2));
}

TEST(SumEpilogue, RescaleOfEachChannel) {
  TestConv conv = bytes(bytesBody);
  conv.epilogue = epilogue("i32", "i8", R"(
    %h = arith.constant 16384 : i64
    %k = arith.constant 15 : i64
    %m = arith.extsi %b : i32 to i64
    %x = arith.extsi %t : i32 to i64
    %p = arith.muli %m, %x : i64
    %g = arith.addi %p, %h : i64
    %f = arith.shrsi %g, %k : i64
    %r = arith.trunci %f : i64 to i8
    linalg.yield %r : i8)");
  TestNest test(conv.text());
  auto found = test.contraction();
  ASSERT_TRUE(succeeded(found));
  ASSERT_TRUE(found->epilogue.rescale);
  EXPECT_EQ(found->epilogue.bias, -1);
  EXPECT_EQ(found->epilogue.rescale->multiplier.input, 0);
  EXPECT_THAT(found->epilogue.others, ElementsAre(2));
}

TEST(SumEpilogue, AShiftOfTheShiftIsNoRescale) {
  TestConv conv = bytes(bytesBody);
  conv.epilogue = epilogue("i32", "i8", R"(
    %h = arith.constant 16384 : i64
    %k = arith.constant 15 : i64
    %m = arith.extsi %b : i32 to i64
    %x = arith.extsi %t : i32 to i64
    %p = arith.muli %m, %x : i64
    %g = arith.addi %p, %h : i64
    %f = arith.shrsi %k, %g : i64
    %r = arith.trunci %f : i64 to i8
    linalg.yield %r : i8)");
  TestNest test(conv.text());
  auto found = test.contraction();
  ASSERT_TRUE(succeeded(found));
  EXPECT_FALSE(found->epilogue.rescale);
}

} // namespace
