//===- IntegerColumnsTest.cpp - Weights, biases and factors in one stream -===//

#include "codegen/loops/integer/IntegerPlanes.h"
#include "test/unit/codegen-loops/TestStream.h"

#include <algorithm>

using namespace dlc::loops;
using namespace mlir;

namespace {

class Columns : public StreamTest {
protected:
  Columns() : StreamTest(11) {}

  static const IntegerForm &form(const char *instruction = "smlad") {
    return formOf(instruction);
  }
};

int64_t half(uint32_t word, int i) {
  return static_cast<int16_t>(word >> (16 * i));
}
int64_t byteOf(uint32_t word, int i, bool isSigned) {
  auto bits = static_cast<uint8_t>(word >> (8 * i));
  return isSigned ? static_cast<int8_t>(bits) : bits;
}

/// What kernel.columns adds up in a group: `x` are the elements of the left
/// operand as kernel.widen writes them, in their own order.
int64_t productsOfGroup(WeightForm weights, bool isSigned, const uint32_t *w,
                        const int64_t *x) {
  auto halfword = [](int64_t value) { return static_cast<int16_t>(value); };
  switch (weights) {
  case WeightForm::Bytes: {
    int64_t sum = 0;
    for (int i = 0; i < 4; ++i)
      sum += x[i] * byteOf(w[0], i, isSigned);
    return sum;
  }
  case WeightForm::Combined:
    return x[1] * half(w[0], 0) + x[3] * half(w[0], 1) +
           halfword(256 * x[0] - x[1] + 127) * byteOf(w[0], 0, true) +
           halfword(256 * x[2] - x[3] + 127) * byteOf(w[0], 2, true);
  case WeightForm::Halfwords:
    return x[0] * half(w[0], 0) + x[2] * half(w[0], 1) + x[1] * half(w[1], 0) +
           x[3] * half(w[1], 1);
  default:
    break; // of single products, or in IntegerNarrowTest.cpp
  }
  llvm_unreachable("a form");
}

TEST_F(Columns, AreWhatTheNestSums) {
  for (int i = 0; i < 60; ++i) {
    int64_t block = draw(1, 3), features = block * draw(1, 4);
    int64_t depth = draw(1, 13);
    ColumnSums sums = sumsOver(context, {features, depth});
    sums.signedData = draw(0, 1);
    sums.signedWeights = draw(0, 2) > 0;
    sums.dataZero = sums.signedData ? draw(-128, 127) : draw(0, 255);
    auto weights = static_cast<WeightForm>(draw(0, 2));
    if (weights == WeightForm::Halfwords)
      sums.weightZero = sums.signedWeights ? draw(-128, 127) : draw(0, 255);
    SmallVector<int8_t> w;
    SmallVector<int32_t> b;
    for (int64_t n = 0; n < features * depth; ++n)
      w.push_back(static_cast<int8_t>(draw(-127, 127)));
    for (int64_t n = 0; n < features; ++n)
      b.push_back(static_cast<int32_t>(draw(-5000, 5000)));
    SmallVector<ElementsAttr> operands{constant<int8_t>({features, depth}, w),
                                       constant<int32_t>({features}, b)};
    auto columns = readColumns(sums, operands);
    ASSERT_TRUE(columns);
    if (!canStore(sums, *columns, form(), weights))
      continue;

    IntegerColumns encoding(sums, form(), weights, block, std::nullopt);
    SmallVector<ElementsAttr> made = encoding.encode(operands);
    ASSERT_EQ(made.size(), 1u);
    auto words = llvm::to_vector(made.front().getValues<int32_t>());
    ASSERT_EQ(static_cast<int64_t>(words.size()),
              encoding.constants().front().getNumElements());

    int64_t low = sums.signedData ? -128 : 0;
    SmallVector<int64_t> stored(llvm::alignTo(depth, 4));
    for (int64_t &x : stored)
      x = draw(low, low + 255);
    bool moved = weights == WeightForm::Combined && !sums.signedData;
    SmallVector<int64_t> left(stored);
    for (int64_t &x : left)
      x -= moved ? 128 : 0;
    int64_t perColumn = weights == WeightForm::Halfwords ? 2 : 1;
    for (int64_t n = 0; n < features; ++n) {
      int64_t exact = b[n];
      for (int64_t k = 0; k < depth; ++k) {
        int64_t weight = w[n * depth + k];
        if (!sums.signedWeights)
          weight &= 0xff;
        exact += (stored[k] - sums.dataZero) * (weight - sums.weightZero);
      }
      const int32_t *at = words.data() + n / block * encoding.blockWords();
      int64_t sum = at[n % block];
      for (int64_t step = 0; step < encoding.steps(); ++step) {
        const int32_t *group =
            at + block + (step * block + n % block) * perColumn;
        sum += productsOfGroup(weights, sums.signedWeights,
                               reinterpret_cast<const uint32_t *>(group),
                               left.data() + 4 * step);
      }
      EXPECT_EQ(sum, exact * (int64_t(1) << scaleOf(weights))) << i;
      SumRange range = sumRange(sums, (*columns)[n]);
      EXPECT_TRUE(range.least <= exact && exact <= range.greatest);
    }
  }
}

TEST_F(Columns, CombinesOnlyWhatFits) {
  ColumnSums sums = sumsOver(context, {1, 4});
  auto canCombine = [&](ArrayRef<int8_t> w, int32_t bias) {
    SmallVector<ElementsAttr> operands{constant<int8_t>({1, 4}, w),
                                       constant<int32_t>({1}, {bias})};
    return canStore(sums, *readColumns(sums, operands), form(),
                    WeightForm::Combined);
  };
  EXPECT_TRUE(canCombine({127, -127, 127, -127}, 0));
  EXPECT_TRUE(canCombine({1, -128, -128, 127}, 0));
  // 256 * -128 - 1 is no halfword.
  EXPECT_FALSE(canCombine({-1, -128, 0, 0}, 0));
  // Sums times 256 have 32 bits.
  EXPECT_TRUE(canCombine({1, 0, 0, 0}, (1 << 23) - 128));
  EXPECT_FALSE(canCombine({1, 0, 0, 0}, 1 << 23));
  sums.weightZero = 1;
  EXPECT_FALSE(canCombine({1, 1, 1, 1}, 0));
}

/// A head, then biases, groups and factors of each block.
TEST_F(Columns, HaveFactorsBehindTheirWeights) {
  ColumnSums sums = sumsOver(context, {2, 4});
  ColumnRescale rescale = rescaleToBytes();
  rescale.multiplier = {0, 2, 0, 1};
  rescale.addend = {int64_t(1) << 39, -1, 0, 0};
  rescale.shift = {40, -1, 0, 0};
  sums.rescale = rescale;
  SmallVector<int8_t> w{1, 2, 3, 4, 5, 6, 7, 8};
  SmallVector<ElementsAttr> operands{
      constant<int8_t>({2, 4}, w), constant<int32_t>({2}, {10, 20}),
      constant<int32_t>({2}, {1 << 29, 1 << 28})};
  IntegerColumns one(sums, form(), WeightForm::Bytes, 2, 8);
  EXPECT_EQ(llvm::to_vector(one.encode(operands).front().getValues<int32_t>()),
            SmallVector<int32_t>(
                {1 << 7, 10, 20, 0x04030201, 0x08070605, 1 << 29, 1 << 28}));
  // Each column's own: the second has a bit more.
  IntegerColumns own(sums, form(), WeightForm::Bytes, 2, 0);
  EXPECT_EQ(llvm::to_vector(own.encode(operands).front().getValues<int32_t>()),
            SmallVector<int32_t>({10, 20, 0x04030201, 0x08070605, 1 << 30,
                                  1 << 8, 9, 1 << 30, 1 << 9, 10}));
}

/// One element after the other, those of a step's columns side by side; the
/// last word of a block is filled up.
TEST_F(Columns, OfSingleProductsAreBytesOrHalfwords) {
  ColumnSums sums = sumsOver(context, {2, 3});
  SmallVector<int8_t> w{1, 2, -3, 4, -128, 6};
  SmallVector<ElementsAttr> operands{constant<int8_t>({2, 3}, w),
                                     constant<int32_t>({2}, {10, 20})};
  auto words = [&](WeightForm weights, int64_t block) {
    IntegerColumns encoding(sums, form("mla"), weights, block, std::nullopt);
    SmallVector<ElementsAttr> made = encoding.encode(operands);
    EXPECT_EQ(made.front().getNumElements(), 2 / block * encoding.blockWords());
    return llvm::to_vector(made.front().getValues<int32_t>());
  };
  EXPECT_EQ(words(WeightForm::Bytes, 2),
            SmallVector<int32_t>(
                {10, 20, static_cast<int32_t>(0x80020401U), 0x000006fd}));
  EXPECT_EQ(words(WeightForm::Bytes, 1),
            SmallVector<int32_t>({10, 0x00fd0201, 20, 0x00068004}));
  EXPECT_EQ(words(WeightForm::Halfwords, 1),
            SmallVector<int32_t>({10, 0x00020001, 0x0000fffd, 20,
                                  static_cast<int32_t>(0xff800004U), 6}));
}

/// What weights are moved by stands in front: of all blocks, or of each where
/// kernels store sums; with limbs a column's sums begin at its least.
TEST_F(Columns, OfShortProductsAreMoved) {
  ColumnSums sums = sumsOver(context, {2, 3});
  SmallVector<int8_t> w{1, 2, -3, 4, -128, 127};
  SmallVector<ElementsAttr> operands{constant<int8_t>({2, 3}, w),
                                     constant<int32_t>({2}, {10, 20})};
  const IntegerForm &muls = form("muls adds");
  auto words = [&](const IntegerColumns &encoding) {
    SmallVector<ElementsAttr> made = encoding.encode(operands);
    EXPECT_EQ(made.front().getNumElements(),
              encoding.constants().front().getNumElements());
    return llvm::to_vector(made.front().getValues<int32_t>());
  };
  IntegerColumns alone(sums, muls, WeightForm::Moved, 1, std::nullopt);
  EXPECT_EQ(words(alone),
            SmallVector<int32_t>({-128, 10, 0x007d8281, -128, 20, 0x00ff0084}));
  EXPECT_EQ(alone.headWords() + alone.blockWords(), 3);
  // A zero point of the weights is moved with them.
  sums.weightZero = -28;
  IntegerColumns zero(sums, muls, WeightForm::Moved, 2, std::nullopt);
  EXPECT_EQ(words(zero)[0], -100);
  // [elements][columns], the biases as without it: the data has none.
  EXPECT_EQ(words(zero)[1], 10);
  EXPECT_EQ(words(zero)[3], static_cast<int32_t>(0x00828481U));

  sums.weightZero = 0;
  ColumnRescale rescale = rescaleToBytes();
  rescale.multiplier = {1 << 30, -1, 0, 0};
  rescale.addend = {int64_t(1) << 38, -1, 0, 0};
  rescale.shift = {39, -1, 0, 0};
  sums.rescale = rescale;
  auto columns = readColumns(sums, operands);
  ASSERT_TRUE(columns);
  auto limbs = commonLimbs(sums, {*columns});
  ASSERT_TRUE(limbs);
  // Of the second the sums reach over 259 * 255, 17 bits.
  EXPECT_EQ(limbs->limbs, 2);
  EXPECT_EQ(limbs->bits, 32 - 17);
  IntegerColumns cut(sums, muls, WeightForm::Moved, 1, std::nullopt, limbs);
  auto all = words(cut);
  ASSERT_EQ(all.size(), 1U + 2 * 6);
  SumRange range = sumRange(sums, columns->front());
  auto factor = limbFactor(*columns->front().rescale, *limbs, range);
  ASSERT_TRUE(factor);
  EXPECT_EQ(all[0], -128);
  EXPECT_EQ(all[1], 10 - factor->least);
  EXPECT_EQ(all[2], 0x007d8281);
  EXPECT_EQ(static_cast<uint32_t>(all[3]), factor->reach);
  EXPECT_EQ(all[5], 1 << 15);
}

TEST_F(Columns, KernelsHaveStepsOfTheseInstructions) {
  auto step = [](WeightForm weights, int64_t positions, int64_t columns) {
    return form().step(LeftForm::Widened, weights, {positions, columns});
  };
  // docs/decisions/integer-kernels.md
  EXPECT_EQ(step(WeightForm::Combined, 6, 1), 17);
  EXPECT_EQ(step(WeightForm::Bytes, 6, 1), 18);
  EXPECT_EQ(step(WeightForm::Combined, 1, 4), 14);
  EXPECT_EQ(step(WeightForm::Halfwords, 2, 2), 10);
  // The halfwords of two columns at a time.
  EXPECT_EQ(step(WeightForm::Halfwords, 1, 4), 11);
  // No register is left for the left operand.
  EXPECT_EQ(step(WeightForm::Bytes, 4, 2), 0);
  auto inPlace = [](WeightForm weights, int64_t positions, int64_t columns) {
    return form().step(LeftForm::Bytes, weights, {positions, columns});
  };
  EXPECT_EQ(inPlace(WeightForm::Combined, 1, 4), 17);
  EXPECT_EQ(inPlace(WeightForm::Bytes, 1, 4), 20);
  EXPECT_EQ(inPlace(WeightForm::Halfwords, 1, 4), 13);
  EXPECT_EQ(inPlace(WeightForm::Combined, 1, 5), 0);
  EXPECT_EQ(inPlace(WeightForm::Combined, 2, 1), 0);

  auto single = [](LeftForm left, int64_t positions, int64_t columns) {
    return form("mla").step(left, WeightForm::Bytes, {positions, columns});
  };
  EXPECT_EQ(single(LeftForm::Widened, 5, 1), 7);
  EXPECT_EQ(single(LeftForm::Widened, 6, 1), 9);
  EXPECT_EQ(single(LeftForm::Widened, 3, 2), 9);
  EXPECT_EQ(single(LeftForm::Bytes, 4, 2), 14);
  EXPECT_EQ(single(LeftForm::Bytes, 1, 8), 17);
  // Neither for the elements of four positions nor for nine sums.
  EXPECT_EQ(single(LeftForm::Widened, 4, 2), 0);
  EXPECT_EQ(single(LeftForm::Bytes, 3, 3), 0);
}

/// A weight and five elements that it overwrites; a byte of one position.
TEST_F(Columns, ShortProductsOverwriteAFactor) {
  auto step = [](LeftForm left, int64_t positions, int64_t columns) {
    return form("muls adds")
        .step(left, WeightForm::Moved, {positions, columns});
  };
  EXPECT_EQ(step(LeftForm::Widened, 5, 1), 12);
  EXPECT_EQ(step(LeftForm::Bytes, 1, 4), 14);
  EXPECT_EQ(step(LeftForm::Widened, 6, 1), 0);
  EXPECT_EQ(step(LeftForm::Widened, 2, 2), 0);
  EXPECT_EQ(step(LeftForm::Bytes, 2, 1), 0);
}

/// The largest part of a sum's steps whose code is short.
TEST_F(Columns, StepsOfAnIterationDivideAll) {
  auto unrolled = [](const char *instruction, int64_t steps,
                     int64_t instructions,
                     Unrolling unrolling = Unrolling::Compact) {
    return unrolledSteps(form(instruction), steps, instructions, unrolling);
  };
  EXPECT_EQ(unrolled("smlad", 16, 18), 8);
  EXPECT_EQ(unrolled("smlad", 16, 18, Unrolling::Free), 16);
  EXPECT_EQ(unrolled("smlad", 16, 18, Unrolling::Small), 4);
  EXPECT_EQ(unrolled("smlad", 27, 18, Unrolling::Small), 3);
  EXPECT_EQ(unrolled("mla", 64, 57, Unrolling::Small), 1);
  EXPECT_EQ(unrolled("smlad", 13, 18), 1);
  EXPECT_EQ(unrolled("mla", 64, 7), 16);
  EXPECT_EQ(unrolled("mla", 64, 17), 4);
  EXPECT_EQ(unrolled("mla", 27, 7), 9);
}

/// Four channels of 2x3 taps: what one shift costs the second of bits, its
/// weights get back.
TEST_F(Columns, OfPlanesAreMultipliedByPowersOfTwo) {
  ColumnSums sums = sumsOver(context, {4, 6});
  sums.order.sizes = {4, 2, 3};
  sums.order.source = {{6, 3, 1}, 0};
  sums.order.reduction = {1, 2};
  sums.dataZero = -1;
  ColumnRescale rescale = rescaleToBytes();
  rescale.multiplier = {0, 2, 0, 1};
  rescale.addend = {int64_t(1) << 39, -1, 0, 0};
  rescale.shift = {40, -1, 0, 0};
  sums.rescale = rescale;
  SmallVector<int8_t> w(24, 1);
  for (int i = 0; i < 6; ++i)
    w[i] = static_cast<int8_t>(i + 1);
  w[18] = -128;
  SmallVector<ElementsAttr> operands{
      constant<int8_t>({4, 2, 3}, w), constant<int32_t>({4}, {10, 20, 30, 40}),
      constant<int32_t>({4}, {1 << 29, 1 << 28, 1 << 29, 1 << 29})};
  auto columns = readColumns(sums, operands);
  ASSERT_TRUE(columns);
  // -128 can be doubled seven times, and 2^29 be 2^30 at a shift of 9.
  EXPECT_EQ(planeShift(sums, *columns), 9 + 7);
  auto factors = planeFactors(sums, *columns, 9);
  ASSERT_TRUE(factors);
  EXPECT_EQ((*factors)[0].scale, 0U);
  EXPECT_EQ((*factors)[0].multiplier, 1 << 30);
  // A bit is lost where nothing can be doubled less than not at all.
  EXPECT_EQ((*factors)[1].scale, 0U);
  EXPECT_EQ((*factors)[1].multiplier, 1 << 29);
  factors = planeFactors(sums, *columns, 10);
  ASSERT_TRUE(factors);
  EXPECT_EQ((*factors)[0].scale, 1U);
  EXPECT_EQ((*factors)[0].multiplier, 1 << 30);
  EXPECT_EQ((*factors)[1].scale, 0U);
  EXPECT_EQ((*factors)[1].multiplier, 1 << 30);

  auto words = [&](int64_t columnStep, bool transposed, int64_t rowWords = 2) {
    int64_t taps = transposed ? 3 : 2;
    PlaneWeights weights(sums, rowWords, taps, 5 - taps, columnStep, transposed,
                         10);
    SmallVector<ElementsAttr> made = weights.encode(operands);
    EXPECT_EQ(made.front().getNumElements(), weights.groupWords());
    return llvm::to_vector(made.front().getValues<int32_t>());
  };
  auto pair = [](int low, int high) { return low + high * 65536; };
  // The addend, then (w0, w1) and (w1, w2) of each row, twice what they were;
  // the bias 2 (10 + 21), for the data is one more than its zero point.
  SmallVector<int32_t> first({1 << 9, pair(2, 4), pair(4, 6), pair(8, 10),
                              pair(10, 12), 62, 1 << 30, pair(1, 1), pair(1, 1),
                              pair(1, 1), pair(1, 1), 26, 1 << 30});
  EXPECT_EQ(ArrayRef(words(1, false)).take_front(13), ArrayRef(first));
  // Two columns apart: (w0, w1) and (w2, 0).
  EXPECT_EQ(words(2, false)[2], pair(6, 0));
  // Column by column: rows (1, 4), (2, 5), (3, 6), and no third column.
  EXPECT_EQ(words(1, true)[3], pair(4, 10));
  EXPECT_EQ(words(1, true)[4], pair(10, 0));
  // A word for each column.
  EXPECT_EQ(ArrayRef(words(1, false, 3)).take_front(9),
            ArrayRef<int32_t>({1 << 9, 2, 4, 6, 8, 10, 12, 62, 1 << 30}));
  EXPECT_EQ(ArrayRef(words(2, true, 3)).slice(1, 3),
            ArrayRef<int32_t>({2, 8, 0}));
  // With limbs: no addend in front, the bias less the least sum and what
  // elements are larger by.
  auto limbs = commonLimbs(sums, {*columns});
  PlaneWeights cut(sums, 3, 2, 3, 1, false, 0);
  cut.useLimbs(*limbs);
  cut.setMoved(128);
  EXPECT_EQ(cut.groupWords(), 4 * (6 + 1 + 4));
  auto made =
      llvm::to_vector(cut.encode(operands).front().getValues<int32_t>());
  auto factor = limbFactor(*columns->front().rescale, *limbs,
                           sumRange(sums, columns->front()));
  EXPECT_EQ(ArrayRef(made).take_front(8),
            ArrayRef<int32_t>(
                {1, 2, 3, 4, 5, 6,
                 static_cast<int32_t>(10 - (128 - 1) * 21 - factor->least),
                 static_cast<int32_t>(factor->reach)}));
}

/// Where they have limbs three weights may share a word, with 10, 10 and 12
/// bits; these are bytes less a zero point.
TEST_F(Columns, OfPlanesHaveWordsOfRows) {
  ColumnSums sums = sumsOver(context, {4, 6});
  sums.order.sizes = {4, 2, 3};
  sums.order.source = {{6, 3, 1}, 0};
  sums.order.reduction = {1, 2};
  sums.rescale = rescaleToBytes();
  SmallVector<int8_t> w(24, 1);
  for (int i = 0; i < 6; ++i)
    w[i] = static_cast<int8_t>(i + 1);
  w[18] = -128;
  SmallVector<ElementsAttr> operands{constant<int8_t>({4, 2, 3}, w),
                                     constant<int32_t>({4}, {10, 20, 30, 40})};
  auto wordOf = [&](int64_t channel, int64_t row) {
    auto limbs = commonLimbs(sums, {*readColumns(sums, operands)});
    PlaneWeights weights(sums, 1, 2, 3, 1, false, 0);
    weights.useLimbs(*limbs);
    EXPECT_EQ(weights.groupWords(), 4 * (2 + 1 + 4));
    return wordsOf(weights.encode(operands).front())[channel * 7 + row];
  };
  auto triple = [](int first, int second, int third) {
    return (first & 1023) + (second & 1023) * 1024 + third * (1 << 20);
  };
  EXPECT_EQ(wordOf(0, 1), triple(4, 5, 6));
  EXPECT_EQ(wordOf(3, 0), triple(-128, 1, 1));
  sums.weightZero = 127;
  EXPECT_EQ(wordOf(0, 1), triple(4 - 127, 5 - 127, 6 - 127));
  EXPECT_EQ(wordOf(3, 0), triple(-255, -126, -126));
}

} // namespace
