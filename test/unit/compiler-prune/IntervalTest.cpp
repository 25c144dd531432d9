//===- IntervalTest.cpp - Bounds hold what they bound ---------------------===//

#include "compiler/prune/Interval.h"
#include "gtest/gtest.h"
#include <cmath>
#include <random>
#include <vector>

using namespace dlc::prune;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr int kTrials = 20000;

/// Numbers of all magnitudes, 0 and equal ends now and then.
class Numbers {
public:
  double number() {
    if (coin(8))
      return 0;
    double magnitude = std::ldexp(1 + real(generator), exponent(generator));
    return coin(2) ? -magnitude : magnitude;
  }
  Interval interval() {
    double a = number(), b = coin(8) ? a : number();
    return {std::min(a, b), std::max(a, b)};
  }
  /// In the interval, its ends included.
  double in(Interval a) {
    if (coin(4))
      return coin(2) ? a.low : a.high;
    double share = real(generator);
    return std::clamp(a.low * (1 - share) + a.high * share, a.low, a.high);
  }
  bool coin(int of) { return generator() % of == 0; }

private:
  std::mt19937_64 generator{7};
  std::uniform_real_distribution<double> real{0, 1};
  std::uniform_int_distribution<int> exponent{-40, 40};
};

bool holds(Interval a, long double value) {
  return a.low <= value && value <= a.high;
}

/// A long double has 11 bits more than a double: near enough to the reals to
/// see an end that was rounded the wrong way.
template <typename Op, typename Exact> void expectBounds(Op op, Exact exact) {
  Numbers numbers;
  for (int i = 0; i < kTrials; ++i) {
    Interval a = numbers.interval(), b = numbers.interval();
    Interval result = op(a, b);
    if (result.isPoint())
      continue; // a constant, which rounds
    for (int j = 0; j < 4; ++j) {
      long double x = numbers.in(a), y = numbers.in(b);
      ASSERT_TRUE(holds(result, exact(x, y)))
          << double(x) << ", " << double(y) << " in " << result.low << ", "
          << result.high;
    }
  }
}

using Real = long double;

TEST(Interval, BoundsArithmetic) {
  expectBounds(add, [](Real x, Real y) { return x + y; });
  expectBounds(subtract, [](Real x, Real y) { return x - y; });
  expectBounds(multiply, [](Real x, Real y) { return x * y; });
  expectBounds(minimum, [](Real x, Real y) { return std::min(x, y); });
  expectBounds(maximum, [](Real x, Real y) { return std::max(x, y); });
  expectBounds([](Interval a, Interval) { return negate(a); },
               [](Real x, Real) { return -x; });
  expectBounds([](Interval a, Interval) { return absolute(a); },
               [](Real x, Real) { return std::fabs(x); });
  expectBounds(hull, [](Real x, Real) { return x; });
  expectBounds(hull, [](Real, Real y) { return y; });
}

TEST(Interval, BoundsQuotients) {
  Numbers numbers;
  for (int i = 0; i < kTrials; ++i) {
    Interval a = numbers.interval(), b = numbers.interval();
    Interval result = divide(a, b);
    if (b.contains(0)) {
      EXPECT_EQ(result, Interval::all());
      continue;
    }
    if (!result.isPoint())
      ASSERT_TRUE(holds(result, Real(numbers.in(a)) / Real(numbers.in(b))));
  }
}

TEST(Interval, ArithmeticIsTight) {
  EXPECT_EQ(add({1, 2}, {0, 0}).isPoint(), false);
  EXPECT_DOUBLE_EQ(add({1, 2}, {3, 5}).low, 4);
  EXPECT_DOUBLE_EQ(add({1, 2}, {3, 5}).high, 7);
  EXPECT_DOUBLE_EQ(subtract({1, 2}, {3, 5}).low, -4);
  EXPECT_DOUBLE_EQ(subtract({1, 2}, {3, 5}).high, -1);
  EXPECT_DOUBLE_EQ(multiply({-2, 3}, {-5, 7}).low, -15);
  EXPECT_DOUBLE_EQ(multiply({-2, 3}, {-5, 7}).high, 21);
  EXPECT_DOUBLE_EQ(divide({1, 2}, {-4, -2}).low, -1);
  EXPECT_DOUBLE_EQ(divide({1, 2}, {-4, -2}).high, -0.25);
  EXPECT_EQ(absolute({-3, 2}), (Interval{0, 3}));
  EXPECT_EQ(absolute({-3, -2}), (Interval{2, 3}));
  EXPECT_EQ(minimum({1, 5}, {2, 3}), (Interval{1, 3}));
  EXPECT_EQ(maximum({1, 5}, {2, 3}), (Interval{2, 5}));
}

TEST(Interval, PointsStayPoints) {
  EXPECT_EQ(add(Interval::point(0.1), Interval::point(0.2)),
            Interval::point(0.1 + 0.2));
  EXPECT_EQ(multiply(Interval::point(0.1), Interval::point(0.3)),
            Interval::point(0.1 * 0.3));
}

TEST(Interval, ZeroKeepsSigns) {
  EXPECT_EQ(add({0, 1}, {0, 1}).low, 0);
  EXPECT_EQ(multiply({0, 1}, {0, 1}).low, 0);
  EXPECT_EQ(multiply({-1, 0}, {0, 1}).high, 0);
}

TEST(Interval, ZeroTimesTheUnknownIsZero) {
  EXPECT_EQ(multiply(Interval::point(0), Interval::all()), Interval::point(0));
  EXPECT_EQ(multiply({0, infinity}, {2, 3}).low, 0);
  EXPECT_EQ(multiply(Interval::point(1e-30), Interval::all()), Interval::all());
}

TEST(Interval, UnknownStaysUnknown) {
  EXPECT_EQ(add(Interval::all(), Interval::point(1)), Interval::all());
  EXPECT_EQ(add({0, infinity}, {-infinity, 0}), Interval::all());
  EXPECT_FALSE(isNarrow(Interval::all()));
  EXPECT_FALSE(isNarrow({0, infinity}));
  EXPECT_EQ(divide(Interval::point(1), Interval::all()), Interval::all());
}

TEST(Interval, ClampsWithCrossedBounds) {
  EXPECT_EQ(clamp({-1, 10}, {0, 6}), (Interval{0, 6}));
  EXPECT_EQ(clamp({7, 10}, {0, 6}), Interval::point(6));
  EXPECT_EQ(clamp(Interval::all(), {0, infinity}).low, 0);
  // As min(max(x, 6), 0): the upper bound has the last word.
  EXPECT_EQ(clamp({-1, 10}, {6, 0}), Interval::point(0));
}

TEST(Interval, RoundsWithAQuarterStepToSpare) {
  auto nearest = [](double x) { return std::nearbyint(x); };
  EXPECT_EQ(rounded(nearest, {0.8, 1.2}), Interval::point(1));
  EXPECT_EQ(rounded(nearest, {0.8, 1.3}), (Interval{1, 2}));
  EXPECT_EQ(rounded(nearest, {0.7, 1.2}), (Interval{0, 1}));
  EXPECT_EQ(rounded(nearest, Interval::point(1.5)), Interval::point(2));
  auto floor = [](double x) { return std::floor(x); };
  EXPECT_EQ(rounded(floor, {1.3, 1.7}), Interval::point(1));
  EXPECT_EQ(rounded(floor, {1.2, 1.7}), (Interval{0, 1}));
}

TEST(Interval, RisingFunctionsAreWidened) {
  auto tanh = [](double x) { return std::tanh(x); };
  Interval image = rising(tanh, {-1, 2});
  EXPECT_LT(image.low, std::tanh(-1.0));
  EXPECT_GT(image.high, std::tanh(2.0));
  EXPECT_NEAR(image.high, std::tanh(2.0), 1e-11);
  EXPECT_EQ(rising(tanh, Interval::point(1)), Interval::point(std::tanh(1.0)));
  EXPECT_EQ(rising(tanh, Interval::all()).magnitude(), 1 + 0x1p-40);
}

TEST(Interval, NarrowIsRelativeToTheValue) {
  EXPECT_TRUE(isNarrow(Interval::point(0)));
  EXPECT_TRUE(isNarrow({1, 1 + 0.9 * narrowness}));
  EXPECT_FALSE(isNarrow({1, 1 + 1.1 * narrowness}));
  EXPECT_TRUE(isNarrow({-1e-20, -1e-20 * (1 - 0.9 * narrowness)}));
  // Small as such does not count.
  EXPECT_FALSE(isNarrow({0, 1e-30}));
  // Rounded to float, all of a narrow interval is one number or two neighbours,
  // and next to a float it is that float.
  EXPECT_EQ(float(0.3f * (1 - narrowness)), 0.3f);
  EXPECT_EQ(float(0.3f * (1 + narrowness)), 0.3f);
}

TEST(DotProduct, BoundsSums) {
  Numbers numbers;
  for (int i = 0; i < kTrials / 10; ++i) {
    double start = numbers.number();
    DotProduct sum(start);
    Real exact = start;
    Real magnitude = std::fabs(start);
    for (int term = 0; term < 30; ++term) {
      Interval x = numbers.interval();
      float weights[2] = {float(numbers.number()), float(numbers.number())};
      sum.addTerms(
          double(weights[0]) + weights[1],
          std::fabs(double(weights[0])) + std::fabs(double(weights[1])), x);
      for (float weight : weights) {
        Real value = Real(weight) * Real(numbers.in(x));
        exact += value;
        magnitude += std::fabs(value);
      }
    }
    Interval bounds = sum.bounds();
    if (bounds.isPoint())
      continue;
    // Constants are summed up in double.
    Real slack = magnitude * 0x1p-47L;
    ASSERT_GE(exact, bounds.low - slack);
    ASSERT_LE(exact, bounds.high + slack);
  }
}

TEST(DotProduct, WhatVariesBoundsTheWidth) {
  DotProduct sum(1000);
  sum.addTerms(3, 3, {-1, 1});
  EXPECT_NEAR(sum.bounds().low, 997, 1e-10);
  EXPECT_NEAR(sum.bounds().high, 1003, 1e-10);
}

TEST(DotProduct, ConstantsSumUpToAPoint) {
  DotProduct sum(1);
  sum.addTerms(2, 2, Interval::point(3));
  sum.addTerms(-2, 2, Interval::point(0.25));
  EXPECT_EQ(sum.bounds(), Interval::point(1 + 6 - 0.5));
}

TEST(DotProduct, WeightsOfZeroReadNothing) {
  DotProduct sum(0.5);
  sum.addTerms(0, 0, Interval::all());
  EXPECT_EQ(sum.bounds(), Interval::point(0.5));
}

TEST(DotProduct, WeightsThatCancelDoNot) {
  // 1 and -1 read two elements of one channel.
  DotProduct sum(0.5);
  sum.addTerms(0, 2, {0, 1});
  EXPECT_LE(sum.bounds().low, -0.5);
  EXPECT_GE(sum.bounds().high, 1.5);
}

TEST(DotProduct, SumsOfOneSignKeepIt) {
  DotProduct sum(0);
  sum.addTerms(0.1, 0.1, {0, 3});
  sum.addTerms(0.7, 0.7, {0, 5});
  EXPECT_EQ(sum.bounds().low, 0);
  DotProduct negative(0);
  negative.addTerms(-0.1, 0.1, {0, 3});
  EXPECT_EQ(negative.bounds().high, 0);
}

TEST(DotProduct, TheUnknownIsUnknown) {
  DotProduct sum(0.5);
  sum.addTerms(1e-30, 1e-30, Interval::all());
  EXPECT_EQ(sum.bounds(), Interval::all());
  DotProduct overflow(0);
  overflow.addTerms(infinity, infinity, Interval::point(1));
  EXPECT_EQ(overflow.bounds(), Interval::all());
}

} // namespace
