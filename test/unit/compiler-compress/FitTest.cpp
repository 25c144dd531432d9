//===- FitTest.cpp - Weights in a form, on data ---------------------------===//

#include "Layers.h"
#include "compiler/compress/Codebook.h"
#include <set>

using namespace dlc::calibrate;
using namespace dlc::compress;

namespace {

using FitTest = LayerTest;

TEST_F(FitTest, WhatIsLeftMakesUpForZeros) {
  // Operands 0 and 1 are nearly the same: one takes the other's weight.
  weights({{1, 0.9F, 3, 2}});
  x = samples(200, [](auto &next) {
    float shared = next();
    return std::vector<float>{shared, shared + 0.01F * next(), next(), next()};
  });
  std::vector<float> made = fitted("prune:25%").values;
  EXPECT_EQ(std::count(made.begin(), made.end(), 0.0F), 1);
  EXPECT_NEAR(made[0] + made[1], 1.9, 0.1);
  EXPECT_NEAR(made[2], 3, 0.1);
}

TEST_F(FitTest, ZerosAreWholeBlocks) {
  weights({{1, 2, 3, 4}, {4, 3, 2, 1}});
  std::vector<float> made = fitted("prune:50%:2x2").values;
  std::set<bool> left{made[0] == 0, made[1] == 0, made[4] == 0, made[5] == 0};
  EXPECT_EQ(left.size(), 1U);
}

TEST_F(FitTest, ChannelsAreZeroForAllResults) {
  weights({{1, 0.5F, 3, 4}, {1, 0.25F, 2, 1}});
  std::vector<float> made = fitted("shrink:25%").values;
  EXPECT_EQ(made[1], 0);
  EXPECT_EQ(made[5], 0);
  EXPECT_EQ(std::count(made.begin(), made.end(), 0.0F), 2);
}

TEST_F(FitTest, TheBiasTakesTheMeans) {
  weights({{0.5F, 0, 0, 0.125F}});
  // Operand 3 is always 8: without it each result is 1 less.
  x = samples(50, [](auto &next) {
    return std::vector<float>{next(), next(), next(), 8};
  });
  NewWeights made = fitted("prune:75%");
  EXPECT_EQ(made.values[3], 0);
  ASSERT_EQ(made.bias.size(), 1U);
  EXPECT_NEAR(made.bias[0], 1, 0.05);
}

TEST_F(FitTest, OfFourBitsThereAreSixteen) {
  std::vector<float> row;
  for (int i = 0; i < 64; ++i)
    row.push_back(static_cast<float>(i * i % 61) - 30);
  weights({row});
  std::vector<float> made = fitted("round:4").values;
  EXPECT_LE(std::set<float>(made.begin(), made.end()).size(), 16U);
}

TEST_F(FitTest, MiniFloatsOfTwoBitsOfMantissa) {
  // Largest 7: e2m1 has 6, 4, 3, 2, 1.5, 1, 0.5 and 0, here times 2.
  weights({{7, 1, 0.9F, 0.1F}});
  std::vector<float> made = fitted("round:e2m1").values;
  for (float value : made)
    EXPECT_TRUE(std::set<float>({0, 1, 2, 3, 4, 6, 8, 12}).count(value))
        << value;
}

TEST_F(FitTest, IntegersStayOnTheirScale) {
  weights({{1, 2, 3, 4}, {10, 20, 30, 40}});
  asIntegers({0.5F, 5});
  NewWeights made = fitted("cluster:2");
  EXPECT_EQ(made.scales, (std::vector<float>{0.5, 5}));
  std::set<float> integers;
  for (int i = 0; i < 8; ++i)
    integers.insert(made.values[i] / made.scales[i / 4]);
  EXPECT_LE(integers.size(), 2U);
  for (float integer : integers)
    EXPECT_EQ(integer, std::nearbyint(integer));
}

TEST_F(FitTest, WhatIsCodedHasOneStepForAllResults) {
  Rows rows = samples(8, [](auto &next) {
    std::vector<float> row(32);
    for (float &one : row)
      one = next();
    return row;
  });
  for (float &one : rows[7])
    one *= 8;
  weights(rows);
  asIntegers(std::vector<float>(8, 0.125F));
  NewWeights made = fitted("code:3");
  ASSERT_EQ(made.scales.size(), 8U);
  std::vector<double> values(made.values.begin(), made.values.end());
  double step = made.scales[0];
  for (float scale : made.scales)
    EXPECT_EQ(scale, made.scales[0]);
  for (double value : values)
    EXPECT_NEAR(value / step, std::nearbyint(value / step), 1e-5);
  EXPECT_NEAR(informationOf(values, step, {}), 3, 0.25);
}

TEST_F(FitTest, RefusesWhatLeavesNothing) {
  weights({{1, 2}});
  EXPECT_EQ(refusal("prune:99%:1x2"), "");
  EXPECT_EQ(refusal("prune:99%:1x4"),
            "prune:99%:1x4: its 2 operands cannot be divided by blocks of 4");
}

TEST_F(FitTest, RefusesFloatsOfIntegers) {
  weights({{1, 2}});
  asIntegers({1});
  EXPECT_EQ(refusal("round:e4m3"),
            "round:e4m3: its weights are integers, which are no floats");
  EXPECT_EQ(refusal("round:16"), "round:16: its weights have 8 bits already");
}

} // namespace
