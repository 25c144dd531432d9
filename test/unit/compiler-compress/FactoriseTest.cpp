//===- FactoriseTest.cpp - A layer as two smaller ones --------------------===//

#include "compiler/compress/Factorise.h"
#include "Layers.h"

using namespace dlc::calibrate;
using namespace dlc::compress;

namespace {

class FactoriseTest : public LayerTest {
protected:
  Factors factors(int64_t rank) {
    auto data = layerData();
    Directions directions(layer(), *data);
    EXPECT_EQ(directions.refusal, "");
    llvm::Expected<Factors> made = directions.factors(rank);
    if (made)
      return *made;
    ADD_FAILURE() << llvm::toString(made.takeError());
    return {};
  }
  /// left * right
  static std::vector<double> product(const Factors &made, size_t rows,
                                     size_t width) {
    std::vector<double> result(rows * width);
    for (size_t r = 0; r < rows; ++r)
      for (int64_t d = 0; d < made.rank; ++d)
        for (size_t i = 0; i < width; ++i)
          result[r * width + i] +=
              static_cast<double>(made.left[r * made.rank + d]) *
              made.right[d * width + i];
    return result;
  }
};

TEST_F(FactoriseTest, ALayerOfRankOneIsExact) {
  weights({{1, 2, 3}, {2, 4, 6}, {-1, -2, -3}});
  Factors made = factors(1);
  std::vector<double> whole = product(made, 3, 3);
  std::vector<double> wanted{1, 2, 3, 2, 4, 6, -1, -2, -3};
  for (size_t i = 0; i < whole.size(); ++i)
    EXPECT_NEAR(whole[i], wanted[i], 1e-5);
  EXPECT_NEAR(made.loss, 0, 1e-10);
}

TEST_F(FactoriseTest, WhatTheDataHaveNotIsLeftOut) {
  // Result 1 is larger by its weights, but its operand is small.
  weights({{1, 0}, {0, 2}});
  x = samples(100, [](auto &next) {
    return std::vector<float>{next(), 0.001F * next()};
  });
  std::vector<double> whole = product(factors(1), 2, 2);
  EXPECT_NEAR(whole[0], 1, 0.2);
}

TEST_F(FactoriseTest, RefusesARankThatLeavesNothingOut) {
  weights({{1, 2, 3}, {2, 4, 7}});
  auto data = layerData();
  llvm::Expected<Factors> made = Directions(layer(), *data).factors(2);
  EXPECT_EQ(llvm::toString(made.takeError()),
            "factorise: its rank is at most 2, and 2 would leave nothing out");
}

} // namespace
