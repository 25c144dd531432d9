//===- SumParametersTest.cpp - Sums of two scales are the definition ------===//
//
// Compared with the definition in integers of 128 bits at all pairs of bytes.
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
  for (int i = 0; i < 100000; ++i) {
    int64_t a = pick(-128, 127), b = pick(-128, 127), c = pick(-128, 127);
    ASSERT_EQ(std::clamp<int64_t>((*found)({a, b, c}), -128, 127),
              quantised(35 * a + 30 * b - 63 * c + 7, 105, 2, int8));
  }
  // Halves that a bound of the error cannot tell.
  task.factors[0] = Fraction(1, 2);
  EXPECT_FALSE(chooseSum(task, 64));
}

} // namespace
