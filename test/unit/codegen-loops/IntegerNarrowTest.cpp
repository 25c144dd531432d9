//===- IntegerNarrowTest.cpp - Weights in the bits that they need ---------===//

#include "codegen/loops/integer/values/IntegerNarrow.h"
#include "test/unit/codegen-loops/TestStream.h"

using namespace dlc::loops;
using namespace mlir;

namespace {

class Narrow : public StreamTest {
protected:
  Narrow() : StreamTest(12) {}

  /// Weights of so many bits, and biases.
  SmallVector<ElementsAttr> drawColumns(const ColumnSums &sums, int64_t depth,
                                        int64_t bits) {
    int64_t most = (int64_t(1) << (bits - 1)) - 1;
    weights.clear();
    biases.clear();
    for (int64_t n = 0; n < sums.features * depth; ++n)
      weights.push_back(
          static_cast<int8_t>(sums.weightZero + draw(-most - 1, most)));
    for (int64_t n = 0; n < sums.features; ++n)
      biases.push_back(static_cast<int32_t>(draw(-5000, 5000)));
    return {constant<int8_t>({sums.features, depth}, weights),
            constant<int32_t>({sums.features}, biases)};
  }

  int64_t exactSum(const ColumnSums &sums, int64_t column, int64_t depth) {
    int64_t sum = biases[column];
    for (int64_t k = 0; k < depth; ++k)
      sum += (data[k] - sums.dataZero) *
             (weights[column * depth + k] - sums.weightZero);
    return sum;
  }

  void drawData(const ColumnSums &sums, int64_t count) {
    int64_t low = sums.signedData ? -128 : 0;
    data.clear();
    for (int64_t k = 0; k < count; ++k)
      data.push_back(draw(low, low + 255));
  }

  SmallVector<int8_t> weights;
  SmallVector<int32_t> biases;
  SmallVector<int64_t> data;
};

/// The weights of a word's half that are left when those of higher columns are
/// taken away; the highest has its sign.
int64_t digitsUpTo(uint32_t word, int64_t half, int64_t bits, int64_t column) {
  auto value = static_cast<int16_t>(word >> (16 * half));
  int64_t columns = 16 / bits;
  if (column + 1 == columns)
    return value;
  return value & ((int64_t(1) << (bits * (column + 1))) - 1);
}

/// What kernel.columns adds up in `dsp`: all digits up to a column's, less what
/// digits are larger by; two of these are a column's sum, shifted.
TEST_F(Narrow, ColumnsShareHalvesOfSmladsWords) {
  for (int i = 0; i < 40; ++i) {
    WeightForm form = draw(0, 1) ? WeightForm::FourBits : WeightForm::TwoBits;
    int64_t bits = bitsOf(form), block = 16 / bits;
    int64_t features = block * draw(1, 3), depth = draw(1, 21);
    ColumnSums sums = sumsOver(context, {features, depth});
    sums.signedData = draw(0, 1);
    sums.dataZero = sums.signedData ? draw(-128, 127) : draw(0, 255);
    sums.weightZero = draw(0, 3) ? 0 : draw(-50, 50);
    SmallVector<ElementsAttr> operands = drawColumns(sums, depth, bits);
    const IntegerForm &smlad = formOf("smlad");
    ASSERT_TRUE(canStore(sums, *readColumns(sums, operands), smlad, form));
    IntegerColumns encoding(sums, smlad, form, block, std::nullopt);
    SmallVector<int32_t> words = wordsOf(encoding.encode(operands).front());
    ASSERT_EQ(static_cast<int64_t>(words.size()),
              encoding.constants().front().getNumElements());
    drawData(sums, llvm::alignTo(depth, 4));
    int64_t all = 0;
    for (int64_t x : data)
      all += x;

    for (int64_t n = 0; n < features; ++n) {
      const int32_t *at = words.data() + n / block * encoding.blockWords();
      int64_t before = 0, column = n % block;
      for (int64_t c = std::max<int64_t>(column - 1, 0); c <= column; ++c) {
        int64_t sum = at[c], larger = 0;
        for (int64_t k = 0; k < static_cast<int64_t>(data.size()); ++k) {
          auto word = static_cast<uint32_t>(at[block + k / 4 * 2 + k % 2]);
          sum += data[k] * digitsUpTo(word, k % 4 / 2, bits, c);
        }
        for (int64_t of = 0; of <= std::min(c, block - 2); ++of)
          larger += int64_t(1) << (bits * of + bits - 1);
        sum -= all * larger;
        if (c == column) {
          auto own = static_cast<int32_t>(
              static_cast<uint32_t>(column ? sum - before : sum));
          EXPECT_EQ(own >> (bits * column), exactSum(sums, n, depth)) << i;
        }
        before = sum;
      }
    }
  }
}

/// In `armv7m` and `armv6m`: a product of a word's two columns, or of one.
TEST_F(Narrow, ElementsShareHalvesOfMlasWords) {
  for (const char *instruction : {"mla", "muls adds"})
    for (int i = 0; i < 20; ++i) {
      WeightForm form = draw(0, 1) ? WeightForm::FourBits : WeightForm::TwoBits;
      int64_t bits = bitsOf(form), perWord = 16 / bits;
      int64_t block = draw(0, 1) ? 2 : 4, features = block * draw(1, 3);
      int64_t depth = draw(1, 40);
      ColumnSums sums = sumsOver(context, {features, depth});
      sums.signedData = draw(0, 1);
      sums.dataZero = sums.signedData ? draw(-128, 127) : draw(0, 255);
      SmallVector<ElementsAttr> operands = drawColumns(sums, depth, bits);
      const IntegerForm &of = formOf(instruction);
      ASSERT_TRUE(canStore(sums, *readColumns(sums, operands), of, form));
      IntegerColumns encoding(sums, of, form, block, std::nullopt);
      SmallVector<int32_t> words = wordsOf(encoding.encode(operands).front());
      ASSERT_EQ(static_cast<int64_t>(words.size()),
                encoding.constants().front().getNumElements());
      drawData(sums, depth);
      for (int64_t n = 0; n < features; ++n) {
        const int32_t *at = words.data() + n / block * encoding.blockWords();
        int64_t column = n % block, sum = at[column];
        for (int64_t k = 0; k < depth; ++k) {
          auto word = static_cast<uint32_t>(
              at[block + k / perWord * block / 2 + column / 2]);
          uint32_t digit = word >> (16 * (column % 2) + k % perWord * bits) &
                           ((1U << bits) - 1);
          sum += data[k] * (int64_t(digit) - (int64_t(1) << (bits - 1)));
        }
        EXPECT_EQ(sum, exactSum(sums, n, depth)) << i;
      }
    }
}

TEST_F(Narrow, AreOnlyWeightsThatFit) {
  auto fits = [&](const char *instruction, ArrayRef<int8_t> w, WeightForm form,
                  int32_t bias = 0, int64_t zero = 0) {
    auto features = static_cast<int64_t>(w.size());
    ColumnSums sums = sumsOver(context, {features, 1});
    sums.weightZero = zero;
    SmallVector<int32_t> all(features, bias);
    SmallVector<ElementsAttr> operands{constant<int8_t>({features, 1}, w),
                                       constant<int32_t>({features}, all)};
    return canStore(sums, *readColumns(sums, operands), formOf(instruction),
                    form);
  };
  EXPECT_TRUE(fits("smlad", {-8, 7, 0, 1}, WeightForm::FourBits));
  EXPECT_FALSE(fits("smlad", {-8, 8, 0, 1}, WeightForm::FourBits));
  EXPECT_FALSE(fits("smlad", {-9, 7, 0, 1}, WeightForm::FourBits));
  EXPECT_TRUE(fits("mla", {-2, 1, 0, -1}, WeightForm::TwoBits));
  EXPECT_FALSE(fits("mla", {-2, 2, 0, -1}, WeightForm::TwoBits));
  // It is the difference to the zero point that is stored.
  EXPECT_TRUE(fits("mla", {92, 107}, WeightForm::FourBits, 0, 100));
  EXPECT_FALSE(fits("mla", {92, 108}, WeightForm::FourBits, 0, 100));
  // The fourth column's sum is multiplied by 2^12.
  EXPECT_TRUE(
      fits("smlad", {1, 1, 1, 1}, WeightForm::FourBits, (1 << 19) - 128));
  EXPECT_FALSE(fits("smlad", {1, 1, 1, 1}, WeightForm::FourBits, 1 << 19));
  EXPECT_TRUE(fits("mla", {1, 1, 1, 1}, WeightForm::FourBits, 1 << 19));
}

TEST_F(Narrow, KernelsHaveStepsOfTheseInstructions) {
  auto step = [](const char *instruction, LeftForm left, WeightForm form,
                 int64_t positions, int64_t columns) {
    return formOf(instruction).step(left, form, {positions, columns});
  };
  auto four = WeightForm::FourBits, two = WeightForm::TwoBits;
  // docs/decisions/integer-kernels.md; half a load more for what is loaded for
  // two steps.
  EXPECT_EQ(step("smlad", LeftForm::Widened, four, 1, 4), 16);
  EXPECT_EQ(step("smlad", LeftForm::Widened, four, 2, 4), 28);
  EXPECT_EQ(step("smlad", LeftForm::Widened, two, 1, 8), 33);
  // A block's columns fill half words; no more than eight sums.
  EXPECT_EQ(step("smlad", LeftForm::Widened, four, 1, 2), 0);
  EXPECT_EQ(step("smlad", LeftForm::Widened, two, 2, 8), 0);
  EXPECT_EQ(step("mla", LeftForm::Bytes, four, 1, 4), 6);
  EXPECT_EQ(step("mla", LeftForm::Bytes, four, 2, 2), 0);
  EXPECT_EQ(step("mla", LeftForm::Widened, four, 4, 2), 8);
  EXPECT_EQ(step("muls adds", LeftForm::Bytes, four, 1, 4), 11);
  EXPECT_EQ(step("muls adds", LeftForm::Widened, four, 4, 2), 15);
  // Words are not taken apart by iterations.
  EXPECT_EQ(unrolledSteps(formOf("mla"), 60, 6, Unrolling::Compact, 4), 12);
  EXPECT_EQ(unrolledSteps(formOf("mla"), 27, 6, Unrolling::Compact, 4), 27);
  EXPECT_EQ(unrolledSteps(formOf("mla"), 50, 6, Unrolling::Compact, 4), 0);
  // Nor is their code made smaller.
  EXPECT_EQ(unrolledSteps(formOf("mla"), 60, 6, Unrolling::Small, 4), 12);
}

} // namespace
