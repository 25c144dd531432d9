//===- IntegerCodesTest.cpp - Weights of few values as codes --------------===//

#include "codegen/loops/integer/values/IntegerCodes.h"
#include "test/unit/codegen-loops/TestStream.h"

using namespace dlc::loops;
using namespace mlir;

namespace {

class Codes : public StreamTest {
protected:
  Codes() : StreamTest(21) {}

  /// Weights of so many values, and biases.
  SmallVector<ElementsAttr> drawColumns(const ColumnSums &sums, int64_t depth,
                                        int64_t count) {
    SmallVector<int8_t> values;
    while (static_cast<int64_t>(values.size()) < count)
      if (auto value = static_cast<int8_t>(draw(-127, 127));
          !llvm::is_contained(values, value))
        values.push_back(value);
    weights.clear();
    biases.clear();
    for (int64_t n = 0; n < sums.features * depth; ++n)
      weights.push_back(values[n < count ? n : draw(0, count - 1)]);
    for (int64_t n = 0; n < sums.features; ++n)
      biases.push_back(static_cast<int32_t>(draw(-5000, 5000)));
    return {constant<int8_t>({sums.features, depth}, weights),
            constant<int32_t>({sums.features}, biases)};
  }

  ColumnSums drawSums(int64_t features, int64_t depth) {
    ColumnSums sums = sumsOver(context, {features, depth});
    sums.signedData = draw(0, 1);
    sums.dataZero = sums.signedData ? draw(-128, 127) : draw(0, 255);
    return sums;
  }

  void drawData(const ColumnSums &sums, int64_t count) {
    int64_t low = sums.signedData ? -128 : 0;
    data.clear();
    for (int64_t k = 0; k < count; ++k)
      data.push_back(draw(low, low + 255));
  }

  int64_t exactSum(const ColumnSums &sums, int64_t column, int64_t depth) {
    int64_t sum = biases[column];
    for (int64_t k = 0; k < depth; ++k)
      sum += (data[k] - sums.dataZero) * weights[column * depth + k];
    return sum;
  }

  SmallVector<int8_t> weights;
  SmallVector<int32_t> biases;
  SmallVector<int64_t> data;
};

/// Code number `place` of a block.
int64_t codeAt(const int32_t *words, int64_t place) {
  return static_cast<uint32_t>(words[place / 8]) >> (place % 8 * 4) & 15;
}

int64_t valueOf(llvm::ArrayRef<int32_t> stream, int64_t code) {
  llvm::ArrayRef<int32_t> table = stream.take_back(WeightCodes::kValueWords);
  return static_cast<int8_t>(static_cast<uint32_t>(table[code / 4]) >>
                             (code % 4 * 8));
}

/// What kernel.coded_columns adds up.
TEST_F(Codes, StandForTheValuesBehindAllColumns) {
  for (const char *instruction : {"smlad", "mla", "muls adds"})
    for (int i = 0; i < 20; ++i) {
      const IntegerForm &of = formOf(instruction);
      bool pairs = of.set == dlc::kernel::InstructionSet::Armv7M;
      int64_t block = pairs ? 2 * draw(1, 4) : draw(1, 4);
      int64_t features = block * draw(1, 3), group = of.group;
      int64_t depth = group * draw(4, 12);
      ColumnSums sums = drawSums(features, depth);
      SmallVector<ElementsAttr> operands =
          drawColumns(sums, depth, std::min<int64_t>(16, features * depth));
      ASSERT_TRUE(
          canStore(sums, *readColumns(sums, operands), of, WeightForm::Codes));
      IntegerColumns encoding(sums, of, WeightForm::Codes, block, std::nullopt);
      SmallVector<int32_t> words = wordsOf(encoding.encode(operands).front());
      ASSERT_EQ(static_cast<int64_t>(words.size()),
                encoding.constants().front().getNumElements());
      drawData(sums, depth);
      for (int64_t n = 0; n < features; ++n) {
        const int32_t *at = words.data() + n / block * encoding.blockWords();
        int64_t c = n % block, sum = at[c];
        if (pairs) {
          // Two starts are one number, the lower one with a sign.
          auto both = static_cast<int64_t>(
              static_cast<uint64_t>(static_cast<uint32_t>(at[c | 1])) << 32 |
              static_cast<uint32_t>(at[c & ~1]));
          int64_t low = llvm::SignExtend64<24>(both);
          sum = c % 2 ? (both - low) >> 24 : low;
        }
        for (int64_t k = 0; k < depth; ++k) {
          int64_t step = k / group, place = 0;
          while (of.order[place] != k % group)
            ++place;
          int64_t code = codeAt(at + block, (step * block + c) * group + place);
          sum += data[k] * valueOf(words, code);
        }
        EXPECT_EQ(sum, exactSum(sums, n, depth)) << instruction << " " << i;
      }
    }
}

TEST_F(Codes, AreAtMostSixteen) {
  for (const char *instruction : {"smlad", "mla", "muls adds"}) {
    const IntegerForm &of = formOf(instruction);
    ColumnSums sums = drawSums(4, 32);
    for (int64_t count : {16, 17}) {
      auto columns = *readColumns(sums, drawColumns(sums, 32, count));
      EXPECT_EQ(canStore(sums, columns, of, WeightForm::Codes), count == 16);
    }
    // What fills the last group is 0, and one of them.
    sums = drawSums(4, 33);
    auto operands = drawColumns(sums, 33, 16);
    bool hasZero = llvm::is_contained(weights, 0);
    EXPECT_EQ(
        canStore(sums, *readColumns(sums, operands), of, WeightForm::Codes),
        of.group == 1 || hasZero);
  }
}

TEST_F(Codes, OfTwoColumnsHaveRoomForBothSums) {
  ColumnSums sums = sumsOver(context, {2, 600});
  weights.assign(1200, 127);
  SmallVector<int32_t> none(2, 0);
  auto operands = [&] {
    return SmallVector<ElementsAttr>{constant<int8_t>({2, 600}, weights),
                                     constant<int32_t>({2}, none)};
  };
  // 600 * 127 * 128 is more than 2^23.
  const IntegerForm &mla = formOf("mla");
  EXPECT_FALSE(
      canStore(sums, *readColumns(sums, operands()), mla, WeightForm::Codes));
  // Of the second one there are 40 bits.
  std::fill(weights.begin(), weights.begin() + 600, 100);
  EXPECT_TRUE(
      canStore(sums, *readColumns(sums, operands()), mla, WeightForm::Codes));
  weights[700] = -128;
  EXPECT_FALSE(
      canStore(sums, *readColumns(sums, operands()), mla, WeightForm::Codes));
  EXPECT_TRUE(canStore(sums, *readColumns(sums, operands()), formOf("smlad"),
                       WeightForm::Codes));
}

} // namespace
