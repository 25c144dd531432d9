//===- CodebookTest.cpp - Few numbers for many ----------------------------===//

#include "compiler/compress/Codebook.h"
#include <gtest/gtest.h>

using namespace dlc::compress;

namespace {

std::vector<Weighted> numbers(std::vector<double> values) {
  std::vector<Weighted> result;
  for (double x : values)
    result.push_back({x, 1});
  return result;
}

TEST(Codebook, GroupsBecomeTheirMeans) {
  EXPECT_EQ(kMeans(numbers({10, 0, 1, 11, 2, 12}), 2, false),
            (std::vector<double>{1, 11}));
}

TEST(Codebook, WhatCostsMoreIsNearer) {
  // (0 * 3 + 1) / 4, and 8
  EXPECT_EQ(kMeans({{0, 3}, {1, 1}, {8, 1}}, 2, false),
            (std::vector<double>{0.25, 8}));
}

TEST(Codebook, WholeNumbersAreRounded) {
  EXPECT_EQ(kMeans(numbers({0, 1, 1, 9, 10, 10}), 2, true),
            (std::vector<double>{1, 10}));
}

TEST(Codebook, EqualNumbersAreOne) {
  EXPECT_EQ(kMeans(numbers({3, 3, 3}), 4, false), (std::vector<double>{3}));
  EXPECT_EQ(kMeans({}, 4, false), (std::vector<double>{0}));
}

TEST(Codebook, NearestIsTheLowerOfTwo) {
  std::vector<double> codebook{-1, 0, 2};
  EXPECT_EQ(nearestIn(codebook, -5), -1);
  EXPECT_EQ(nearestIn(codebook, 1), 0);
  EXPECT_EQ(nearestIn(codebook, 1.01), 2);
  EXPECT_EQ(nearestIn(codebook, 7), 2);
}

} // namespace
