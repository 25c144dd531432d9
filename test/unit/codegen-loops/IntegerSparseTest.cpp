//===- IntegerSparseTest.cpp - Weights without those that are 0 -----------===//

#include "codegen/loops/integer/values/IntegerSparse.h"
#include "test/unit/codegen-loops/TestStream.h"

using namespace dlc::loops;
using namespace mlir;

namespace {

class Sparse : public StreamTest {
protected:
  Sparse() : StreamTest(15) {}

  /// Weights of which about one in `one` is not 0, and biases.
  SmallVector<ElementsAttr> drawColumns(const ColumnSums &sums, int64_t depth,
                                        int64_t one, int64_t values) {
    weights.clear();
    biases.clear();
    SmallVector<int64_t> other;
    for (int64_t n = 0; n < values; ++n)
      other.push_back(draw(-100, 100));
    for (int64_t n = 0; n < sums.features * depth; ++n) {
      int64_t weight = draw(1, one) == 1 ? other[draw(0, values - 1)] : 0;
      weights.push_back(static_cast<int8_t>(sums.weightZero + weight));
    }
    for (int64_t n = 0; n < sums.features; ++n)
      biases.push_back(static_cast<int32_t>(draw(-5000, 5000)));
    return {constant<int8_t>({sums.features, depth}, weights),
            constant<int32_t>({sums.features}, biases)};
  }

  SmallVector<int8_t> weights;
  SmallVector<int32_t> biases;
};

const IntegerForm &sparseForm(const char *instruction, size_t which) {
  Machine machine;
  machine.forms.resize(1);
  machine.forms.front().instruction = instruction;
  machine.forms.front().lanes = 1;
  return *sparseFormsOf(machine)[which];
}

/// What kernel.sparse_columns adds up, of a stream that begins with biases.
std::vector<int64_t> sumsOf(ArrayRef<char> stream, int64_t columns,
                            int64_t depth, const IntegerForm &form,
                            ArrayRef<int64_t> data) {
  int64_t group = form.group;
  auto word = [&](int64_t at) {
    int32_t number;
    memcpy(&number, stream.data() + 4 * at, sizeof(number));
    return number;
  };
  int64_t at = 4 * (columns + 1), places = at + word(columns);
  auto byte = [&] { return static_cast<uint8_t>(stream[places++]); };
  auto product = [&](int64_t first, int64_t code) {
    return stream[at + code] * data[first + byte()];
  };
  std::vector<int64_t> sums;
  bool coded = form.weights.front() == WeightForm::CodedRows;
  for (int64_t c = 0; coded && c < columns; ++c) {
    sums.push_back(word(c));
    for (int64_t first = 0; first < depth; first += 256) {
      int64_t count = byte();
      if (count % 2)
        sums.back() += product(first, stream[places + 1]), ++places;
      for (int64_t i = 0; i < count / 2; ++i) {
        int codes = static_cast<uint8_t>(stream[places + 2]);
        sums.back() += product(first, codes & 15);
        sums.back() += product(first, codes >> 4);
        ++places;
      }
    }
  }
  for (int64_t c = 0; !coded && c < columns; ++c) {
    sums.push_back(word(c));
    for (int64_t first = 0; first < depth; first += 256 * group) {
      int64_t count = byte();
      for (int64_t i = 0; i < count; ++i) {
        int64_t element = first + group * byte();
        for (int64_t k = 0; k < group; ++k)
          sums.back() += stream[at++] * data[element + k];
      }
    }
  }
  return sums;
}

TEST_F(Sparse, SumsAreThoseOfAllWeights) {
  for (int i = 0; i < 90; ++i) {
    int64_t which = draw(0, 2); // single ones, codes, groups
    bool groups = which == 2;
    const IntegerForm &form = sparseForm("smlad", which);
    int64_t features = draw(1, 5), depth = draw(1, groups ? 1500 : 600);
    ColumnSums sums = sumsOver(context, {features, depth});
    sums.signedData = draw(0, 1);
    sums.dataZero = sums.signedData ? draw(-128, 127) : draw(0, 255);
    sums.weightZero = draw(0, 3) ? 0 : draw(-20, 20);
    SmallVector<ElementsAttr> operands =
        drawColumns(sums, depth, draw(2, 40), draw(1, which == 1 ? 16 : 40));
    std::vector<Column> columns = *readColumns(sums, operands);
    ASSERT_TRUE(canStore(sums, columns, form, form.weights.front()));
    SparseBytes room = *sparseBytes(columns, form);
    // Another caller may need more.
    room.weights += which == 1 ? 0 : 4 * draw(0, 3);
    room.places += draw(0, 9);
    IntegerColumns encoding(sums, form, form.weights.front(), 1, std::nullopt);
    encoding.setSparse(room, false);
    SmallVector<int32_t> words = wordsOf(encoding.encode(operands).front());
    ASSERT_EQ(static_cast<int64_t>(words.size()),
              encoding.constants().front().getNumElements());
    SmallVector<int64_t> data;
    int64_t low = sums.signedData ? -128 : 0;
    for (int64_t k = 0; k < depth + 3; ++k)
      data.push_back(draw(low, low + 255));
    ArrayRef<char> stream(reinterpret_cast<const char *>(words.data()),
                          words.size() * sizeof(int32_t));
    std::vector<int64_t> found = sumsOf(stream, features, depth, form, data);
    for (int64_t n = 0; n < features; ++n) {
      int64_t exact = biases[n];
      for (int64_t k = 0; k < depth; ++k)
        exact += (data[k] - sums.dataZero) *
                 (weights[n * depth + k] - sums.weightZero);
      EXPECT_EQ(found[n], exact) << "case " << i << ", column " << n;
    }
  }
}

TEST_F(Sparse, ASegmentHasAtMostWhatAByteCounts) {
  std::vector<Column> columns(1);
  columns[0].weights.assign(256, 1);
  const IntegerForm &rows = sparseForm("smlad", 0),
                    &codes = sparseForm("smlad", 1),
                    &groups = sparseForm("smlad", 2);
  EXPECT_FALSE(sparseBytes(columns, rows));
  EXPECT_FALSE(sparseBytes(columns, codes));
  columns[0].weights[7] = 0;
  ASSERT_TRUE(sparseBytes(columns, rows));
  EXPECT_EQ(sparseBytes(columns, rows)->weights, 255);
  EXPECT_EQ(sparseBytes(columns, rows)->places, 256);
  // A place for each, and a byte for two codes.
  ASSERT_TRUE(sparseBytes(columns, codes));
  EXPECT_EQ(sparseBytes(columns, codes)->weights, 16);
  EXPECT_EQ(sparseBytes(columns, codes)->places, 1 + 255 + 128);
  // 64 groups of four.
  EXPECT_EQ(sparseBytes(columns, groups)->weights, 256);
  EXPECT_EQ(sparseBytes(columns, groups)->places, 65);
  // The distance to a zero point may be no byte.
  columns[0].weights[7] = 128;
  columns[0].weights[8] = 0;
  EXPECT_FALSE(sparseBytes(columns, rows));
}

TEST_F(Sparse, CodesAreOfSixteenValuesInAllColumns) {
  std::vector<Column> columns(2);
  for (int64_t k = 0; k < 20; ++k)
    for (int64_t c : {0, 1})
      columns[c].weights.push_back(k < 8 ? 10 * k + c + 1 : 0);
  const IntegerForm &codes = sparseForm("mla", 1);
  EXPECT_TRUE(sparseBytes(columns, codes));
  columns[1].weights[15] = 100;
  EXPECT_FALSE(sparseBytes(columns, codes));
}

TEST_F(Sparse, ColumnsThatAreRescaledAlikeShareARange) {
  ColumnSums sums = sumsOver(context, {2, 1});
  ExactRescale rescale;
  rescale.multiplier = 1 << 29;
  rescale.shift = 37;
  rescale.min = -128;
  rescale.max = 127;
  std::vector<Column> columns(2);
  columns[0].weights = {3};
  columns[1].weights = {-100};
  columns[1].bias = 7;
  columns[0].rescale = columns[1].rescale = rescale;
  std::vector<Column> own = columns;
  own[1].rescale->multiplier -= 1;
  EXPECT_FALSE(shareRange(sums, own));
  own[1].rescale.reset();
  EXPECT_FALSE(shareRange(sums, own));
  SumRange first = sumRange(sums, columns[0]),
           second = sumRange(sums, columns[1]);
  ASSERT_TRUE(shareRange(sums, columns));
  for (const Column &column : columns) {
    EXPECT_EQ(sumRange(sums, column).least,
              std::min(first.least, second.least));
    EXPECT_EQ(sumRange(sums, column).greatest,
              std::max(first.greatest, second.greatest));
  }
}

TEST_F(Sparse, GroupsAreOfSmlad) {
  Machine machine;
  EXPECT_TRUE(sparseFormsOf(machine).empty());
  EXPECT_EQ(sparseForm("mla", 0).group, 1);
  EXPECT_EQ(sparseForm("smlad", 2).group, 4);
  machine.forms.resize(1);
  machine.forms.front().instruction = "muls adds";
  machine.forms.front().lanes = 1;
  EXPECT_EQ(sparseFormsOf(machine).size(), 2u);
}

} // namespace
