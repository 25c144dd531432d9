//===- SignTablesTest.cpp - Weights of one magnitude as bits --------------===//

#include "codegen/loops/integer/values/SignTables.h"
#include "test/unit/codegen-loops/TestStream.h"

using namespace dlc::loops;
using namespace mlir;

namespace {

class Tables : public StreamTest {
protected:
  Tables() : StreamTest(16) {}

  SmallVector<ElementsAttr> drawColumns(const ColumnSums &sums, int64_t depth,
                                        int64_t magnitude) {
    weights.clear();
    biases.clear();
    for (int64_t n = 0; n < sums.features * depth; ++n)
      weights.push_back(static_cast<int8_t>(
          sums.weightZero + (draw(0, 1) ? magnitude : -magnitude)));
    for (int64_t n = 0; n < sums.features; ++n)
      biases.push_back(static_cast<int32_t>(draw(-5000, 5000)));
    return {constant<int8_t>({sums.features, depth}, weights),
            constant<int32_t>({sums.features}, biases)};
  }

  SmallVector<int8_t> weights;
  SmallVector<int32_t> biases;
};

Machine machineWith(const char *instruction) {
  Machine machine;
  machine.forms.resize(1);
  machine.forms.front().instruction = instruction;
  machine.forms.front().lanes = 1;
  return machine;
}

const IntegerForm &tableForm(const char *instruction, size_t which) {
  return *signTableFormsOf(machineWith(instruction))[which];
}

/// What kernel.table_columns makes of a column: the biases of all, then bits.
int64_t sumOf(ArrayRef<int32_t> words, int64_t column, int64_t features,
              const IntegerForm &form, int64_t together, int64_t magnitude,
              bool hasSign, ArrayRef<int64_t> data) {
  int64_t block = SignTables(form).block(), group = form.group;
  auto steps = static_cast<int64_t>(data.size()) / group;
  auto blocks = static_cast<int64_t>(llvm::divideCeil(features, block));
  int64_t sum = 0;
  for (int64_t step = 0; step < steps; ++step) {
    int64_t section = step / together;
    int64_t first =
        ((section * blocks + column / block) * together + step % together) *
            block +
        column % block;
    for (int64_t i = 0; i < group; ++i) {
      int64_t place = first * group + i;
      auto word = static_cast<uint32_t>(words[features + place / 32]);
      int64_t element = data[step * group + i] + (hasSign ? 128 : 0);
      sum += (word >> (place % 32)) & 1 ? element : 255 - element;
    }
  }
  return words[column] + magnitude * sum;
}

TEST_F(Tables, SumsAreThoseOfAllWeights) {
  for (int i = 0; i < 120; ++i) {
    const char *instruction = draw(0, 1) ? "smlad" : "muls adds";
    const IntegerForm &form = tableForm(instruction, draw(0, 1));
    SignTables tables(form);
    int64_t features = draw(1, 20), steps = draw(1, 24);
    int64_t depth = steps * form.group, magnitude = draw(1, 100);
    ColumnSums sums = sumsOver(context, {features, depth});
    sums.signedData = draw(0, 1);
    sums.dataZero = sums.signedData ? draw(-128, 127) : draw(0, 255);
    sums.weightZero = draw(0, 3) ? 0 : draw(-20, 20);
    SmallVector<ElementsAttr> operands = drawColumns(sums, depth, magnitude);
    std::vector<Column> columns = *readColumns(sums, operands);
    ASSERT_TRUE(canStore(sums, columns, form, WeightForm::SignTables));
    if (magnitudeOf({columns}))
      EXPECT_EQ(magnitudeOf({columns}), magnitude);
    int64_t together = tables.together(steps, Unrolling::Free);
    ASSERT_EQ(steps % together, 0);
    IntegerColumns encoding(sums, form, WeightForm::SignTables, 1,
                            std::nullopt);
    encoding.setTogether(together);
    SmallVector<int32_t> words = wordsOf(encoding.encode(operands).front());
    ASSERT_EQ(static_cast<int64_t>(words.size()),
              encoding.constants().front().getNumElements());
    SmallVector<int64_t> data;
    int64_t low = sums.signedData ? -128 : 0;
    for (int64_t k = 0; k < depth; ++k)
      data.push_back(draw(low, low + 255));
    for (int64_t n = 0; n < features; ++n) {
      int64_t exact = biases[n];
      for (int64_t k = 0; k < depth; ++k)
        exact += (data[k] - sums.dataZero) *
                 (weights[n * depth + k] - sums.weightZero);
      EXPECT_EQ(sumOf(words, n, features, form, together, magnitude,
                      sums.signedData, data),
                exact);
    }
  }
}

TEST_F(Tables, OtherWeightsHaveNone) {
  const IntegerForm &form = tableForm("smlad", 0);
  auto stores = [&](SmallVector<int8_t> some) {
    auto depth = static_cast<int64_t>(some.size());
    ColumnSums sums = sumsOver(context, {1, depth});
    SmallVector<ElementsAttr> operands = {
        constant<int8_t>({1, depth}, some),
        constant<int32_t>({1}, SmallVector<int32_t>{0})};
    return canStore(sums, *readColumns(sums, operands), form,
                    WeightForm::SignTables);
  };
  EXPECT_TRUE(stores({5, -5, -5, 5}));
  EXPECT_FALSE(stores({5, -5, 0, 5}));
  EXPECT_FALSE(stores({5, -5, 4, 5}));
  EXPECT_FALSE(stores({0, 0, 0, 0}));
  EXPECT_FALSE(stores({5, -5, 5})); // not whole groups
  Column five, six;
  five.weights = {5, -5, 5, 5};
  six.weights = {6, -6, 6, 6};
  EXPECT_EQ(magnitudeOf({{five}, {five}}), 5);
  EXPECT_EQ(magnitudeOf({{five}, {six}}), std::nullopt);
  six.weights = {5, 5, 5, 5};
  EXPECT_EQ(magnitudeOf({{six}}), std::nullopt); // one value
  EXPECT_EQ(magnitudeOf({{six}, {five}}), 5);
}

/// Two positions are packed into 16 bits each; where sums might be larger there
/// is no room for them.
TEST_F(Tables, ScratchMemoryIsOfASectionAndOfAllColumns) {
  const IntegerForm &fours = tableForm("mla", 0);
  EXPECT_EQ(SignTables(fours).tables(1, 20, 16, 8).scratchBytes(),
            8 * 16 * 2 + 24 * 4);
  EXPECT_EQ(SignTables(fours).tables(2, 20, 64, 4).scratchBytes(),
            4 * 16 * 4 + 24 * 4);
  EXPECT_GT(SignTables(fours).tables(2, 20, 65, 5).scratchBytes(), 1 << 30);
  const IntegerForm &eights = tableForm("muls adds", 1);
  EXPECT_EQ(SignTables(eights).tables(1, 20, 16, 2).scratchBytes(),
            2 * 256 * 2 + 20 * 4);
}

/// Of many columns those of eight elements pay, of few those of four.
TEST_F(Tables, LargeTablesPayWithManyColumns) {
  for (const char *instruction : {"smlad", "muls adds"}) {
    auto cost = [&](size_t which, int64_t features) {
      const IntegerForm &form = tableForm(instruction, which);
      int64_t steps = 64 / form.group;
      int64_t columns = form.most.columns;
      auto step = static_cast<double>(
          form.step(LeftForm::Bytes, WeightForm::SignTables, {1, columns}));
      auto blocks = static_cast<double>(features / columns);
      return SignTables(form)
                 .tables(1, features, steps, 2)
                 .instructionsInAll() +
             static_cast<double>(steps) * step * blocks;
    };
    EXPECT_LT(cost(0, 16), cost(1, 16)) << instruction;
    EXPECT_GT(cost(0, 512), cost(1, 512)) << instruction;
  }
}

TEST_F(Tables, SectionsDivideTheSum) {
  const IntegerForm &fours = tableForm("smlad", 0),
                    &eights = tableForm("smlad", 1);
  EXPECT_EQ(SignTables(fours).together(160, Unrolling::Free), 8);
  EXPECT_EQ(SignTables(fours).together(160, Unrolling::Small), 4);
  EXPECT_EQ(SignTables(fours).together(15, Unrolling::Compact), 5);
  EXPECT_EQ(SignTables(fours).together(17, Unrolling::Free), 1);
  EXPECT_EQ(SignTables(eights).together(80, Unrolling::Free), 2);
}
} // namespace
