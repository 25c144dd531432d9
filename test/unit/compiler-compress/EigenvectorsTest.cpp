//===- EigenvectorsTest.cpp - Directions that matter most -----------------===//

#include "compiler/compress/Eigenvectors.h"
#include <cmath>
#include <gtest/gtest.h>
#include <random>

using namespace dlc::calibrate;
using namespace dlc::compress;

namespace {

TEST(Eigenvectors, OfTwoByTwo) {
  Matrix a(2);
  a.values = {2, 1, 1, 2};
  Eigenvectors of = eigenvectors(a);
  EXPECT_NEAR(of.values[0], 3, 1e-12);
  EXPECT_NEAR(of.values[1], 1, 1e-12);
  // (1, 1) and (1, -1) of length 1, with either sign.
  EXPECT_NEAR(of.rows.at(0, 0), of.rows.at(0, 1), 1e-12);
  EXPECT_NEAR(of.rows.at(1, 0), -of.rows.at(1, 1), 1e-12);
}

TEST(Eigenvectors, OfADiagonalAreItsPlaces) {
  Matrix a(3);
  a.at(0, 0) = 1;
  a.at(1, 1) = 5;
  a.at(2, 2) = 3;
  Eigenvectors of = eigenvectors(a);
  EXPECT_EQ(of.values, (std::vector<double>{5, 3, 1}));
  EXPECT_EQ(of.rows.at(0, 1), 1);
  EXPECT_EQ(of.rows.at(1, 2), 1);
  EXPECT_EQ(of.rows.at(2, 0), 1);
}

TEST(Eigenvectors, MakeUpTheMatrix) {
  constexpr int64_t kSize = 40;
  std::mt19937 random(1);
  std::normal_distribution<double> normal;
  Matrix a(kSize);
  for (int64_t i = 0; i < kSize; ++i)
    for (int64_t j = 0; j <= i; ++j)
      a.at(i, j) = a.at(j, i) = normal(random);
  Eigenvectors of = eigenvectors(a);
  for (int64_t i = 0; i < kSize; ++i)
    for (int64_t j = 0; j < kSize; ++j) {
      double sum = 0, angle = 0;
      for (int64_t k = 0; k < kSize; ++k) {
        sum += of.rows.at(k, i) * of.values[k] * of.rows.at(k, j);
        angle += of.rows.at(i, k) * of.rows.at(j, k);
      }
      EXPECT_NEAR(sum, a.at(i, j), 1e-11);
      EXPECT_NEAR(angle, i == j ? 1 : 0, 1e-12);
    }
}

TEST(Eigenvectors, OfNothingAreZero) {
  EXPECT_EQ(eigenvectors(Matrix(2)).values, (std::vector<double>{0, 0}));
}

} // namespace
