//===- RescaleTest.cpp - Sums of integers turned into stored ones ---------===//

#include "TestNest.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace dlc::loops;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

/// A convolution of bytes whose sums %t are rescaled by %m, %g, %k and %h, one
/// for each channel, and clamped; `tie` makes %u of the sum %v and its shift
/// %q.
std::string rescaled(const std::string &tie) {
  TestConv conv = bytes(bytesBody);
  conv.epilogue = R"(
  %parameters = tensor.empty() : tensor<8xi64>
  %shifts = tensor.empty() : tensor<8xi8>
  %e2 = tensor.empty() : tensor<1x4x5x8xi8>
  %f = linalg.generic {indexing_maps = [
      affine_map<(n, y, x, f) -> (n, y, x, f)>, affine_map<(n, y, x, f) -> (f)>,
      affine_map<(n, y, x, f) -> (f)>, affine_map<(n, y, x, f) -> (f)>,
      affine_map<(n, y, x, f) -> (f)>, affine_map<(n, y, x, f) -> (n, y, x, f)>],
      iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%sums, %bias, %parameters, %shifts, %bias
          : tensor<1x4x5x8xi32>, tensor<8xi32>, tensor<8xi64>, tensor<8xi8>,
            tensor<8xi32>) outs(%e2 : tensor<1x4x5x8xi8>) {
  ^bb0(%t: i32, %m: i32, %g: i64, %k: i8, %h: i32, %old: i8):
    %low = arith.constant -128 : i64
    %high = arith.constant 127 : i64
    %one = arith.constant 1 : i64
    %two = arith.constant 2 : i64
    %zero64 = arith.constant 0 : i64
    %tx = arith.extsi %t : i32 to i64
    %mx = arith.extsi %m : i32 to i64
    %kx = arith.extsi %k : i8 to i64
    %hx = arith.extsi %h : i32 to i64
    %z = arith.muli %tx, %mx : i64
    %v = arith.addi %z, %g : i64
    %q = arith.shrsi %v, %kx : i64)" +
                  tie + R"(
    %l = arith.maxsi %u, %low : i64
    %c = arith.minsi %l, %high : i64
    %stored = arith.trunci %c : i64 to i8
    linalg.yield %stored : i8
  } -> tensor<1x4x5x8xi8>
)";
  return conv.text();
}

std::string tie(const std::string &last, const std::string &bit = "%one",
                const std::string &order = "slt") {
  return R"(
    %start = arith.shli %q, %kx : i64
    %above = arith.subi %v, %start : i64
    %isTie = arith.cmpi )" +
         order + R"(, %above, %hx : i64
    %bit = arith.andi %q, )" +
         bit + R"( : i64
    %turned = arith.xori %bit, %one : i64
    %less = arith.select %isTie, )" +
         last + R"(, %zero64 : i64
    %u = arith.subi %q, %less : i64)";
}

TEST(Rescale, TiesToEven) {
  TestNest test(rescaled(tie("%bit")));
  auto found = test.contraction();
  ASSERT_TRUE(succeeded(found)) << test.refusal();
  const SumEpilogue &read = found->epilogue;
  ASSERT_TRUE(read.rescale);
  EXPECT_EQ(read.rescale->multiplier.input, 1);
  EXPECT_EQ(read.rescale->addend.input, 2);
  EXPECT_EQ(read.rescale->shift.input, 3);
  ASSERT_TRUE(read.rescale->tie);
  EXPECT_EQ(read.rescale->tie->input, 4);
  EXPECT_FALSE(read.rescale->tiesToOdd);
  EXPECT_TRUE(read.clamp.lower);
  EXPECT_TRUE(read.clamp.upper);
  EXPECT_THAT(read.others, IsEmpty());
}

TEST(Rescale, TiesToOdd) {
  TestNest test(rescaled(tie("%turned")));
  auto found = test.contraction();
  ASSERT_TRUE(succeeded(found));
  ASSERT_TRUE(found->epilogue.rescale);
  EXPECT_TRUE(found->epilogue.rescale->tiesToOdd);
}

TEST(Rescale, WithoutATie) {
  TestNest test(rescaled("\n    %u = arith.addi %q, %zero64 : i64"));
  auto found = test.contraction();
  ASSERT_TRUE(succeeded(found));
  ASSERT_TRUE(found->epilogue.rescale);
  EXPECT_FALSE(found->epilogue.rescale->tie);
  EXPECT_THAT(found->epilogue.others, ElementsAre(4));
}

TEST(Rescale, NoOtherRounding) {
  // Another bit, or another comparison: something else than a tie.
  for (const std::string &rounding :
       {tie("%bit", "%two"), tie("%bit", "%one", "sle")}) {
    TestNest test(rescaled(rounding));
    auto found = test.contraction();
    ASSERT_TRUE(succeeded(found));
    EXPECT_FALSE(found->epilogue.rescale);
    EXPECT_FALSE(found->epilogue.clamp.lower);
    EXPECT_THAT(found->epilogue.others, ElementsAre(1, 2, 3, 4));
  }
}

} // namespace
