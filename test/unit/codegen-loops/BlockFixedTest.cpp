//===- BlockFixedTest.cpp - Numbers of block fixed point ------------------===//

#include "codegen/loops/block_fixed/BlockFixed.h"
#include "codegen/loops/block_fixed/BlockFixedNumbers.h"
#include "gtest/gtest.h"

#include <cfloat>
#include <cmath>

using namespace dlc::loops;

namespace {

double valueOf(const FixedBlock &block, unsigned bits, size_t i) {
  return std::ldexp(static_cast<double>(block.integers[i]),
                    block.exponent - 126 - static_cast<int>(bits));
}

TEST(BlockFixedBits, sumsStayWithin62Bits) {
  // 144 products are below 2^8: (62 - 8) / 2.
  EXPECT_EQ(blockFixedBits(144, false), 27u);
  EXPECT_EQ(blockFixedBits(1024, false), 26u);
  EXPECT_EQ(blockFixedBits(1025, false), 25u);
  for (int64_t depth = 2; depth < 100000; depth += 7) {
    unsigned bits = blockFixedBits(depth, false);
    EXPECT_LE(static_cast<double>(depth) * std::ldexp(1.0, 2 * bits),
              std::ldexp(1.0, 62));
  }
}

TEST(BlockFixedBits, halvesStayWithin16Bits) {
  EXPECT_EQ(blockFixedBits(9, true), 26u);
  EXPECT_EQ(blockFixedBits(1025, true), 25u);
}

TEST(ToLimbs, halvesMakeUpTheInteger) {
  for (int32_t integer :
       {0, 1, -1, 4095, 4096, -4096, -4097, 1 << 26, -(1 << 26), 12345678}) {
    int32_t limbs = toLimbs(integer);
    int32_t high = limbs >> 16, low = static_cast<int16_t>(limbs);
    EXPECT_EQ(high * (1 << kLimbBits) + low, integer);
    EXPECT_LE(std::abs(high), 1 << kLimbBits);
    EXPECT_LE(std::abs(low), 1 << (kLimbBits - 1));
  }
}

TEST(ToLimbs, sumsOfTermsStayWithin32Bits) {
  // Two products of halves for each term.
  int64_t largest = int64_t(2) << (2 * kLimbBits - 1);
  EXPECT_LT(kLimbTerms * largest, int64_t(1) << 31);
  EXPECT_LT(kLimbTerms * (int64_t(1) << (2 * kLimbBits)), int64_t(1) << 31);
}

TEST(BlockFixedBits, integersStayWithin31Bits) {
  EXPECT_EQ(blockFixedBits(2, false), 30u);
}

TEST(MakeFixedBlock, theLargestMagnitudeSetsTheExponent) {
  FixedBlock block = makeFixedBlock({1.0f, -3.0f, 0.0f, 0.5f}, 24);
  EXPECT_EQ(block.exponent, 128); // of 3: 2^1
  // The largest integers have 24 bits: 3 is 3 * 2^22.
  EXPECT_EQ(block.integers[0], 1 << 22);
  EXPECT_EQ(block.integers[1], -3 * (1 << 22));
  EXPECT_EQ(block.integers[2], 0);
  EXPECT_EQ(block.integers[3], 1 << 21);
}

TEST(MakeFixedBlock, isWithinOneUnit) {
  for (float scale : {1e-40f, 1e-20f, 1.0f, 1e38f}) {
    float values[] = {0.1f * scale, -0.7f * scale, 3.0f * scale};
    FixedBlock block = makeFixedBlock(values, 27);
    for (size_t i = 0; i < 3; ++i)
      EXPECT_LE(std::abs(valueOf(block, 27, i) - values[i]),
                std::ldexp(0.5, block.exponent - 126 - 27));
  }
}

TEST(MakeFixedBlock, onlyZeroIsZero) {
  FixedBlock block = makeFixedBlock({1.0f, 1e-30f, -1e-40f, -0.0f}, 27);
  EXPECT_EQ(block.integers[1], 1);
  EXPECT_EQ(block.integers[2], -1);
  EXPECT_EQ(block.integers[3], 0);
}

TEST(MakeFixedBlock, roundingUpStaysInRange) {
  FixedBlock block = makeFixedBlock({std::nextafter(2.0f, 0.0f)}, 20);
  EXPECT_EQ(block.integers[0], 1 << 20);
}

TEST(MakeFixedBlock, zerosAndExtremes) {
  EXPECT_EQ(makeFixedBlock({0.0f, 0.0f}, 27).integers[1], 0);
  EXPECT_EQ(makeFixedBlock({FLT_MAX}, 24).exponent, 254);
  EXPECT_EQ(makeFixedBlock({FLT_TRUE_MIN}, 24).integers[0], 1 << 23);
}

} // namespace
