//===- RoundRowTest.cpp - Weights rounded together ------------------------===//

#include "compiler/calibrate/numbers/RoundRow.h"
#include <gtest/gtest.h>
#include <random>

using namespace dlc::calibrate;
using Integers = std::vector<int32_t>;

namespace {

Affine unitScale(int32_t least = -8, int32_t greatest = 7) {
  Affine affine;
  affine.least = least;
  affine.greatest = greatest;
  return affine;
}

Matrix identity(int64_t n, double everywhere = 0) {
  Matrix matrix(n);
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < n; ++j)
      matrix.at(i, j) = everywhere + (i == j);
  return matrix;
}

/// The least loss of all integers in the bounds.
double leastLoss(llvm::ArrayRef<double> weights, const Affine &affine,
                 const Matrix &metric) {
  Integers integers(weights.size(), affine.least);
  double least = lossOf(weights, affine.scale, integers, metric);
  for (;;) {
    size_t i = 0;
    while (i < integers.size() && integers[i] == affine.greatest)
      integers[i++] = affine.least;
    if (i == integers.size())
      return least;
    ++integers[i];
    least = std::min(least, lossOf(weights, affine.scale, integers, metric));
  }
}

TEST(RoundRow, IsNearestWhereInputsHaveNothingInCommon) {
  Matrix metric = identity(4);
  std::vector<double> weights{0.4, 0.6, -2.7, 30};
  EXPECT_EQ(roundRow(weights, unitScale(), metric, upperFactor(metric)),
            (Integers{0, 1, -3, 7}));
}

TEST(RoundRow, KeepsTheSumWhereInputsAreAlike) {
  // Nearest rounding makes 0 of all four, which sum up to 1.6.
  Matrix metric = identity(4, 10);
  std::vector<double> weights{0.4, 0.4, 0.4, 0.4};
  Integers integers =
      roundRow(weights, unitScale(), metric, upperFactor(metric));
  EXPECT_EQ(integers[0] + integers[1] + integers[2] + integers[3], 2);
}

TEST(RoundRow, ComesNearTheBestOfAll) {
  std::mt19937 random(1);
  auto number = [&] { return random() / 2147483648.0 - 1; };
  double loss = 0, nearest = 0, least = 0;
  for (int round = 0; round < 20; ++round) {
    constexpr int64_t kWidth = 6;
    Matrix metric = identity(kWidth);
    for (int sample = 0; sample < 4; ++sample) {
      double x[kWidth];
      for (double &one : x)
        one = 3 * number();
      for (int64_t i = 0; i < kWidth; ++i)
        for (int64_t j = 0; j < kWidth; ++j)
          metric.at(i, j) += x[i] * x[j];
    }
    std::vector<double> weights;
    Integers rounded;
    Affine affine = unitScale(-2, 2);
    for (int64_t i = 0; i < kWidth; ++i) {
      weights.push_back(2 * number());
      rounded.push_back(affine.quantise(static_cast<float>(weights.back())));
    }
    Integers integers = roundRow(weights, affine, metric, upperFactor(metric));
    loss += lossOf(weights, 1, integers, metric);
    nearest += lossOf(weights, 1, rounded, metric);
    least += leastLoss(weights, affine, metric);
  }
  EXPECT_LT(loss, 1.3 * least);
  EXPECT_GT(nearest, 2 * least);
}

TEST(RoundRow, StaysWithinTheBounds) {
  Matrix metric = identity(3, 5);
  for (int32_t q :
       roundRow({100, -100, 0.5}, unitScale(), metric, upperFactor(metric))) {
    EXPECT_GE(q, -8);
    EXPECT_LE(q, 7);
  }
}

TEST(SearchScale, ClampsOneLargeWeightForManySmallOnes) {
  std::vector<double> weights(100, 0.7);
  for (size_t i = 0; i < weights.size(); i += 2)
    weights[i] = -0.4;
  weights[0] = 8;
  Affine affine = unitScale();
  affine.scale = 8.0F / 7;
  float scale = searchScale(weights, affine, identity(100));
  EXPECT_LT(scale, 0.95F * affine.scale);
  // Nothing is gained where all are alike.
  affine.scale = 1;
  EXPECT_EQ(searchScale({7, -7, 7}, affine, identity(3)), 1);
}

TEST(FittedScale, IsTheProjection) {
  // 2 of (1, 2) and half of what lies across it.
  EXPECT_NEAR(fittedScale({2, 4}, {1, 2}, identity(2)), 2, 1e-12);
  EXPECT_NEAR(fittedScale({4, 3}, {1, 2}, identity(2)), 2, 1e-12);
  EXPECT_EQ(fittedScale({1}, {0}, identity(1)), 0);
}

} // namespace
