//===- GramTest.cpp - Moments, factors and solutions ----------------------===//

#include "compiler/calibrate/numbers/Gram.h"
#include <gtest/gtest.h>

using namespace dlc::calibrate;

namespace {

Matrix matrixOf(int64_t n, std::vector<double> values) {
  Matrix matrix(n);
  matrix.values = std::move(values);
  return matrix;
}

TEST(Moments, AreAboutTheMeans) {
  Moments moments(2);
  // q = x + 1; both vary by 1 in the first column, by 2 in the second,
  // together.
  moments.add({1, 2, 3, 6}, {2, 3, 4, 7});
  moments.finish(/*aboutMeans=*/true);
  EXPECT_EQ(moments.count(), 2);
  EXPECT_EQ(moments.meanX, (std::vector<double>{2, 4}));
  EXPECT_EQ(moments.meanQ, (std::vector<double>{3, 5}));
  EXPECT_EQ(moments.qq.values, (std::vector<double>{1, 2, 2, 4}));
  EXPECT_EQ(moments.qx.values, (std::vector<double>{1, 2, 2, 4}));
}

TEST(Moments, AreAboutZeroWhereNothingCanBeAdded) {
  Moments moments(1);
  moments.add({1, 3}, {2, 4});
  moments.finish(/*aboutMeans=*/false);
  EXPECT_EQ(moments.meanQ[0], 0);
  EXPECT_EQ(moments.qq.at(0, 0), 10); // (4 + 16) / 2
  EXPECT_EQ(moments.qx.at(0, 0), 7);  // (2 + 12) / 2
}

TEST(Moments, DoNotDependOnHowRowsCome) {
  std::vector<float> x, q;
  for (int i = 0; i < 3 * 21; ++i) {
    x.push_back(static_cast<float>(i * i % 17));
    q.push_back(static_cast<float>(i * i % 13) / 2);
  }
  Moments once(3), twice(3);
  once.add(x, q);
  llvm::ArrayRef<float> allX(x), allQ(q);
  twice.add(allX.take_front(15), allQ.take_front(15));
  twice.add(allX.drop_front(15), allQ.drop_front(15));
  EXPECT_EQ(once.qq.values, twice.qq.values);
  EXPECT_EQ(once.qx.values, twice.qx.values);
}

TEST(UpperFactor, MultipliesToTheMatrix) {
  // U = [1 2 3; 0 1 4; 0 0 1], D = (5, 6, 7)
  Matrix factor = upperFactor(
      matrixOf(3, {5 + 24 + 63, 12 + 84, 21, 12 + 84, 6 + 112, 28, 21, 28, 7}));
  ASSERT_EQ(factor.n, 3);
  EXPECT_NEAR(factor.at(0, 1), 2, 1e-12);
  EXPECT_NEAR(factor.at(0, 2), 3, 1e-12);
  EXPECT_NEAR(factor.at(1, 2), 4, 1e-12);
  EXPECT_EQ(factor.at(1, 0), 0);
}

TEST(UpperFactor, RefusesWhatIsNotPositiveDefinite) {
  EXPECT_EQ(upperFactor(matrixOf(2, {1, 2, 2, 1})).n, 0);
}

TEST(SolveRows, FindsEachRow) {
  std::vector<std::vector<double>> right{{4, 5}, {2, 7}};
  ASSERT_TRUE(solveRows(matrixOf(2, {3, 1, 1, 4}), right));
  EXPECT_NEAR(right[0][0], 1, 1e-12);
  EXPECT_NEAR(right[0][1], 1, 1e-12);
  EXPECT_NEAR(right[1][0], 1.0 / 11, 1e-12);
  EXPECT_NEAR(right[1][1], 19.0 / 11, 1e-12);
  EXPECT_FALSE(solveRows(matrixOf(2, {1, 2, 2, 1}), right));
}

} // namespace
