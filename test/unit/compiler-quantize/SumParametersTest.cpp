//===- SumParametersTest.cpp - Sums of two scales are the definition ------===//
//
// Compared with the definition in integers of 128 bits at all pairs of bytes;
// of halfwords at pairs whose sums are nearest to halves, and at random ones.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/SumParameters.h"
#include "test/unit/compiler-quantize/Exact.h"
#include <gtest/gtest.h>

using namespace dlc::quantize;

namespace {

/// (a - za) * sa + (b - zb) * sb, quantised with sy and zy.
struct Addition {
  float sa, sb, sy;
  int64_t za, zb, zy;
  bool subtracts = false;

  SumTask task(Reach clamp = int8) const {
    Fraction fa = Fraction::of(sa) / Fraction::of(sy),
             fb = Fraction::of(sb) / Fraction::of(sy);
    if (subtracts)
      fb = -fb;
    return {{fa, fb}, {int8, int8}, {za, zb}, Fraction(), zy, clamp};
  }

  int64_t exact(int64_t a, int64_t b, Reach clamp = int8) const {
    Parts pa(sa), pb(sb), py(sy);
    int least = std::min({pa.exponent, pb.exponent, py.exponent});
    Wide second = (b - zb) * (pb.significand << (pb.exponent - least));
    Wide n = (a - za) * (pa.significand << (pa.exponent - least)) +
             (subtracts ? -second : second);
    return quantised(n, py.significand << (py.exponent - least), zy, clamp);
  }
};

void expectEqual(const Addition &addition, const SumParameters &p,
                 unsigned bits) {
  const int64_t limit = int64_t(1) << (bits == 32 ? 31 : 62);
  for (int64_t a = -128; a <= 127; ++a)
    for (int64_t b = -128; b <= 127; ++b) {
      int64_t first = a * p.multipliers[0], second = b * p.multipliers[1];
      for (int64_t part :
           {first, second, first + second, first + second + p.addend})
        ASSERT_TRUE(part >= -limit && part < limit) << part;
      ASSERT_EQ(std::clamp<int64_t>(p({a, b}), -128, 127), addition.exact(a, b))
          << a << " of " << addition.sa << ", " << b << " of " << addition.sb
          << " to " << addition.sy;
    }
}

Addition randomAddition() {
  float sy = pickScale(1e-3, 1);
  return {float(pickScale(0.05, 2) * sy),
          float(pickScale(0.05, 2) * sy),
          sy,
          pick(-128, 127),
          pick(-128, 127),
          pick(-128, 127)};
}

TEST(SumParameters, RandomScalesIn64Bits) {
  for (int i = 0; i < 60; ++i) {
    Addition addition = randomAddition();
    addition.subtracts = i % 3 == 0;
    auto found = chooseSum(addition.task(), 64);
    ASSERT_TRUE(found);
    expectEqual(addition, *found, 64);
  }
}

/// 23 bits do for nearly all of them, with a search in the neighbourhood.
TEST(SumParameters, RandomScalesIn32Bits) {
  int found32 = 0, count = 100;
  for (int i = 0; i < count; ++i) {
    Addition addition = randomAddition();
    if (auto found = chooseSum(addition.task(), 32)) {
      ++found32;
      expectEqual(addition, *found, 32);
    }
  }
  EXPECT_GE(found32, count * 3 / 4);
}

TEST(SumParameters, Ties) {
  for (auto [sa, sb, sy] : {std::tuple(0.5f, 0.5f, 1.0f),
                            {0.1f, 0.1f, 0.2f},
                            {0.25f, 1.0f, 1.0f},
                            {0.5f, 0.25f, 2.0f},
                            {0.3f, 0.3f, 0.3f},
                            {1.0f, 0.0625f, 0.5f}})
    for (int64_t zy : {-3, 0, 8}) {
      Addition addition{sa, sb, sy, 5, -7, zy};
      auto found = chooseSum(addition.task(), 32);
      ASSERT_TRUE(found) << sa << " " << sb << " " << sy;
      expectEqual(addition, *found, 32);
    }
}

/// Halves where one operand is its zero point, whatever the other's scale.
TEST(SumParameters, TiesOfOneOperand) {
  for (int i = 0; i < 20; ++i) {
    Addition addition = randomAddition();
    addition.sa = addition.sy / 2;
    auto found = chooseSum(addition.task(), i % 2 ? 32 : 64);
    if (i % 2 == 0)
      ASSERT_TRUE(found) << addition.sb << " " << addition.sy;
    if (found)
      expectEqual(addition, *found, i % 2 ? 32 : 64);
  }
}

/// Three terms are proved by the distance of their sums from halves.
TEST(SumParameters, MoreTerms) {
  SumTask task{{Fraction(1, 3), Fraction(2, 7), Fraction(-3, 5)},
               {int8, int8, int8},
               {0, 0, 0},
               Fraction(1, 15),
               2,
               int8};
  auto found = chooseSum(task, 64);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->hasTies);
  for (int i = 0; i < 100000; ++i) {
    int64_t a = pick(-128, 127), b = pick(-128, 127), c = pick(-128, 127);
    ASSERT_EQ(std::clamp<int64_t>((*found)({a, b, c}), -128, 127),
              quantised(35 * a + 30 * b - 63 * c + 7, 105, 2, int8));
  }
  // One sum in 210 is a half.
  task.factors[0] = Fraction(1, 2);
  found = chooseSum(task, 64);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->hasTies);
  for (int i = 0; i < 1000000; ++i) {
    int64_t a = pick(-128, 127), b = pick(-128, 127), c = pick(-128, 127);
    ASSERT_EQ(std::clamp<int64_t>((*found)({a, b, c}), -128, 127),
              quantised(105 * a + 60 * b - 126 * c + 14, 210, 2, int8));
  }
  // A bound of the error cannot tell these from halves.
  task.factors[0] = Fraction(1, (Wide(1) << 60) - 1);
  EXPECT_FALSE(chooseSum(task, 64));
}

constexpr Reach int16{-32768, 32767};

/// Of the sums of n1 a + n2 b + n0 over d those nearest to halves, so many on
/// either side, halves among them.
std::vector<std::pair<int64_t, int64_t>> nearestToHalves(Wide n1, Wide n2,
                                                         Wide n0, Wide d,
                                                         Reach as, Reach bs,
                                                         size_t most) {
  auto rest = [&](Wide n) { return (n % (2 * d) + 2 * d) % (2 * d); };
  std::vector<std::pair<Wide, int64_t>> second;
  for (int64_t b = bs.least; b <= bs.greatest; ++b)
    second.emplace_back(rest(2 * n2 * b), b);
  std::sort(second.begin(), second.end());
  std::vector<std::tuple<Wide, int64_t, int64_t>> near;
  for (int64_t a = as.least; a <= as.greatest; ++a) {
    Wide wanted = rest(-2 * (n1 * a + n0) - d);
    auto at = std::lower_bound(second.begin(), second.end(),
                               std::pair<Wide, int64_t>(wanted, INT64_MIN));
    size_t middle = at - second.begin() + second.size();
    for (size_t i = middle - 3; i < middle + 3; ++i) {
      auto [value, b] = second[i % second.size()];
      Wide beyond = rest(value - wanted);
      near.emplace_back(std::min(beyond, 2 * d - beyond), a, b);
    }
  }
  std::sort(near.begin(), near.end());
  std::vector<std::pair<int64_t, int64_t>> pairs;
  for (auto [distance, a, b] : near)
    if (pairs.size() < most)
      pairs.emplace_back(a, b);
  return pairs;
}

/// Halfwords, or bytes as the second.
struct WideAddition : Addition {
  Reach second = int16;

  SumTask task() const {
    SumTask task = Addition::task(int16);
    task.reaches = {int16, second};
    return task;
  }

  void expectRight(const SumParameters &p) const {
    Parts pa(sa), pb(sb), py(sy);
    int least = std::min({pa.exponent, pb.exponent, py.exponent});
    Wide n1 = pa.significand << (pa.exponent - least),
         n2 = (pb.significand << (pb.exponent - least)) * (subtracts ? -1 : 1);
    auto pairs = nearestToHalves(n1, n2, -n1 * za - n2 * zb,
                                 py.significand << (py.exponent - least), int16,
                                 second, 5000);
    for (int i = 0; i < 5000; ++i)
      pairs.emplace_back(pick(-32768, 32767),
                         pick(second.least, second.greatest));
    constexpr Wide limit = Wide(1) << 62;
    for (auto [a, b] : pairs) {
      Wide first = Wide(a) * p.multipliers[0],
           other = Wide(b) * p.multipliers[1];
      for (Wide part : {first, other, first + other, first + other + p.addend})
        ASSERT_TRUE(part >= -limit && part < limit);
      ASSERT_EQ(std::clamp<int64_t>(p({a, b}), -32768, 32767),
                exact(a, b, int16))
          << a << " of " << sa << ", " << b << " of " << sb << " to " << sy;
    }
  }
};

TEST(SumParameters, Halfwords) {
  int found64 = 0, withTies = 0, count = 16;
  for (int i = 0; i < count; ++i) {
    WideAddition addition;
    addition.sy = pickScale(1e-5, 1e-3);
    addition.sa = pickScale(0.1, 2) * addition.sy;
    addition.sb = pickScale(0.1, 2) * addition.sy;
    addition.za = i % 4 ? 0 : pick(-32768, 32767);
    addition.zb = addition.zy = 0;
    addition.subtracts = i % 5 == 0;
    EXPECT_FALSE(chooseSum(addition.task(), 32));
    if (auto found = chooseSum(addition.task(), 64)) {
      ++found64;
      withTies += found->hasTies;
      addition.expectRight(*found);
    }
  }
  EXPECT_EQ(found64, count);
  EXPECT_GE(withTies, count / 8);
}

/// Scales with significands of few bits have many halves.
TEST(SumParameters, TiesOfHalfwords) {
  for (auto [sa, sb, sy] : {std::tuple(3.0f, 5.0f, 14.0f),
                            {0.5f, 0.25f, 1.0f},
                            {1.0f, 7.0f, 6.0f},
                            {0.1f, 0.05f, 0.2f},
                            {31.0f, 33.0f, 64.0f}})
    for (int64_t zy : {0, 77}) {
      WideAddition addition;
      addition = {{sa, sb, sy, 0, zy, zy}};
      auto found = chooseSum(addition.task(), 64);
      ASSERT_TRUE(found);
      EXPECT_TRUE(found->hasTies);
      addition.expectRight(*found);
    }
}

/// An operand of a scale that is a small part of the result's, or bytes beside
/// halfwords: sums that are nearly halves are looked at one by one.
TEST(SumParameters, FarScales) {
  int found64 = 0, count = 20;
  for (int i = 0; i < count; ++i) {
    WideAddition addition;
    addition.second = i % 2 ? int8 : int16;
    addition.sy = pickScale(1e-5, 1e-3);
    addition.sa = pickScale(0.001, 0.05) * addition.sy;
    addition.sb = pickScale(0.2, 2) * (i % 2 ? 256 : 1) * addition.sy;
    addition.za = addition.zb = 0;
    addition.zy = i % 3 ? 0 : 5;
    if (auto found = chooseSum(addition.task(), 64)) {
      ++found64;
      addition.expectRight(*found);
    }
  }
  EXPECT_GE(found64, count * 9 / 10);
}

} // namespace
