// Arithmetic of the emulated GPU against arithmetic done another way.
#include "test/unit/runtime-emulator/Device.h"

#include <cmath>
#include <limits>

using namespace dlc::ptx;

namespace {

uint32_t bitsOf(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  return bits;
}
float floatOf(uint32_t bits) {
  float x;
  memcpy(&x, &bits, 4);
  return x;
}

/// Numbers of all kinds: random bits, moderate ones, and the special ones.
std::vector<uint32_t> words(size_t count, uint64_t seed) {
  static const uint32_t special[] = {
      0,          0x80000000, 0x3f800000, 0xbf800000, 0x7f800000,
      0xff800000, 0x7fc00000, 1,          0x80000001, 0x007fffff,
      0x00800000, 0x7f7fffff, 0x3effffff, 0x40200000, 0xffffffff};
  std::vector<uint32_t> made;
  for (size_t i = 0; i < count; ++i) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    made.push_back(i % 4 == 1 ? special[seed % 15]
                   : i % 4 == 2
                       ? bitsOf(float(int(seed % 200001) - 100000) / 777)
                       : uint32_t(seed >> 16));
  }
  return made;
}
const std::vector<uint32_t> A = words(2048, 0x9e3779b97f4a7c15),
                            B = words(2048, 0x123456789abcdef),
                            C = words(2048, 0xfedcba987654321);
std::vector<uint64_t> wide(const std::vector<uint32_t> &low,
                           const std::vector<uint32_t> &high) {
  std::vector<uint64_t> made;
  for (size_t i = 0; i < low.size(); ++i)
    made.push_back(low[i] | uint64_t(high[i]) << 32);
  return made;
}

bool sameFloat(uint32_t x, uint32_t y) {
  return x == y || (std::isnan(floatOf(x)) && std::isnan(floatOf(y)));
}

template <class Fn>
void expectFloats(const std::string &instruction, Fn expected) {
  std::vector<uint32_t> made = results<uint32_t>(instruction, A, B, C);
  for (size_t i = 0; i < A.size(); ++i) {
    uint32_t right =
        bitsOf(expected(floatOf(A[i]), floatOf(B[i]), floatOf(C[i])));
    ASSERT_TRUE(sameFloat(made[i], right))
        << instruction << " of " << std::hex << A[i] << ", " << B[i] << ", "
        << C[i] << ": " << made[i] << ", not " << right;
  }
}
template <class Fn>
void expectWords(const std::string &instruction, Fn expected) {
  std::vector<uint32_t> made = results<uint32_t>(instruction, A, B, C);
  for (size_t i = 0; i < A.size(); ++i)
    ASSERT_EQ(made[i], uint32_t(expected(A[i], B[i], C[i])))
        << instruction << " of " << std::hex << A[i] << ", " << B[i] << ", "
        << C[i];
}
template <class Fn>
void expectWide(const std::string &instruction, Fn expected) {
  std::vector<uint64_t> a = wide(A, B), b = wide(C, A), c = wide(B, C);
  std::vector<uint64_t> made = results<uint64_t>(instruction, a, b, c);
  for (size_t i = 0; i < a.size(); ++i)
    ASSERT_EQ(made[i], uint64_t(expected(a[i], b[i], c[i])))
        << instruction << " of " << std::hex << a[i] << ", " << b[i] << ", "
        << c[i];
}

TEST(Arithmetic, Float32IsRoundedOnce) {
  // In float64, or with more digits, where the second rounding is harmless.
  expectFloats("add.rn.f32 %r9, %r5, %r6;",
               [](float a, float b, float) { return float(double(a) + b); });
  expectFloats("sub.rn.f32 %r9, %r5, %r6;",
               [](float a, float b, float) { return float(double(a) - b); });
  expectFloats("mul.rn.f32 %r9, %r5, %r6;",
               [](float a, float b, float) { return float(double(a) * b); });
  expectFloats("div.rn.f32 %r9, %r5, %r6;",
               [](float a, float b, float) { return float(double(a) / b); });
  expectFloats("sqrt.rn.f32 %r9, %r5;", [](float a, float, float) {
    return float(std::sqrt(double(a)));
  });
  expectFloats("rcp.rn.f32 %r9, %r5;",
               [](float a, float, float) { return float(1 / double(a)); });
  expectFloats("fma.rn.f32 %r9, %r5, %r6, %r7;",
               [](float a, float b, float c) { return std::fma(a, b, c); });
  expectFloats("neg.f32 %r9, %r5;", [](float a, float, float) { return -a; });
  expectFloats("abs.f32 %r9, %r5;",
               [](float a, float, float) { return std::fabs(a); });
}

TEST(Arithmetic, AProductAndASumAreNotFused) {
  // 1 + 2^-12 squared has a last bit that only a fused operation keeps.
  std::vector<uint32_t> a{bitsOf(1 + 0x1p-12f)}, b = a,
                                                 c{bitsOf(-1 - 0x1p-11f)};
  std::string apart = "mul.rn.f32 %r8, %r5, %r6; add.rn.f32 %r9, %r8, %r7;";
  EXPECT_EQ(floatOf(results<uint32_t>(apart, a, b, c)[0]), 0.0f);
  EXPECT_EQ(
      floatOf(results<uint32_t>("fma.rn.f32 %r9, %r5, %r6, %r7;", a, b, c)[0]),
      0x1p-24f);
}

TEST(Arithmetic, MinimumAndMaximumDropNaNs) {
  auto minimum = [](float a, float b, float) {
    return std::isnan(a)   ? b
           : std::isnan(b) ? a
           : a == b        ? (std::signbit(a) ? a : b)
                           : std::fmin(a, b);
  };
  auto maximum = [](float a, float b, float) {
    return std::isnan(a)   ? b
           : std::isnan(b) ? a
           : a == b        ? (std::signbit(a) ? b : a)
                           : std::fmax(a, b);
  };
  expectFloats("min.f32 %r9, %r5, %r6;", minimum);
  expectFloats("max.f32 %r9, %r5, %r6;", maximum);
}

TEST(Arithmetic, DenormalsStayUnlessTheyAreFlushed) {
  std::vector<uint32_t> tiny{0x00400000, 0x80400000, 0x00ffffff},
      one(3, bitsOf(1));
  std::vector<uint32_t> kept =
      results<uint32_t>("mul.rn.f32 %r9, %r5, %r6;", tiny, one);
  EXPECT_EQ(kept, tiny);
  std::vector<uint32_t> flushed =
      results<uint32_t>("mul.rn.ftz.f32 %r9, %r5, %r6;", tiny, one);
  EXPECT_EQ(flushed, (std::vector<uint32_t>{0, 0x80000000, 0x00ffffff}));
  std::vector<uint32_t> clamped = results<uint32_t>(
      "fma.rn.sat.f32 %r9, %r5, %r6, %r7;",
      std::vector<uint32_t>{bitsOf(3), bitsOf(-3), 0x7fc00000, bitsOf(0.5f)},
      std::vector<uint32_t>(4, bitsOf(1)), std::vector<uint32_t>(4, 0));
  EXPECT_EQ(clamped, (std::vector<uint32_t>{bitsOf(1), 0, 0, bitsOf(0.5f)}));
}

TEST(Arithmetic, IntegersOf32Bits) {
  expectWords("add.s32 %r9, %r5, %r6;",
              [](uint32_t a, uint32_t b, uint32_t) { return a + b; });
  expectWords("sub.s32 %r9, %r5, %r6;",
              [](uint32_t a, uint32_t b, uint32_t) { return a - b; });
  expectWords("mul.lo.s32 %r9, %r5, %r6;",
              [](uint32_t a, uint32_t b, uint32_t) { return a * b; });
  expectWords("mul.hi.s32 %r9, %r5, %r6;",
              [](uint32_t a, uint32_t b, uint32_t) {
                return uint64_t(int64_t(int32_t(a)) * int32_t(b)) >> 32;
              });
  expectWords(
      "mul.hi.u32 %r9, %r5, %r6;",
      [](uint32_t a, uint32_t b, uint32_t) { return uint64_t(a) * b >> 32; });
  expectWords("mad.lo.s32 %r9, %r5, %r6, %r7;",
              [](uint32_t a, uint32_t b, uint32_t c) { return a * b + c; });
  expectWords("min.s32 %r9, %r5, %r6;", [](uint32_t a, uint32_t b, uint32_t) {
    return std::min(int32_t(a), int32_t(b));
  });
  expectWords("max.u32 %r9, %r5, %r6;",
              [](uint32_t a, uint32_t b, uint32_t) { return std::max(a, b); });
  expectWords("div.u32 %r9, %r5, %r6;",
              [](uint32_t a, uint32_t b, uint32_t) { return b ? a / b : ~0u; });
  expectWords("rem.s32 %r9, %r5, %r6;", [](uint32_t a, uint32_t b, uint32_t) {
    return b ? int64_t(int32_t(a)) % int32_t(b) : int64_t(int32_t(a));
  });
  expectWords("shl.b32 %r9, %r5, %r6;", [](uint32_t a, uint32_t b, uint32_t) {
    return b > 31 ? 0 : a << b;
  });
  expectWords("shr.s32 %r9, %r5, %r6;", [](uint32_t a, uint32_t b, uint32_t) {
    return int32_t(a) >> std::min(b, 31u);
  });
  expectWords("popc.b32 %r9, %r5;", [](uint32_t a, uint32_t, uint32_t) {
    unsigned n = 0;
    for (; a; a &= a - 1)
      ++n;
    return n;
  });
  expectWords("clz.b32 %r9, %r5;", [](uint32_t a, uint32_t, uint32_t) {
    unsigned n = 32;
    for (; a; a >>= 1)
      --n;
    return n;
  });
}

TEST(Arithmetic, IntegersOf64Bits) {
  expectWide("add.s64 %rd9, %rd5, %rd6;",
             [](uint64_t a, uint64_t b, uint64_t) { return a + b; });
  expectWide("mul.lo.s64 %rd9, %rd5, %rd6;",
             [](uint64_t a, uint64_t b, uint64_t) { return a * b; });
  expectWide("mul.hi.u64 %rd9, %rd5, %rd6;",
             [](uint64_t a, uint64_t b, uint64_t) {
               uint64_t al = uint32_t(a), ah = a >> 32, bl = uint32_t(b),
                        bh = b >> 32; // in halves
               uint64_t middle = ah * bl + (al * bl >> 32),
                        low = al * bh + uint32_t(middle);
               return ah * bh + (middle >> 32) + (low >> 32);
             });
  expectWide("mad.lo.s64 %rd9, %rd5, %rd6, %rd7;",
             [](uint64_t a, uint64_t b, uint64_t c) { return a * b + c; });
}

TEST(Arithmetic, BytesAndBits) {
  expectWords("dp4a.s32.u32 %r9, %r5, %r6, %r7;",
              [](uint32_t a, uint32_t b, uint32_t c) {
                int64_t sum = int32_t(c);
                for (int i = 0; i < 4; ++i)
                  sum += int64_t(int8_t(a >> 8 * i)) * uint8_t(b >> 8 * i);
                return sum;
              });
  expectWords("dp4a.s32.s32 %r9, %r5, %r6, %r7;",
              [](uint32_t a, uint32_t b, uint32_t c) {
                int64_t sum = int32_t(c);
                for (int i = 0; i < 4; ++i)
                  sum += int64_t(int8_t(a >> 8 * i)) * int8_t(b >> 8 * i);
                return sum;
              });
  expectWords("lop3.b32 %r9, %r5, %r6, %r7, 0x96;",
              [](uint32_t a, uint32_t b, uint32_t c) { return a ^ b ^ c; });
  expectWords("lop3.b32 %r9, %r5, %r6, %r7, 0xe8;",
              [](uint32_t a, uint32_t b, uint32_t c) {
                return (a & b) | (a & c) | (b & c);
              });
  expectWords("prmt.b32 %r9, %r5, %r6, 0x4b1c;",
              [](uint32_t a, uint32_t b, uint32_t) {
                uint32_t low = b & 0xff, sign = b & 0x80 ? 0xff : 0,
                         negative = a & 0x80000000 ? 0xff : 0;
                // 4: byte 0 of b; b: sign of byte 3 of a; 1: byte 1 of a; c:
                // sign of byte 0 of b.
                return low << 24 | negative << 16 | (a >> 8 & 0xff) << 8 | sign;
              });
  expectWords("shf.r.wrap.b32 %r9, %r5, %r6, %r7;",
              [](uint32_t a, uint32_t b, uint32_t c) {
                return (a | uint64_t(b) << 32) >> (c & 31);
              });
  expectWords("bfe.s32 %r9, %r5, 7, 9;", [](uint32_t a, uint32_t, uint32_t) {
    return int32_t(a << 16) >> 23;
  });
  expectWords("bfi.b32 %r9, %r5, %r6, 4, 8;",
              [](uint32_t a, uint32_t b, uint32_t) {
                return (b & ~0xff0u) | (a & 0xff) << 4;
              });
}

/// The nearest half of an exact value, ties to even: by its unit in the last
/// place.
uint16_t nearestHalf(long double x) {
  uint16_t sign = std::signbit(x) ? 0x8000 : 0;
  x = std::fabs(x);
  if (std::isnan(x))
    return 0x7fff;
  if (x >= 65520)
    return sign | 0x7c00;
  int exponent = x == 0 ? -24 : std::max(-24, std::ilogb(x) - 10);
  long double units =
      std::nearbyint(std::ldexp(x, -exponent)); // exact before it
  float value = float(std::ldexp(units, exponent));
  _Float16 half = _Float16(value);
  uint16_t bits;
  memcpy(&bits, &half, 2);
  return sign | bits;
}
long double halfValue(uint16_t bits) {
  int exponent = bits >> 10 & 31;
  long double fraction = bits & 0x3ff;
  long double value = exponent == 31 ? (fraction != 0 ? NAN : INFINITY)
                      : exponent == 0
                          ? std::ldexp(fraction, -24)
                          : std::ldexp(fraction + 1024, exponent - 25);
  return bits & 0x8000 ? -value : value;
}
bool sameHalf(uint16_t x, uint16_t y) {
  bool isNaN = (x & 0x7fff) > 0x7c00;
  return x == y || (isNaN && (y & 0x7fff) > 0x7c00);
}

TEST(Arithmetic, HalvesAreRoundedOnce) {
  auto check = [](const std::string &instruction, auto exact) {
    std::vector<uint32_t> made =
        results<uint32_t>(instruction, A, B, C, "sm_62");
    for (size_t i = 0; i < A.size(); ++i)
      for (int k = 0; k < 32; k += 16) {
        uint16_t right = nearestHalf(exact(halfValue(uint16_t(A[i] >> k)),
                                           halfValue(uint16_t(B[i] >> k)),
                                           halfValue(uint16_t(C[i] >> k))));
        ASSERT_TRUE(sameHalf(uint16_t(made[i] >> k), right))
            << instruction << " of " << std::hex << A[i] << ", " << B[i] << ", "
            << C[i] << ": " << made[i] << ", not " << right << " at bit "
            << std::dec << k;
      }
  };
  using L = long double;
  check("add.rn.f16x2 %r9, %r5, %r6;", [](L a, L b, L) { return a + b; });
  check("sub.rn.f16x2 %r9, %r5, %r6;", [](L a, L b, L) { return a - b; });
  check("mul.rn.f16x2 %r9, %r5, %r6;", [](L a, L b, L) { return a * b; });
  check("fma.rn.f16x2 %r9, %r5, %r6, %r7;",
        [](L a, L b, L c) { return a * b + c; });
}

TEST(Arithmetic, AHalfTieIsDecidedByWhatIsFarBelow) {
  // 2049 lies between two halves; a product adds or takes 2^-20, which float32
  // and half an addend alone would lose.
  auto half = [](long double x) { return uint32_t(nearestHalf(x)); };
  // 683 * 3 = 2049 is exact, c decides.
  std::vector<uint32_t> a(3, half(683)), b(3, half(3)),
      c{half(0x1p-20L), half(-0x1p-20L), 0};
  std::vector<uint32_t> made =
      results<uint32_t>("fma.rn.f16x2 %r9, %r5, %r6, %r7;", a, b, c, "sm_62");
  EXPECT_EQ(made[0] & 0xffff, half(2050));
  EXPECT_EQ(made[1] & 0xffff, half(2048));
  EXPECT_EQ(made[2] & 0xffff, half(2048));
}

} // namespace
