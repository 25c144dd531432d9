//===- IntegerRescaleTest.cpp - Rescaling by the high word of a product ---===//

#include "codegen/loops/integer/IntegerRescale.h"
#include "gtest/gtest.h"

#include <algorithm>
#include <cmath>
#include <random>

using namespace dlc::loops;

namespace {

int64_t highWord(const HighWordRescale &high, int64_t multiplier, int64_t sum,
                 const ExactRescale &exact) {
  __int128 product =
      static_cast<__int128>(sum) * (1 << high.scale) * multiplier;
  auto word = static_cast<int64_t>(product >> 32) + high.addend;
  return std::clamp(word >> high.shift, exact.min, exact.max);
}

/// round(sum * factor) + zero as nn.rescale has it, with so many bits.
ExactRescale roundingTo(double factor, int64_t zero, int64_t bits) {
  ExactRescale exact;
  exact.shift = bits - 1 - std::ilogb(factor);
  exact.multiplier = std::llround(std::ldexp(factor, exact.shift));
  exact.addend =
      zero * (int64_t(1) << exact.shift) + (int64_t(1) << (exact.shift - 1));
  exact.min = -128;
  exact.max = 127;
  return exact;
}

TEST(IntegerRescale, IsEqualForEverySumOfItsRange) {
  std::mt19937 random(11);
  std::uniform_real_distribution<double> exponent(-13, -3);
  int found = 0;
  for (int i = 0; i < 60; ++i) {
    double factor = std::exp2(exponent(random));
    ExactRescale exact =
        roundingTo(factor, static_cast<int64_t>(random() % 256) - 128, 26);
    SumRange range{-30000 - static_cast<int64_t>(random() % 3000),
                   static_cast<int64_t>(random() % 30000)};
    for (unsigned scale : {0U, 8U}) {
      HighWordRescale high;
      high.scale = scale;
      high.shift = largestShift(exact, scale);
      ASSERT_GE(high.shift, 1);
      high.addend = addendAt(exact, high.shift).value();
      std::optional<int32_t> multiplier = highMultiplier(exact, high, range);
      if (!multiplier)
        continue;
      ++found;
      for (int64_t sum = range.least; sum <= range.greatest; ++sum)
        ASSERT_EQ(highWord(high, *multiplier, sum, exact), exact(sum))
            << factor << " " << sum;
    }
  }
  EXPECT_GT(found, 100);
}

TEST(IntegerRescale, FindsTheMultiplierItselfWhereNoBitIsLost) {
  ExactRescale exact = roundingTo(0.00001, 5, 31);
  HighWordRescale high;
  high.shift = largestShift(exact, 0);
  high.addend = addendAt(exact, high.shift).value();
  SumRange range{-(int64_t(1) << 31), (int64_t(1) << 31) - 1};
  EXPECT_EQ(highMultiplier(exact, high, range), exact.multiplier);
  // With eight bits less some step of all these sums is elsewhere.
  high.shift -= 8;
  high.addend = addendAt(exact, high.shift).value();
  EXPECT_EQ(highMultiplier(exact, high, range), std::nullopt);
}

/// Halves that go to the even neighbour: 1/2 becomes 0 and 3/2 becomes 2.
TEST(IntegerRescale, RefusesTies) {
  ExactRescale exact = roundingTo(0.125, 0, 20);
  exact.tie = 1;
  EXPECT_EQ(exact(4), 0);
  EXPECT_EQ(exact(12), 2);
  HighWordRescale high;
  high.shift = largestShift(exact, 0);
  high.addend = addendAt(exact, high.shift).value();
  EXPECT_EQ(highMultiplier(exact, high, {-1000, 1000}), std::nullopt);
  // No tie is below 4: the rule decides nothing.
  EXPECT_TRUE(highMultiplier(exact, high, {-3, 3}));
  // One that would make results fall as sums grow.
  exact.tie = exact.multiplier + 1;
  EXPECT_EQ(highMultiplier(exact, high, {-3, 3}), std::nullopt);
}

TEST(IntegerRescale, LargeFactorsHaveNoShift) {
  EXPECT_LT(largestShift(roundingTo(0.6, 0, 31), 0), 1);
  EXPECT_GE(largestShift(roundingTo(0.6, 0, 31), 8), 1);
}

} // namespace
