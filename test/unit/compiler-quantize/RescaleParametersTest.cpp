//===- RescaleParametersTest.cpp - What is chosen is the definition -------===//
//
// Compared with the definition in integers of 128 bits, at all accumulators
// where the reach is small and at random ones and beside each step elsewhere.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/RescaleParameters.h"
#include "test/unit/compiler-quantize/Exact.h"
#include <gtest/gtest.h>

using namespace dlc::quantize;
using llvm::SmallVector;

namespace {

/// clamp(round_half_even(a * n / d) + zero)
int64_t expected(int64_t a, Wide n, Wide d, int64_t zero, Reach clamp) {
  return quantised(a * n, d, zero, clamp);
}

int64_t clamped(const RescaleParameters &p, int64_t a, Reach clamp) {
  return std::clamp(p(a), clamp.least, clamp.greatest);
}

void expectInRange(const RescaleParameters &p) {
  EXPECT_GE(p.multiplier, 0);
  EXPECT_LT(p.multiplier, int64_t(1) << 31);
  EXPECT_GE(p.shift, 0);
  EXPECT_LE(p.shift, 62);
  EXPECT_LE(std::abs(p.addend), int64_t(1) << 62);
  EXPECT_GE(p.tie, 0);
  EXPECT_LE(p.tie, p.multiplier);
}

/// The definition at accumulators of the reach, all of them if they are few.
void expectEqual(const RescaleParameters &p, Wide n, Wide d, int64_t zero,
                 Reach clamp, Reach reach) {
  expectInRange(p);
  auto check = [&](int64_t a) {
    if (a >= reach.least && a <= reach.greatest)
      ASSERT_EQ(clamped(p, a, clamp), expected(a, n, d, zero, clamp))
          << "a = " << a << ", factor " << double(n) / double(d) << ", zero "
          << zero << ", multiplier " << p.multiplier << ", addend " << p.addend
          << ", shift " << p.shift << ", tie " << p.tie;
  };
  if (reach.greatest - reach.least < 4096) {
    for (int64_t a = reach.least; a <= reach.greatest; ++a)
      check(a);
    return;
  }
  for (int i = 0; i < 500; ++i)
    check(pick(reach.least, reach.greatest));
  for (int64_t y = clamp.least; y <= clamp.greatest; ++y) {
    // Around (y - zero - 1/2) d / n.
    Wide at = (2 * Wide(y - zero) - 1) * d / (2 * n);
    for (int64_t by = -2; by <= 2; ++by)
      if (at > -(Wide(1) << 40) && at < Wide(1) << 40)
        check(int64_t(at) + by);
  }
  check(reach.least);
  check(reach.greatest);
}

struct Scales {
  Wide n, d; // x * w / y
  Fraction factor;
};

Scales ratioOf(float x, float w, float y) {
  Parts px(x), pw(w), py(y);
  int exponent = px.exponent + pw.exponent - py.exponent;
  Wide n = px.significand * pw.significand, d = py.significand;
  exponent < 0 ? d <<= -exponent : n <<= exponent;
  return {n, d, Fraction::of(x) * Fraction::of(w) / Fraction::of(y)};
}

TEST(RescaleParameters, RandomScales) {
  int missing = 0, count = 4000;
  for (int i = 0; i < count; ++i) {
    float y = pickScale(1e-3, 1), x = pickScale(1e-3, 1);
    auto w = float(pickScale(1e-6, 1e2) * y / x);
    auto [n, d, factor] = ratioOf(x, w, y);
    int64_t zero = pick(-128, 127), size = pick(1, 24);
    Reach reach{-pick(1, int64_t(1) << size), pick(1, int64_t(1) << size)};
    auto found = chooseRescale({{{factor, Fraction(), zero, int8}, reach}});
    if (!found) {
      ++missing;
      continue;
    }
    expectEqual(found->front(), n, d, zero, int8, reach);
  }
  EXPECT_LE(missing, count / 100);
}

TEST(RescaleParameters, PowersOfTwo) {
  for (int exponent = -16; exponent <= 6; ++exponent)
    for (int64_t zero : {-128, -3, 0, 4, 127}) {
      Wide n = exponent < 0 ? 1 : Wide(1) << exponent,
           d = exponent < 0 ? Wide(1) << -exponent : 1;
      Reach reach{-100000, 99999};
      auto found =
          chooseRescale({{{Fraction(n, d), Fraction(), zero, int8}, reach}});
      ASSERT_TRUE(found) << exponent << " " << zero;
      expectEqual(found->front(), n, d, zero, int8, reach);
    }
}

/// Means: equal scales over a number of elements, and scales that differ by a
/// simple ratio.
TEST(RescaleParameters, Ties) {
  for (int64_t d = 1; d <= 400; ++d)
    for (int64_t n : {1, 3, 5, 7}) {
      int64_t zero = pick(-128, 127);
      Reach reach{-255 * d, 255 * d};
      auto found =
          chooseRescale({{{Fraction(n, d), Fraction(), zero, int8}, reach}});
      ASSERT_TRUE(found) << n << "/" << d;
      expectEqual(found->front(), n, d, zero, int8, reach);
    }
}

/// An offset that is no multiple of the factor, as of a bias in other units.
TEST(RescaleParameters, Offsets) {
  for (int i = 0; i < 2000; ++i) {
    int64_t d = pick(1, 5000), n = pick(1, d), off = pick(-100 * d, 100 * d);
    int64_t zero = pick(-128, 127);
    Reach reach{-pick(1, 2000), pick(1, 2000)};
    Definition definition{Fraction(n, d), Fraction(off, d), zero, int8};
    auto found = chooseRescale({{definition, reach}});
    if (!found)
      continue;
    expectInRange(found->front());
    for (int64_t a = reach.least; a <= reach.greatest; ++a) {
      Wide y = roundQuotient(Wide(a) * n + off, d) + zero;
      ASSERT_EQ(clamped(found->front(), a, int8),
                std::clamp<Wide>(y, -128, 127))
          << a << " * " << n << "/" << d << " + " << off;
    }
  }
}

TEST(RescaleParameters, OtherClamps) {
  for (Reach clamp : {Reach{0, 127}, {-128, -128}, {0, 255}, {-8, 7}, {0, 3}}) {
    auto [n, d, factor] = ratioOf(0.0235f, 0.0039f, 0.51f);
    Reach reach{-3000000, 3000000};
    auto found =
        chooseRescale({{{factor, Fraction(), clamp.least / 2, clamp}, reach}});
    ASSERT_TRUE(found) << clamp.least << " " << clamp.greatest;
    expectEqual(found->front(), n, d, clamp.least / 2, clamp, reach);
  }
}

TEST(RescaleParameters, ChannelsAreAlike) {
  SmallVector<RescaleTask> channels;
  for (int i = 0; i < 64; ++i) {
    float w = pickScale(1e-3, 1e-1);
    channels.push_back({{ratioOf(0.02f, w, 0.3f).factor, Fraction(), -5, int8},
                        {-400000, 400000}});
  }
  auto found = chooseRescale(channels);
  ASSERT_TRUE(found);
  for (const RescaleParameters &p : *found) {
    EXPECT_EQ(p.shift, found->front().shift);
    EXPECT_EQ(p.addend, found->front().addend);
    EXPECT_EQ(p.addend & 0xffffffff, 0);
    EXPECT_EQ(p.tie, 0);
  }
}

TEST(RescaleParameters, NoFactor) {
  Reach reach{-1000, 1000};
  for (const Fraction &factor :
       {Fraction(0), Fraction(-1, 2), Fraction::inexact(),
        Fraction::of(std::numeric_limits<float>::infinity())})
    EXPECT_FALSE(chooseRescale({{{factor, Fraction(), 0, int8}, reach}}));
  EXPECT_FALSE(
      chooseRescale({{{Fraction(1, 3), Fraction::inexact(), 0, int8}, reach}}));
}

TEST(Fraction, Arithmetic) {
  EXPECT_EQ(Fraction(1, 3) + Fraction(1, 6), Fraction(1, 2));
  EXPECT_EQ(Fraction(2, 3) * Fraction(-3, 4), Fraction(-1, 2));
  EXPECT_EQ(Fraction(1, 2) / Fraction(-1, 4), Fraction(-2));
  EXPECT_EQ(Fraction::of(0.1f), Fraction(13421773, 134217728));
  EXPECT_FALSE((Fraction(1) / Fraction(0)).isExact());
  EXPECT_FALSE(
      (Fraction(Wide(1) << 100, 1) * Fraction(Wide(1) << 100, 3)).isExact());
  EXPECT_FALSE(Fraction::inexact() == Fraction::inexact());
  for (auto [n, rounded] :
       {std::pair(-5, -2), {-3, -2}, {-1, 0}, {1, 0}, {3, 2}, {5, 2}, {7, 4}})
    EXPECT_EQ(int64_t(Fraction(n, 2).roundHalfEven()), rounded) << n;
}

TEST(Roundest, OfRanges) {
  for (int i = 0; i < 2000; ++i) {
    int64_t least = pick(-3000, 3000), greatest = least + pick(0, 600);
    auto zeros = [](int64_t a) { return a == 0 ? 64 : __builtin_ctzll(a); };
    int64_t found = roundestOf({least, greatest});
    EXPECT_GE(found, least);
    EXPECT_LE(found, greatest);
    for (int64_t a = least; a <= greatest; ++a)
      EXPECT_LE(zeros(a), zeros(found)) << least << " " << greatest;
  }
}

} // namespace
