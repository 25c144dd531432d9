//===- IntegerTest.cpp - Powers and bits of integers ----------------------===//

#include "JitModule.h"

#include "llvm/ADT/bit.h"
#include "gtest/gtest.h"

#include <cmath>
#include <random>

using namespace dlc::test;

namespace {

/// The last of machines(): the one that has no instruction for anything.
Machine without() { return machines().back(); }

TEST(CountOfOnes, isExactInAllWidths) {
  JitModule module("%r = math.ctpop %a : T", {"i8", "i32", "i64"}, without());
  auto *in8 = module.lookup<void(uint8_t *, uint8_t *, uint8_t *)>("i8");
  for (unsigned i = 0; i < 256; ++i) {
    uint8_t a = i, r;
    in8(&a, &a, &r);
    EXPECT_EQ(r, llvm::popcount(a));
  }
  auto *in32 = module.lookup<void(uint32_t *, uint32_t *, uint32_t *)>("i32");
  auto *in64 = module.lookup<void(uint64_t *, uint64_t *, uint64_t *)>("i64");
  std::mt19937_64 random(1);
  for (uint64_t i = 0; i < 1000; ++i) {
    uint64_t a = i < 2 ? -i : random(), r64;
    uint32_t low = a, r32;
    in32(&low, &low, &r32);
    in64(&a, &a, &r64);
    EXPECT_EQ(r32, static_cast<uint32_t>(llvm::popcount(low)));
    EXPECT_EQ(r64, static_cast<uint64_t>(llvm::popcount(a)));
  }
}

TEST(IntegerPower, wrapsAndInvertsUnitsAlone) {
  JitModule module("%r = math.ipowi %a, %b : T", {"i32"}, without());
  auto *power = module.lookup<void(int32_t *, int32_t *, int32_t *)>("i32");
  auto of = [&](int32_t base, int32_t exponent) {
    int32_t result;
    power(&base, &exponent, &result);
    return result;
  };
  EXPECT_EQ(of(3, 4), 81);
  EXPECT_EQ(of(-3, 3), -27);
  EXPECT_EQ(of(7, 0), 1);
  EXPECT_EQ(of(0, 0), 1);
  EXPECT_EQ(of(2, 31), INT32_MIN);
  EXPECT_EQ(of(2, 32), 0);
  EXPECT_EQ(of(2, -1), 0);
  EXPECT_EQ(of(1, -5), 1);
  EXPECT_EQ(of(-1, -5), -1);
  EXPECT_EQ(of(-1, -6), 1);
}

TEST(PowerOfInteger, isWithinTwoUnitsForLargeExponents) {
  JitModule module("%n = arith.fptosi %b : f32 to i32\n"
                   "%r = math.fpowi %a, %n : f32, i32",
                   {"f32"}, without());
  auto *power = module.lookup<void(float *, float *, float *)>("f32");
  std::mt19937 random(1);
  for (int i = 0; i < 100000; ++i) {
    // Bases near 1 and exponents beyond 2^24.
    float base =
        1 + std::ldexp(static_cast<float>(random() % 256), -24 + i % 8);
    if (i % 3 == 0)
      base = -base;
    float exponent = static_cast<float>(static_cast<int32_t>(random())) /
                     static_cast<float>(1 << (i % 12));
    float result;
    power(&base, &exponent, &result);
    double exact = std::pow(static_cast<double>(base),
                            static_cast<double>(static_cast<int>(exponent)));
    if (std::fabs(exact) > 0x1p-120 && std::fabs(exact) < 0x1p120) {
      EXPECT_NEAR(result / exact, 1, 0x1p-22) << base << " ^ " << exponent;
    }
  }
}

} // namespace
