//===- FewValuesTest.cpp - Weights that a tool has made few of ------------===//

#include "compiler/calibrate/numbers/FewValues.h"
#include <gtest/gtest.h>
#include <random>

using namespace dlc::calibrate;

namespace {

class FewValues : public testing::Test {
protected:
  static constexpr int64_t kRows = 8, kWidth = 40;

  static Rows rows() { return Rows({kRows, kWidth}, 0); }
  int draw(int least, int most) {
    return std::uniform_int_distribution<int>(least, most)(random);
  }
  float real() { return std::normal_distribution<float>()(random); }
  template <typename Fn> static std::vector<float> fill(Fn weight) {
    std::vector<float> weights;
    for (int64_t r = 0; r < kRows; ++r)
      for (int64_t i = 0; i < kWidth; ++i)
        weights.push_back(weight(r));
    return weights;
  }

  std::mt19937 random{7};
};

TEST_F(FewValues, AreNotWhatTrainingLeaves) {
  EXPECT_EQ(structureOf(fill([&](int64_t) { return real(); }), rows()),
            Structure::None);
}

TEST_F(FewValues, OfRowsAreSteps) {
  std::vector<float> scales;
  for (int64_t r = 0; r < kRows; ++r)
    scales.push_back(std::fabs(real()) + 0.01F);
  auto weights = fill(
      [&](int64_t r) { return scales[r] * static_cast<float>(draw(-8, 7)); });
  EXPECT_EQ(structureOf(weights, rows()), Structure::Steps);
  weights[5] = 0.37F * scales[0];
  EXPECT_EQ(structureOf(weights, rows()), Structure::None);
  // One more than 4 bits hold.
  weights[5] = 8 * scales[0];
  weights[6] = scales[0];
  EXPECT_EQ(structureOf(weights, rows()), Structure::None);
  // A row of zeros is any number of steps.
  weights = fill([&](int64_t r) {
    return r == 3 ? 0 : scales[r] * static_cast<float>(2 * draw(0, 1) - 1);
  });
  EXPECT_EQ(structureOf(weights, rows()), Structure::Steps);
}

TEST_F(FewValues, OfTheTensorAreFew) {
  std::vector<float> values;
  for (int i = 0; i < 16; ++i)
    values.push_back(real());
  auto weights = fill([&](int64_t) { return values[draw(0, 15)]; });
  EXPECT_EQ(structureOf(weights, rows()), Structure::Values);
  weights[17] = 0.5F * values[3];
  EXPECT_EQ(structureOf(weights, rows()), Structure::None);
}

TEST_F(FewValues, AreZerosIfTheyAreHalf) {
  auto weights = fill([&](int64_t) { return draw(0, 9) < 8 ? 0 : real(); });
  EXPECT_EQ(structureOf(weights, rows()), Structure::Zeros);
  weights = fill([&](int64_t) { return draw(0, 9) < 2 ? 0 : real(); });
  EXPECT_EQ(structureOf(weights, rows()), Structure::None);
}

TEST_F(FewValues, OfFewWeightsAreChance) {
  EXPECT_EQ(structureOf({1, 2, 3, 1, 2, 3}, Rows({2, 3}, 0)), Structure::None);
}

TEST(StepOf, IsTheLargest) {
  EXPECT_FLOAT_EQ(stepOf({0.5F, -1, 3.5F, 0}), 0.5F);
  // 2 and 3 of them.
  EXPECT_FLOAT_EQ(stepOf({0.2F, 0.3F}), 0.1F);
  EXPECT_FLOAT_EQ(stepOf({-0.25F, 0.25F}), 0.25F);
  EXPECT_EQ(stepOf({0.1F, 0.81F}), 0);
  EXPECT_EQ(stepOf({0, 0}), 0);
}

} // namespace
