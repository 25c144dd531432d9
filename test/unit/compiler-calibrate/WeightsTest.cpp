//===- WeightsTest.cpp - Weights as rows of integers ----------------------===//

#include "compiler/calibrate/numbers/Weights.h"
#include <gtest/gtest.h>

using namespace dlc::calibrate;

namespace {

TEST(Rows, AreAlongTheirAxis) {
  std::vector<int> values{0, 1, 2, 3, 4, 5};
  Rows first({2, 3}, 0), last({2, 3}, 1);
  EXPECT_EQ(first.count(), 2);
  EXPECT_EQ(first.row<int>(values, 1), (std::vector<int>{3, 4, 5}));
  EXPECT_EQ(last.count(), 3);
  EXPECT_EQ(last.row<int>(values, 1), (std::vector<int>{1, 4}));
  last.setRow<int>(values, 2, {7, 8});
  EXPECT_EQ(values, (std::vector<int>{0, 1, 7, 3, 4, 8}));
}

TEST(Rows, InTheMiddleKeepTheirOrder) {
  Rows rows({2, 3, 2}, 1);
  std::vector<int64_t> places;
  for (int64_t i = 0; i < rows.width(); ++i)
    places.push_back(rows.at(1, i));
  EXPECT_EQ(places, (std::vector<int64_t>{2, 3, 8, 9}));
}

TEST(RowAffine, IsOfTheLargestWeight) {
  Affine affine = rowAffine({0.5F, -1.27F}, 8, 0, 1);
  EXPECT_FLOAT_EQ(affine.scale, 0.01F);
  EXPECT_EQ(affine.quantise(-1.27F), -127);
}

TEST(RowAffine, MakesRoomForTheBias) {
  // 1000 in units of 1e-3 * scale are at most 2^30.
  Affine affine = rowAffine({1e-6F}, 8, 1000, 1e-3F);
  EXPECT_NEAR(affine.scale, 1e6 / (1 << 30), 1e-9);
  EXPECT_EQ(quantisedBias(1000, 1e-3F * affine.scale), 1 << 30);
}

TEST(RowAffine, ScalesOfZerosMultiply) {
  Affine affine = rowAffine({0, 0}, 8, 0, 1e-6F);
  EXPECT_GE(affine.scale * 1e-6F, kLeastScale * 0.99F);
}

} // namespace
