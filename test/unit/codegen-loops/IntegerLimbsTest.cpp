//===- IntegerLimbsTest.cpp - Rescaling by products of 32 bits ------------===//

#include "codegen/loops/integer/IntegerLimbs.h"
#include "gtest/gtest.h"

#include <algorithm>
#include <cmath>
#include <random>

using namespace dlc::loops;

namespace {

class Limbs : public testing::Test {
protected:
  int64_t draw(int64_t least, int64_t greatest) {
    return std::uniform_int_distribution<int64_t>(least, greatest)(random);
  }
  double drawReal(double least, double greatest) {
    return std::uniform_real_distribution<double>(least, greatest)(random);
  }

  /// Round half up of the sum times a factor, and a zero point.
  ExactRescale rescaleBy(double factor, bool isSigned) {
    ExactRescale exact;
    int bits = 31 - static_cast<int>(std::floor(std::log2(factor))) - 1;
    exact.shift = std::min(bits, 62);
    exact.multiplier =
        static_cast<int64_t>(std::ldexp(factor, static_cast<int>(exact.shift)));
    exact.min = isSigned ? -128 : 0;
    exact.max = exact.min + 255;
    int64_t zero = draw(exact.min, exact.max);
    if (draw(0, 2) == 0)
      exact.min = zero;
    exact.addend = static_cast<int64_t>(std::ldexp(
        static_cast<double>(2 * zero + 1), static_cast<int>(exact.shift) - 1));
    return exact;
  }

  /// The ends of the range, all steps and some sums between.
  void expectEqual(const ExactRescale &exact, const LimbForm &form,
                   const LimbFactor &factor, SumRange range) {
    auto check = [&](int64_t sum) {
      sum = std::clamp(sum, range.least, range.greatest);
      ASSERT_EQ(factor(form, exact, sum), exact(sum)) << sum;
    };
    check(range.least);
    check(range.greatest);
    for (int64_t y = exact.min + 1; y <= exact.max; ++y)
      for (int64_t near = -1; near <= 1; ++near)
        check(firstSum(exact, y) + near);
    for (int i = 0; i < 50; ++i)
      check(draw(range.least, range.greatest));
  }

  std::mt19937 random{11};
};

TEST_F(Limbs, AreWhatIsRescaled) {
  int found = 0, three = 0;
  for (int i = 0; i < 400; ++i) {
    std::vector<Rescaled> columns;
    double factor = std::exp2(drawReal(-15, 3));
    for (int64_t n = draw(1, 4); n > 0; --n) {
      int64_t reach = draw(1, int64_t(1) << draw(4, 22));
      columns.push_back({rescaleBy(factor * drawReal(0.2, 5), draw(0, 1)),
                         {draw(-reach, 0), draw(0, reach)}});
    }
    std::optional<LimbForm> form = findLimbForm(columns);
    if (!form)
      continue;
    ++found;
    three += form->limbs == 3;
    for (const Rescaled &column : columns) {
      auto limbs = limbFactor(column.exact, *form, column.range);
      ASSERT_TRUE(limbs);
      expectEqual(column.exact, *form, *limbs, column.range);
    }
  }
  EXPECT_GT(found, 300);
  EXPECT_GT(three, 3);
}

/// No product leaves 32 bits: those that do have no form.
TEST_F(Limbs, HaveRoomForTheirProducts) {
  ExactRescale exact;
  exact.multiplier = 1 << 30;
  exact.shift = 39;
  exact.addend = int64_t(1) << 38;
  exact.min = -128;
  exact.max = 127;
  SumRange wide{-(1 << 20), 1 << 20};
  // 2^-9: sums from 1 - 127.5 * 2^9 to 126.5 * 2^9 are between the bounds.
  auto form = findLimbForm({{exact, wide}});
  ASSERT_TRUE(form);
  EXPECT_EQ(form->limbs, 2);
  EXPECT_EQ(form->bits, 32 - 17);
  EXPECT_EQ(form->shift, 24);
  auto factor = limbFactor(exact, *form, wide);
  ASSERT_TRUE(factor);
  EXPECT_EQ(factor->least, -127 * 512 - 256);
  EXPECT_EQ(factor->reach, 254U * 512 - 1);
  EXPECT_EQ(factor->limbs[0], 0U);
  EXPECT_EQ(factor->limbs[1], 1U << 15);
  // The bound's low byte is in the addend, which stands for one step more.
  EXPECT_EQ(factor->words(*form, exact.min),
            (std::vector<int64_t>{254 * 512 - 1, (1 - 128) * (int64_t(1) << 24),
                                  1 << 15, 0}));
  LimbForm large = *form;
  large.bits = 16;
  EXPECT_FALSE(limbFactor(exact, large, wide));
  exact.multiplier = 0;
  EXPECT_FALSE(findLimbForm({{exact, wide}}));
}

/// Columns that are nothing but a bound have no reach, whatever they are summed
/// up to, and leave the others their bits.
TEST_F(Limbs, OfConstantsAreBounds) {
  ExactRescale exact;
  exact.multiplier = 669;
  exact.shift = 37;
  exact.addend = -17523466567680;
  exact.min = -128;
  exact.max = 127;
  SumRange one{-(1 << 30), -(1 << 30)};
  auto form = findLimbForm({{exact, one}});
  ASSERT_TRUE(form);
  EXPECT_EQ(form->bits, 16);
  auto factor = limbFactor(exact, *form, one);
  ASSERT_TRUE(factor);
  EXPECT_EQ(factor->least, one.least + 1);
  EXPECT_EQ((*factor)(*form, exact, one.least), -128);
  exact.addend = -exact.addend;
  factor = limbFactor(exact, *form, {1 << 30, 1 << 30});
  ASSERT_TRUE(factor);
  EXPECT_EQ((*factor)(*form, exact, 1 << 30), 127);
}

/// Halves that are rounded to even are a staircase that falls nowhere, but no
/// multiplier and addend.
TEST_F(Limbs, AreNoTies) {
  ExactRescale exact;
  exact.multiplier = 1;
  exact.shift = 1;
  exact.addend = 1;
  exact.tie = 1;
  exact.min = -128;
  exact.max = 127;
  EXPECT_EQ(exact(1), 0);
  EXPECT_EQ(exact(3), 2);
  EXPECT_FALSE(findLimbForm({{exact, {-200, 200}}}));
  EXPECT_TRUE(findLimbForm({{exact, {2, 5}}}));
}

} // namespace
