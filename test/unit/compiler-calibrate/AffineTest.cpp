//===- AffineTest.cpp - Scales and zero points of ranges ------------------===//

#include "compiler/calibrate/numbers/Affine.h"
#include "compiler/calibrate/numbers/Noise.h"
#include <gtest/gtest.h>

using namespace dlc::calibrate;

namespace {

TEST(Affine, SpreadsARangeOverAllIntegers) {
  Affine affine = asymmetric({-1, 3}, 8);
  EXPECT_FLOAT_EQ(affine.scale, 4.0F / 255);
  EXPECT_EQ(affine.zero, -64); // -128 + 63.75
  EXPECT_EQ(affine.quantise(-1), -128);
  EXPECT_EQ(affine.quantise(3), 127);
  EXPECT_EQ(affine.quantise(100), 127);
  EXPECT_EQ(affine.rounded(0), 0);
}

TEST(Affine, HoldsZeroWhereNumbersDoNot) {
  Affine above = asymmetric({2, 3}, 8), below = asymmetric({-3, -2}, 8);
  EXPECT_EQ(above.zero, -128);
  EXPECT_FLOAT_EQ(above.scale, 3.0F / 255);
  EXPECT_EQ(below.zero, 127);
  EXPECT_FLOAT_EQ(below.scale, 3.0F / 255);
}

TEST(Affine, RoundsHalvesToEven) {
  Affine affine;
  affine.scale = 0.5F;
  EXPECT_EQ(affine.quantise(0.25F), 0);
  EXPECT_EQ(affine.quantise(0.75F), 2);
  EXPECT_EQ(affine.quantise(-0.25F), 0);
}

TEST(Affine, ScalesOfZerosAreNumbers) {
  EXPECT_EQ(asymmetric({0, 0}, 8).scale, 1);
  EXPECT_EQ(asymmetric({0, 1e-30F}, 8).scale, kLeastScale);
  EXPECT_EQ(symmetric(0, 8).scale, kLeastScale);
}

TEST(Affine, SymmetricIntegersLeaveTheLeastOneOut) {
  Affine affine = symmetric(14, 4);
  EXPECT_FLOAT_EQ(affine.scale, 2);
  EXPECT_EQ(affine.quantise(-14), -7);
  EXPECT_EQ(affine.quantise(-100), -7);
  EXPECT_EQ(affine.zero, 0);
}

TEST(Affine, OfSixteenBits) {
  Affine affine = asymmetric({0, 1}, 16);
  EXPECT_FLOAT_EQ(affine.scale, 1.0F / 65535);
  EXPECT_EQ(affine.zero, -32768);
}

TEST(Noise, IsTheRatioOfEnergies) {
  Noise noise;
  noise.add({3, 4}, {3, 4.5F});
  EXPECT_NEAR(noise.decibels(), 20, 1e-9); // 25 / 0.25
  noise.add({0}, {0});
  EXPECT_NEAR(noise.decibels(), 20, 1e-9);
  EXPECT_TRUE(std::isinf(Noise().decibels()));
}

} // namespace
