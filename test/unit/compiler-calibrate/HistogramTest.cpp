//===- HistogramTest.cpp - Which part of a tensor's numbers to keep -------===//

#include "compiler/calibrate/numbers/Histogram.h"
#include <gtest/gtest.h>

using namespace dlc::calibrate;

namespace {

/// Numbers of a triangle over [-1, 1], and `outliers` at `far`.
Histogram triangle(unsigned outliers = 0, float far = 0) {
  Histogram histogram(
      {outliers ? std::min(-1.F, far) : -1, outliers ? std::max(1.F, far) : 1});
  std::vector<float> numbers;
  for (int i = 0; i < 200; ++i)
    for (int k = 0; k < 200; ++k)
      numbers.push_back((i + k - 199.F) / 200);
  numbers.insert(numbers.end(), outliers, far);
  histogram.add(numbers);
  return histogram;
}

TEST(Histogram, CountsNumbersInTheirBins) {
  Histogram histogram({0, 2048});
  histogram.add({0, 0.5F, 7.25F, 2048, 5000, -3});
  EXPECT_EQ(histogram.zeros, 1);
  EXPECT_EQ(histogram.counts[0], 2);
  EXPECT_EQ(histogram.counts[7], 1);
  EXPECT_EQ(histogram.counts[2047], 2);
  EXPECT_DOUBLE_EQ(histogram.at(7), 7.5);
}

TEST(Histogram, MinMaxKeepsAll) {
  Range range = chooseRange(triangle(1, 50), RangeMethod::MinMax, 8, 99);
  EXPECT_EQ(range.low, -1);
  EXPECT_EQ(range.high, 50);
}

TEST(Histogram, PercentileLeavesOutAsManyAtEachEnd) {
  // A triangle has (1 - x)^2 / 2 of its numbers above x: a hundredth at 0.8586.
  Range range = chooseRange(triangle(), RangeMethod::Percentile, 8, 98);
  EXPECT_NEAR(range.high, 0.8586, 0.006);
  EXPECT_NEAR(range.low, -0.8586, 0.006);
}

TEST(Histogram, PercentileOfOneSidedNumbersIsAtOneEnd) {
  Histogram histogram({0, 100});
  for (int i = 0; i < 1000; ++i)
    histogram.add(static_cast<float>(i) / 10);
  Range range = chooseRange(histogram, RangeMethod::Percentile, 8, 90);
  EXPECT_EQ(range.low, 0);
  EXPECT_NEAR(range.high, 90, 0.2);
}

TEST(Histogram, MseTradesOutliersForSteps) {
  // In 2 bits a step of the whole range is larger than what clamping loses.
  Range few = chooseRange(triangle(), RangeMethod::Mse, 2, 0),
        many = chooseRange(triangle(), RangeMethod::Mse, 8, 0);
  EXPECT_LT(few.high, 0.85);
  EXPECT_GT(many.high, 0.95);
  // One number at 50 among 40,000: its loss is 49^2, that of the steps of 50 is
  // 40,000 (50/255)^2 / 12 = 128.
  EXPECT_GT(chooseRange(triangle(1, 50), RangeMethod::Mse, 8, 0).high, 40);
  // In 4 bits the steps cost 40,000 (50/15)^2 / 12 = 37,000.
  EXPECT_LT(chooseRange(triangle(1, 50), RangeMethod::Mse, 4, 0).high, 25);
}

TEST(Histogram, KlLeavesOutliersOut) {
  // In 8 bits there are steps enough for both.
  EXPECT_EQ(chooseRange(triangle(4, 5), RangeMethod::Kl, 8, 0).high, 5);
  Range range = chooseRange(triangle(4, 5), RangeMethod::Kl, 4, 0);
  EXPECT_LT(range.high, 3);
  EXPECT_GT(range.high, 0.8);
}

TEST(Histogram, ConstantTensorsHaveTheirRange) {
  Histogram histogram({0, 0});
  histogram.add({0, 0, 0});
  for (RangeMethod method : {RangeMethod::MinMax, RangeMethod::Percentile,
                             RangeMethod::Mse, RangeMethod::Kl})
    EXPECT_EQ(chooseRange(histogram, method, 8, 99).high, 0);
}

} // namespace
