//===- SidesTest.cpp - A convolution as a column and a row ----------------===//

#include "compiler/compress/Sides.h"
#include "Layers.h"

using namespace dlc::calibrate;
using namespace dlc::compress;

namespace {

class SidesTest : public LayerTest {
protected:
  /// Weights of windows of so many rows and columns.
  void windows(const Rows &rows, int64_t height, int64_t columns) {
    weights(rows);
    weighted->window = {height, columns};
  }

  llvm::Expected<Factors> made(int64_t rank) {
    data = layerData();
    return Sides(layer(), *data).factors(rank);
  }

  /// What both convolutions are of one window: results by operands, height and
  /// width.
  static std::vector<double> product(const Factors &made, int64_t results,
                                     int64_t column, int64_t columns) {
    std::vector<double> whole;
    for (int64_t o = 0; o < results; ++o)
      for (int64_t i = 0; i < column; ++i)
        for (int64_t w = 0; w < columns; ++w) {
          double sum = 0;
          for (int64_t r = 0; r < made.rank; ++r)
            sum += static_cast<double>(
                       made.left[(o * made.rank + r) * columns + w]) *
                   made.right[r * column + i];
          whole.push_back(sum);
        }
    return whole;
  }

  std::unique_ptr<LayerData> data;
};

TEST_F(SidesTest, OfOneColumnAreExact) {
  // Two operands of 2 x 3: (1, 2; 3, -1) by (4, 5, 6) and by (0, 1, -2).
  Rows rows;
  for (std::vector<float> row : {std::vector<float>{4, 5, 6}, {0, 1, -2}}) {
    rows.emplace_back();
    for (float column : {1, 2, 3, -1})
      for (float w : row)
        rows.back().push_back(column * w);
  }
  windows(rows, 2, 3);
  llvm::Expected<Factors> factors = made(1);
  ASSERT_TRUE(static_cast<bool>(factors));
  EXPECT_TRUE(factors->areSides);
  EXPECT_NEAR(factors->loss, 0, 1e-9);
  std::vector<double> whole = product(*factors, 2, 4, 3);
  for (size_t i = 0; i < whole.size(); ++i)
    EXPECT_NEAR(whole[i], rows[i / 12][i % 12], 1e-4);
}

TEST_F(SidesTest, LoseLessWithARankMore) {
  windows(samples(6,
                  [](auto &next) {
                    std::vector<float> row(18);
                    for (float &one : row)
                      one = next();
                    return row;
                  }),
          3, 3);
  double before = 1;
  for (int64_t rank : {1, 2, 3, 4, 5}) {
    llvm::Expected<Factors> factors = made(rank);
    ASSERT_TRUE(static_cast<bool>(factors));
    EXPECT_LT(factors->loss, before);
    before = factors->loss;
  }
  EXPECT_LT(before, 0.1);
  EXPECT_EQ(llvm::toString(made(6).takeError()),
            "factorise: its rank is at most 6, and 6 would leave nothing out");
}

TEST_F(SidesTest, AreOfWindowsWithTwo) {
  weights({{1, 2, 3}, {2, 4, 7}});
  EXPECT_EQ(llvm::toString(made(1).takeError()),
            "factorise: its window has one side alone");
}

} // namespace
