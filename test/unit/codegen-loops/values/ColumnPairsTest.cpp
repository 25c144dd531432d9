//===- ColumnPairsTest.cpp - Weights of two columns in a word -------------===//

#include "codegen/loops/integer/values/ColumnPairs.h"
#include "test/unit/codegen-loops/TestStream.h"

using namespace dlc::loops;
using namespace mlir;

namespace {

class Pairs : public StreamTest {
protected:
  Pairs() : StreamTest(13) {}

  std::vector<Column> columnsOf(ArrayRef<SmallVector<int64_t>> weights) {
    std::vector<Column> columns(weights.size());
    for (auto [column, some] : llvm::zip(columns, weights))
      column.weights.assign(some.begin(), some.end());
    return columns;
  }
};

/// Sums of a pair of columns in 32 bits, as kernel.columns has them.
struct PairSums {
  uint32_t words = 0, halves = 0;

  /// A word is shifted down, and the last bit that is lost is added.
  void add(uint32_t word) {
    words += word;
    uint32_t half = word >> 16;
    halves += (half & 0x8000 ? half | 0xffff0000U : half) + (word >> 15 & 1);
  }
  int64_t lower() const {
    return llvm::SignExtend64<32>(words - halves * 65536U);
  }
  int64_t upper() const { return llvm::SignExtend64<32>(halves); }
};

/// Any data and weights, also with two elements whose products are the largest
/// that fit.
TEST_F(Pairs, AreWhatTheNestSums) {
  const IntegerForm &muls = formOf("muls adds");
  int taken = 0;
  for (int i = 0; i < 60; ++i) {
    int64_t block = 2 * draw(1, 2), features = block * draw(1, 3);
    int64_t depth = draw(1, 11), least = draw(0, 1) ? -127 : -128;
    ColumnSums sums = sumsOver(context, {features, depth});
    sums.signedData = draw(0, 1);
    sums.dataZero = sums.signedData ? draw(-128, 127) : draw(0, 255);
    SmallVector<int8_t> w;
    SmallVector<int32_t> b;
    bool extreme = draw(0, 1);
    for (int64_t n = 0; n < features * depth; ++n)
      w.push_back(static_cast<int8_t>(!extreme     ? draw(least, 127)
                                      : draw(0, 1) ? least
                                                   : 127));
    for (int64_t n = 0; n < features; ++n)
      b.push_back(static_cast<int32_t>(draw(-100000, 100000)));
    SmallVector<ElementsAttr> operands{constant<int8_t>({features, depth}, w),
                                       constant<int32_t>({features}, b)};
    auto columns = readColumns(sums, operands);
    ASSERT_TRUE(columns);
    if (!canStore(sums, *columns, muls, WeightForm::Pairs))
      continue;
    ++taken;

    IntegerColumns encoding(sums, muls, WeightForm::Pairs, block, std::nullopt);
    SmallVector<ElementsAttr> made = encoding.encode(operands);
    ASSERT_EQ(made.size(), 1U);
    SmallVector<int32_t> words = wordsOf(made.front());
    ASSERT_EQ(static_cast<int64_t>(words.size()),
              encoding.constants().front().getNumElements());

    int64_t low = sums.signedData ? -128 : 0;
    SmallVector<int64_t> data, left;
    for (int64_t k = 0; k < depth; ++k) {
      data.push_back(extreme ? low + 255 * draw(0, 1) : draw(low, low + 255));
      left.push_back(data.back() - (sums.signedData ? 0 : 128));
    }
    size_t at = 0;
    for (int64_t first = 0; first < features; first += block) {
      SmallVector<PairSums> pairs(block / 2);
      for (PairSums &pair : pairs) {
        pair.words = static_cast<uint32_t>(words[at++]);
        pair.halves = static_cast<uint32_t>(words[at++]);
      }
      for (int64_t k = 0; k < depth; k += 2)
        for (PairSums &pair : pairs) {
          uint32_t both = 0;
          for (int64_t n = k; n < std::min(k + 2, depth); ++n)
            both += static_cast<uint32_t>(words[at++]) *
                    static_cast<uint32_t>(left[n]);
          pair.add(both);
        }
      for (int64_t c = 0; c < block; ++c) {
        int64_t exact = b[first + c];
        for (int64_t k = 0; k < depth; ++k)
          exact += (data[k] - sums.dataZero) * w[(first + c) * depth + k];
        const PairSums &pair = pairs[c / 2];
        EXPECT_EQ(c % 2 ? pair.upper() : pair.lower(), exact) << i;
      }
    }
    EXPECT_EQ(at, words.size());
  }
  EXPECT_GT(taken, 20);
}

/// -128 times -128 twice is one more than the greatest.
TEST_F(Pairs, HaveProductsOfTwoElementsInHalfAWord) {
  EXPECT_TRUE(
      canPair(columnsOf({{127, 127, -127, -127}, {-128, 127, -127, -128}})));
  EXPECT_FALSE(canPair(columnsOf({{-128, -128}, {0, 0}})));
  EXPECT_FALSE(canPair(columnsOf({{0, 0}, {-128, -128}})));
  // Of two pairs of elements one each; the last is alone.
  EXPECT_TRUE(canPair(columnsOf({{0, -128, -128}, {-128, 0, -128}})));
  // Less a zero point.
  EXPECT_TRUE(canPair(columnsOf({{255, 0}, {0, 255}})));
  EXPECT_FALSE(canPair(columnsOf({{255, 2}, {0, 0}})));
  // A column is left over.
  EXPECT_FALSE(canPair(columnsOf({{1}, {1}, {1}})));
}

/// Of a pair of columns b0 + 65536 b1 and b1; then of two elements the words of
/// the first pair, those of the second, and of the third element.
TEST_F(Pairs, HaveWordsOfTwoElementsSideBySide) {
  ColumnSums sums = sumsOver(context, {4, 3});
  SmallVector<int8_t> w{1, 2, 3, 4, 5, 6, 7, 8, 9, -1, -2, -3};
  SmallVector<ElementsAttr> operands{constant<int8_t>({4, 3}, w),
                                     constant<int32_t>({4}, {10, 20, 30, -40})};
  IntegerColumns encoding(sums, formOf("muls adds"), WeightForm::Pairs, 4,
                          std::nullopt);
  auto pair = [](int32_t low, int32_t high) { return low + high * 65536; };
  EXPECT_EQ(wordsOf(encoding.encode(operands).front()),
            SmallVector<int32_t>({pair(10, 20), 20, pair(30, -40), -40,
                                  pair(1, 4), pair(2, 5), pair(7, -1),
                                  pair(8, -2), pair(3, 6), pair(9, -3)}));
  EXPECT_EQ(encoding.headWords(), 0);
}

TEST_F(Pairs, TakeHalfOfTheStepsOfTwoElements) {
  auto step = [](LeftForm left, int64_t positions, int64_t columns) {
    return formOf("muls adds")
        .step(left, WeightForm::Pairs, {positions, columns});
  };
  // docs/decisions/integer-kernels.md
  EXPECT_EQ(step(LeftForm::Widened, 1, 4), 8);
  EXPECT_EQ(step(LeftForm::Widened, 1, 2), 4);
  EXPECT_EQ(step(LeftForm::Bytes, 1, 4), 9);
  EXPECT_EQ(step(LeftForm::Bytes, 1, 2), 6);
  EXPECT_EQ(step(LeftForm::Widened, 2, 2), 0);
  EXPECT_EQ(step(LeftForm::Widened, 1, 3), 0);
}

} // namespace
