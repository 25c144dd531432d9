//===- WideRescaleTest.cpp - Results of 16 bits are the definition --------===//

#include "compiler/quantize/WideRescale.h"
#include "test/unit/compiler-quantize/Exact.h"
#include <gtest/gtest.h>

using namespace dlc::quantize;
using llvm::SmallVector;

namespace {

constexpr Reach int16{-32768, 32767}, uint16{0, 65535};

/// Against counting up.
TEST(FirstWithin, IsTheFirst) {
  for (int trial = 0; trial < 20000; ++trial) {
    int64_t modulus = pick(1, 300), factor = pick(0, modulus - 1);
    int64_t least = pick(0, modulus - 1), greatest = pick(least, modulus - 1);
    std::optional<Wide> first;
    for (int64_t x = 0; x < modulus && !first; ++x)
      if (int64_t r = factor * x % modulus; r >= least && r <= greatest)
        first = x;
    ASSERT_EQ(firstWithin(factor, modulus, least, greatest) == first, true)
        << factor << " " << modulus << " " << least << " " << greatest;
  }
}

TEST(FirstWithin, OfLargeModuli) {
  for (int trial = 0; trial < 300; ++trial) {
    Wide modulus = (Wide(pick(1, INT64_MAX)) << pick(0, 26)) | 1;
    Wide factor = Wide(pick(0, INT64_MAX)) % modulus;
    Wide width = modulus / pick(2000, 200000);
    Wide least = Wide(pick(1, INT64_MAX)) % (modulus - width),
         greatest = least + width;
    auto found = firstWithin(factor, modulus, least, greatest);
    Wide at = 0;
    int64_t x = 0, most = 3000000;
    for (; x < most && (at < least || at > greatest); ++x)
      at = (at + factor) % modulus;
    if (x < most)
      ASSERT_TRUE(found && *found == x) << x;
    else
      ASSERT_TRUE(!found || *found >= most);
  }
}

void expectInRange(const RescaleParameters &p) {
  EXPECT_TRUE(p.isWide);
  EXPECT_GE(p.multiplier, 0);
  EXPECT_GE(p.shift, 0);
  EXPECT_LE(p.shift, 62);
  EXPECT_LT(std::abs(p.addend), int64_t(1) << 62);
  EXPECT_GE(p.tie, 0);
  EXPECT_LE(p.tie, p.multiplier >> 32);
}

/// At the steps, and elsewhere at random; `n / d` times a and `offset / d`.
void expectEqual(const RescaleParameters &p, Wide n, Wide d, Wide offset,
                 int64_t zero, Reach clamp, Reach reach) {
  expectInRange(p);
  auto check = [&](int64_t a) {
    if (a < reach.least || a > reach.greatest)
      return;
    ASSERT_EQ(std::clamp(p(a), clamp.least, clamp.greatest),
              quantised(a * n + offset, d, zero, clamp))
        << "a = " << a << ", factor " << double(n) / double(d) << ", zero "
        << zero << ", multiplier " << p.multiplier << ", addend " << p.addend
        << ", shift " << p.shift << ", tie " << p.tie;
  };
  for (int i = 0; i < 300; ++i)
    check(pick(reach.least, reach.greatest));
  for (int64_t y = clamp.least; y <= clamp.greatest; ++y) {
    Wide at = ((2 * Wide(y - zero) - 1) * d - 2 * offset) / (2 * n);
    for (int64_t by = -2; by <= 2; ++by)
      if (at > -(Wide(1) << 60) && at < Wide(1) << 60)
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

TEST(WideRescale, RandomScales) {
  int missing = 0, count = 60;
  for (int i = 0; i < count; ++i) {
    float y = pickScale(1e-6, 1e-2), x = pickScale(1e-6, 1e-2);
    auto w = float(pickScale(1e-6, 4) * y / x);
    auto [n, d, factor] = ratioOf(x, w, y);
    Reach clamp = i % 2 ? int16 : uint16;
    int64_t zero = pick(clamp.least, clamp.greatest), size = pick(16, 30);
    Reach reach{-pick(1, int64_t(1) << size), pick(1, int64_t(1) << size)};
    auto found = chooseRescale({{{factor, Fraction(), zero, clamp}, reach}});
    if (!found) {
      ++missing;
      continue;
    }
    expectEqual(found->front(), n, d, 0, zero, clamp, reach);
  }
  EXPECT_LE(missing, 1);
}

TEST(WideRescale, PowersOfTwo) {
  for (int exponent = -16; exponent <= 3; ++exponent)
    for (int64_t zero : {-128, 0, 127}) {
      Wide n = exponent < 0 ? 1 : Wide(1) << exponent,
           d = exponent < 0 ? Wide(1) << -exponent : 1;
      Reach reach{-100000000, 99999999};
      auto found =
          chooseRescale({{{Fraction(n, d), Fraction(), zero, int16}, reach}});
      ASSERT_TRUE(found) << exponent << " " << zero;
      expectEqual(found->front(), n, d, 0, zero, int16, reach);
    }
}

/// Means: equal scales over a number of elements.
TEST(WideRescale, Ties) {
  for (int64_t d = 2; d <= 40; ++d)
    for (int64_t n : {1, 5}) {
      int64_t zero = pick(-128, 127);
      Reach reach{-32768 * d, 32767 * d};
      auto found =
          chooseRescale({{{Fraction(n, d), Fraction(), zero, int16}, reach}});
      ASSERT_TRUE(found) << n << "/" << d;
      expectEqual(found->front(), n, d, 0, zero, int16, reach);
    }
}

TEST(WideRescale, Offsets) {
  for (int i = 0; i < 40; ++i) {
    int64_t d = pick(1, 5000), n = pick(1, d), off = pick(-9000 * d, 9000 * d);
    Reach reach{-pick(1, 1 << 20), pick(1, 1 << 20)};
    Definition definition{Fraction(n, d), Fraction(off, d), 3, int16};
    auto found = chooseRescale({{definition, reach}});
    ASSERT_TRUE(found) << n << "/" << d << " + " << off;
    expectEqual(found->front(), n, d, off, 3, int16, reach);
  }
}

/// Kernels add one addend to the upper words of products.
TEST(WideRescale, ChannelsAreAlike) {
  SmallVector<RescaleTask> channels;
  for (int i = 0; i < 64; ++i) {
    float w = pickScale(1e-3, 1e-1);
    channels.push_back(
        {{ratioOf(2e-4f, w, 3e-3f).factor, Fraction(), -5, int16},
         {-(1 << 28), 1 << 28}});
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

/// Products of two tensors of 16 bits, and long sums of them.
TEST(WideRescale, LongAccumulators) {
  int missing = 0, count = 60;
  for (int i = 0; i < count; ++i) {
    int64_t size = pick(32, 41);
    float y = pickScale(1e-4, 1e-2), x = pickScale(1e-4, 1e-2);
    auto w = float(std::ldexp(pickScale(0.3, 8), int(17 - size)) * y / x);
    auto [n, d, factor] = ratioOf(x, w, y);
    Reach clamp = i % 2 ? int16 : uint16;
    int64_t zero = pick(clamp.least, clamp.greatest);
    Reach reach{-pick(1, int64_t(1) << size), int64_t(1) << size};
    auto found = chooseRescale({{{factor, Fraction(), zero, clamp}, reach}});
    if (!found) {
      ++missing;
      continue;
    }
    expectEqual(found->front(), n, d, 0, zero, clamp, reach);
  }
  // The longer they are, the more of them are too near to a step to be told.
  EXPECT_LE(missing, 15);
}

/// Halves, where the multiplier's error counts as well.
TEST(WideRescale, LongTies) {
  for (int64_t third : {1, 3, 5, 7}) {
    Wide n = 1, d = Wide(third) << 22;
    Reach reach{-(int64_t(1) << 38), int64_t(1) << 40};
    auto found =
        chooseRescale({{{Fraction(n, d), Fraction(), 7, int16}, reach}});
    ASSERT_TRUE(found) << third;
    expectEqual(found->front(), n, d, 0, 7, int16, reach);
  }
}

/// Nothing is proved that is not: a factor whose fraction is too long, and
/// accumulators of more than 48 bits.
TEST(WideRescale, None) {
  Reach reach{-1000, 1000};
  for (const Fraction &factor :
       {Fraction(0), Fraction(-1, 2), Fraction::inexact(),
        Fraction(1, (Wide(1) << 100) + 1)})
    EXPECT_FALSE(chooseRescale({{{factor, Fraction(), 0, int16}, reach}}));
  EXPECT_FALSE(chooseRescale(
      {{{Fraction(1, 3), Fraction(), 0, int16}, {0, int64_t(1) << 48}}}));
}

} // namespace
