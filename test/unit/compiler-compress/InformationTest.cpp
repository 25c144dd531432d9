//===- InformationTest.cpp - Steps whose integers take few bits -----------===//

#include "compiler/compress/Codebook.h"
#include <cmath>
#include <gtest/gtest.h>
#include <random>

using namespace dlc::compress;

namespace {

std::vector<double> normals(int count) {
  std::mt19937 random(3);
  std::normal_distribution<double> normal;
  std::vector<double> numbers;
  for (int i = 0; i < count; ++i)
    numbers.push_back(normal(random));
  return numbers;
}

TEST(Information, FourEqualPartsAreTwoBits) {
  std::vector<double> numbers{-1, 0, 1, 2, -1, 0, 1, 2};
  EXPECT_NEAR(informationOf(numbers, 1, {}), 2, 1e-12);
  // Of halves one is rounded to 0, the other to 2: half to even.
  EXPECT_NEAR(informationOf({0.5, 1.5, 0.5, 1.5}, 1, {}), 1, 1e-12);
  EXPECT_EQ(informationOf({3, 3, 3}, 1, {}), 0);
}

TEST(Information, IntegersBeyondTheRangeAreItsEnds) {
  EXPECT_EQ(informationOf({9, 10, 11}, 1, {-8, 7}), 0);
  EXPECT_NEAR(informationOf({-9, 10}, 1, {-8, 7}), 1, 1e-12);
}

TEST(Information, StepsHaveTheBitsThatAreAskedFor) {
  std::vector<double> numbers = normals(20000);
  for (double bits : {1.0, 2.5, 4.0}) {
    double step = stepOfInformation(numbers, bits, 0, {});
    EXPECT_NEAR(informationOf(numbers, step, {}), bits, 0.01);
  }
  // Of a normal distribution log2(4.13 / step) bits where steps are small.
  EXPECT_NEAR(stepOfInformation(numbers, 4, 0, {}), 4.13 / 16, 0.01);
}

TEST(Information, AllNumbersStayInTheRange) {
  std::vector<double> numbers = normals(1000);
  numbers.push_back(-40);
  EXPECT_NEAR(stepOfInformation(numbers, 8, 0, {-8, 7}), 5, 1e-9);
  numbers.back() = 35;
  EXPECT_NEAR(stepOfInformation(numbers, 8, 0, {-8, 7}), 5, 1e-9);
}

TEST(Information, StepsAreNotBelowTheLeast) {
  std::vector<double> numbers = normals(1000);
  EXPECT_EQ(stepOfInformation(numbers, 8, 0.75, {}), 0.75);
  EXPECT_EQ(stepOfInformation({0, 0}, 2, 0, {}), 1);
  EXPECT_EQ(stepOfInformation({}, 2, 0, {}), 1);
}

} // namespace
