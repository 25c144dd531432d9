//===- UnrollingTest.cpp - Steps of one iteration of a tile kernel --------===//

#include "codegen/loops/kernels/TileKernel.h"
#include "gtest/gtest.h"

using namespace dlc::loops;

namespace {

std::pair<int64_t, bool> choose(bool pairs, int64_t positions, int64_t width,
                                int64_t steps, int64_t multiple) {
  Unrolling unrolling =
      chooseUnrolling(pairs, positions, width, steps, multiple);
  return {unrolling.steps, unrolling.remainder};
}
std::pair<int64_t, bool> steps(int64_t count) { return {count, false}; }
std::pair<int64_t, bool> remaining(int64_t count) { return {count, true}; }

// 2 x 8 accumulators, 2 elements of the left operand for each step and 8 of the
// right one: 16 + 2 * 4 + 8 = 32 registers.
TEST(Unrolling, AllRegistersAreUsed) {
  EXPECT_EQ(choose(false, 2, 8, 24, 24), steps(4));
  EXPECT_EQ(choose(false, 1, 16, 24, 24), steps(8)); // 16 + 8 + 8
  EXPECT_EQ(choose(false, 4, 4, 24, 24), steps(2));  // 16 + 4 * 2 + 8
  EXPECT_EQ(choose(false, 1, 8, 64, 64), steps(8));  // more gain too little
}

TEST(Unrolling, ADivisorNeedsNoRemainder) {
  EXPECT_EQ(choose(false, 2, 8, 27, 27), steps(3));
  EXPECT_EQ(choose(false, 1, 16, 49, 49), steps(7));
}

// 23 is prime: four steps for as long as there are as many, then one by one.
TEST(Unrolling, WithoutADivisorStepsRemain) {
  EXPECT_EQ(choose(false, 2, 8, 23, 23), remaining(4));
  // Of 7 steps no more than one iteration would be of four.
  EXPECT_EQ(choose(false, 2, 8, 7, 7), steps(1));
  // 26 = 2 * 13: twice two steps cost more than a remainder.
  EXPECT_EQ(choose(false, 2, 8, 26, 26), remaining(4));
}

TEST(Unrolling, OfAnUnknownNumberTheMultipleIsKnown) {
  EXPECT_EQ(choose(false, 2, 8, 0, 12), steps(4));
  EXPECT_EQ(choose(false, 2, 8, 0, 3), steps(3));
  EXPECT_EQ(choose(false, 2, 8, 0, 1), remaining(4));
}

TEST(Unrolling, PairsHaveNoRemainder) {
  EXPECT_EQ(choose(true, 1, 16, 3, 3), steps(3));
  EXPECT_EQ(choose(true, 1, 16, 8, 8), steps(4));
  EXPECT_EQ(choose(true, 1, 16, 25, 25), steps(1));
}

TEST(Unrolling, EveryChoiceFitsAndDoesAllSteps) {
  for (int64_t p = 1; p <= 4; ++p)
    for (int64_t w = 1; p * w <= 16; ++w)
      for (int64_t count = 1; count <= 80; ++count) {
        auto [unroll, remainder] = choose(false, p, w, count, count);
        EXPECT_LE(p * w + p * unroll + 8, 32) << p << "x" << w;
        EXPECT_EQ(count % unroll != 0, remainder)
            << p << "x" << w << " " << count;
      }
}

} // namespace
