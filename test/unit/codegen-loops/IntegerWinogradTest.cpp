//===- IntegerWinogradTest.cpp - The stream that Winograd's sums read -----===//

#include "codegen/loops/winograd_integers/IntegerWinograd.h"
#include "codegen/loops/weights/WeightAllowance.h"
#include "dialects/dlc/DlcDialect.h"
#include "dialects/nn/NnDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Parser/Parser.h"
#include "test/unit/codegen-loops/TestStream.h"
#include "llvm/Support/MathExtras.h"
#include <utility>

using namespace dlc::loops;
using namespace mlir;

namespace {

constexpr int64_t kTaps = 3;

/// B d B^T and A P A^T, from the algorithm's definition.
using Matrix = std::array<std::array<int64_t, 4>, 4>;
constexpr int64_t kInput[4][4] = {
    {1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, 1, 0, -1}};
constexpr int64_t kOutput[2][4] = {{1, 1, 1, 0}, {0, 1, -1, -1}};

template <size_t N>
Matrix bothWays(const int64_t (&map)[N][4], const Matrix &of) {
  Matrix result{};
  for (size_t i = 0; i < N; ++i)
    for (size_t j = 0; j < N; ++j)
      for (int r = 0; r < 4; ++r)
        for (int c = 0; c < 4; ++c)
          result[i][j] += map[i][r] * of[r][c] * map[j][c];
  return result;
}

class IntegerWinograd : public StreamTest {
protected:
  IntegerWinograd() : StreamTest(17) {}
};

/// Filters of [features][rows][columns][channels].
ColumnSums sumsOf(MLIRContext &context, int64_t features, int64_t channels) {
  ColumnSums sums = sumsOver(context, {features, kTaps, kTaps, channels});
  sums.rescale = rescaleToBytes();
  return sums;
}

/// Reads the stream as kernel.winograd_columns does.
class Reader {
public:
  explicit Reader(ElementsAttr stream)
      : words(*dlc::nn::readIntegers(stream)) {}

  int64_t word() { return words[at++]; }
  int64_t halfword() {
    if (!second)
      second = static_cast<uint32_t>(word());
    else
      return static_cast<int16_t>(*std::exchange(second, std::nullopt) >> 16);
    return static_cast<int16_t>(*second & 0xffff);
  }
  bool atEnd() const { return at == words.size(); }

private:
  SmallVector<int64_t> words;
  size_t at = 0;
  std::optional<uint32_t> second; // the word whose second half is next
};

TEST_F(IntegerWinograd, ResultsAreFourTimesTheConvolution) {
  // Instructions, and columns of their blocks.
  const std::pair<const char *, int64_t> kernels[] = {
      {"smlad", 4}, {"mla", 2}, {"mla", 4}, {"mla", 8}};
  for (int repeat = 0; repeat < 40; ++repeat) {
    auto [instruction, block] = kernels[repeat % std::size(kernels)];
    const IntegerForm *form = &formOf(instruction);
    ASSERT_TRUE(form);
    int64_t channels = draw(1, 20), features = block * draw(1, 3);
    int64_t whole = llvm::alignTo(channels, form->group);
    ColumnSums sums = sumsOf(context, features, channels);
    sums.signedData = draw(0, 1);
    sums.signedWeights = draw(0, 1);
    sums.weightZero = sums.signedWeights ? 0 : draw(0, 255);
    sums.dataZero = sums.signedData ? draw(-128, 127) : draw(0, 255);
    std::vector<int8_t> filters;
    std::vector<int32_t> biases;
    for (int64_t i = 0; i < features * 9 * channels; ++i)
      filters.push_back(
          static_cast<int8_t>(draw(0, 9) ? draw(-128, 127) : -128));
    for (int64_t n = 0; n < features; ++n)
      biases.push_back(static_cast<int32_t>(draw(-5000, 5000)));
    int64_t shift = draw(0, 1) ? 0 : 8;
    IntegerWinogradWeights weights(sums, *form, block, shift);
    auto made =
        weights.encode({constant<int8_t>({features, 3, 3, channels}, filters),
                        constant<int32_t>({features}, biases)});
    ASSERT_EQ(made.size(), 1u);
    EXPECT_EQ(weights.bytes(), 4 * made.front().getNumElements());

    // What is behind the last channel does not matter.
    std::vector<Matrix> tile(whole), points(whole);
    for (int64_t c = 0; c < whole; ++c) {
      for (auto &row : tile[c])
        for (int64_t &pixel : row)
          pixel = sums.signedData ? draw(-128, 127) : draw(0, 255);
      points[c] = bothWays(kInput, tile[c]);
    }
    Reader stream(made.front());
    if (shift)
      EXPECT_EQ(stream.word(), 3 << 7); // 3/2 << 8
    for (int64_t n = 0; n < features; n += block) {
      std::vector<Matrix> products(block);
      for (int64_t row = 0; row < 4; ++row)
        for (int64_t column : {1, 0, 2, 3})
          for (int64_t c = 0; c < whole; c += form->group)
            for (Matrix &of : products)
              for (int64_t place : form->order)
                of[row][column] +=
                    stream.halfword() * points[c + place][row][column];
      for (int64_t i = 0; i < block; ++i) {
        int64_t bias = stream.word();
        Matrix results = bothWays(kOutput, products[i]);
        for (int64_t y = 0; y < 2; ++y)
          for (int64_t x = 0; x < 2; ++x) {
            int64_t exact = biases[n + i];
            for (int64_t r = 0; r < 3; ++r)
              for (int64_t s = 0; s < 3; ++s)
                for (int64_t c = 0; c < channels; ++c) {
                  int64_t weight =
                      filters[(((n + i) * 3 + r) * 3 + s) * channels + c];
                  if (!sums.signedWeights)
                    weight &= 255;
                  exact += (tile[c][y + r][x + s] - sums.dataZero) *
                           (weight - sums.weightZero);
                }
            EXPECT_EQ(results[y][x] + bias, 4 * exact) << repeat;
          }
      }
      for (int64_t i = 0; i < block; ++i) {
        EXPECT_GT(stream.word(), 0);
        if (!shift) {
          stream.word();
          EXPECT_GT(stream.word(), 0);
        }
      }
    }
    EXPECT_TRUE(stream.atEnd());
  }
}

/// With limbs weights are words, and sums begin at the least that is not the
/// lower bound, four times.
TEST_F(IntegerWinograd, WordsOfLimbs) {
  const IntegerForm &form = formOf("muls adds");
  constexpr int64_t kBlock = 4;
  int64_t channels = 5, features = 2 * kBlock;
  ColumnSums sums = sumsOf(context, features, channels);
  sums.dataZero = -7;
  std::vector<int8_t> filters;
  for (int64_t i = 0; i < features * 9 * channels; ++i)
    filters.push_back(static_cast<int8_t>(draw(-128, 127)));
  std::vector<int32_t> biases(features, 900);
  SmallVector<ElementsAttr> operands{
      constant<int8_t>({features, 3, 3, channels}, filters),
      constant<int32_t>({features}, biases)};
  auto columns = readColumns(sums, operands);
  ASSERT_TRUE(columns);
  auto limbs = winogradLimbs(sums, {*columns});
  ASSERT_TRUE(limbs);
  IntegerWinogradWeights weights(sums, form, kBlock, limbs->shift,
                                 /*filters=*/false, limbs);
  auto made = weights.encode(operands);
  ASSERT_EQ(made.size(), 1u);
  EXPECT_EQ(weights.bytes(), 4 * made.front().getNumElements());
  Reader stream(made.front());
  for (int64_t n = 0; n < features; n += kBlock) {
    for (int64_t point = 0; point < 16; ++point)
      for (int64_t c = 0; c < channels; ++c)
        for (int64_t i = 0; i < kBlock; ++i) {
          int64_t taps[9];
          for (int64_t tap = 0; tap < 9; ++tap)
            taps[tap] = filters[((n + i) * 9 + tap) * channels + c];
          EXPECT_EQ(stream.word(), transformIntegers(taps)[point]);
        }
    for (int64_t i = 0; i < kBlock; ++i) {
      const Column &column = (*columns)[n + i];
      int64_t all = 0;
      for (int64_t weight : column.weights)
        all += weight;
      auto factor = limbFactor(*column.rescale, *limbs, sumRange(sums, column));
      EXPECT_EQ(stream.word(), 4 * (900 + 7 * all - factor->least));
    }
    for (int64_t i = 0; i < kBlock; ++i) {
      const Column &column = (*columns)[n + i];
      auto factor = limbFactor(*column.rescale, *limbs, sumRange(sums, column));
      for (int64_t word : factor->words(*limbs, -128))
        EXPECT_EQ(stream.word(), static_cast<int32_t>(word));
    }
  }
  EXPECT_TRUE(stream.atEnd());
  // Four times as large, those of so many channels no longer have 32 bits.
  for (int64_t many : {2048, 4096}) {
    ColumnSums wide = sumsOf(context, 1, many);
    wide.rescale->multiplier = {1 << 24};
    auto large = readColumns(
        wide,
        {constant<int8_t>({1, 3, 3, many}, std::vector<int8_t>(9 * many, 127)),
         constant<int32_t>({1}, {0})});
    EXPECT_TRUE(commonLimbs(wide, {*large}));
    EXPECT_EQ(winogradLimbs(wide, {*large}).has_value(), many == 2048);
  }
}

/// What the stage makes of filters is what is stored of their points.
TEST_F(IntegerWinograd, FiltersBecomeTheStream) {
  const std::pair<const char *, int64_t> kernels[] = {{"smlad", 4}, {"mla", 2}};
  for (int repeat = 0; repeat < 20; ++repeat) {
    auto [instruction, block] = kernels[repeat % std::size(kernels)];
    const IntegerForm &form = formOf(instruction);
    int64_t channels = draw(1, 20), features = block * draw(1, 3);
    int64_t whole = llvm::alignTo(channels, form.group);
    ColumnSums sums = sumsOf(context, features, channels);
    std::vector<int8_t> values;
    for (int64_t i = 0; i < features * 9 * channels; ++i)
      values.push_back(static_cast<int8_t>(draw(-128, 127)));
    std::vector<int32_t> biases(features, 1000);
    SmallVector<ElementsAttr> operands{
        constant<int8_t>({features, 3, 3, channels}, values),
        constant<int32_t>({features}, biases)};
    int64_t shift = draw(0, 1) ? 0 : 8;
    IntegerWinogradWeights stored(sums, form, block, shift);
    IntegerWinogradWeights made(sums, form, block, shift, /*filters=*/true);
    auto constants = made.encode(operands);
    ASSERT_EQ(constants.size(), 2u);
    EXPECT_EQ(made.bytes(), constants[0].getNumElements() +
                                4 * constants[1].getNumElements());
    auto bytes = *dlc::nn::readIntegers(constants[0]);
    auto words = *dlc::nn::readIntegers(constants[1]);
    Reader stream(stored.encode(operands).front());
    size_t word = 0, filter = 0;
    for (int64_t i = 0; i < made.headWords(shift); ++i)
      EXPECT_EQ(stream.word(), words[word++]);
    for (int64_t n = 0; n < features; n += block, filter += whole * block) {
      for (int64_t point = 0; point < 16; ++point)
        for (int64_t i = 0; i < whole * block; ++i) {
          auto taps = ArrayRef(bytes).slice((filter + i) * 9, 9);
          EXPECT_EQ(stream.halfword(), transformIntegers(taps)[point]);
        }
      for (int64_t i = 0; i < block * made.numberWords(shift); ++i)
        EXPECT_EQ(stream.word(), words[word++]);
    }
    EXPECT_TRUE(stream.atEnd());
  }
  Column column;
  column.weights = {-128, 127};
  EXPECT_TRUE(areByteFilters({column}));
  column.weights = {-128, 128}; // 255 less a zero point of 127
  EXPECT_FALSE(areByteFilters({column}));
}

/// What is left of a module's allowance.
class Allowance : public testing::Test {
protected:
  int64_t of(const std::string &attributes, bool compact = true) {
    context.loadDialect<memref::MemRefDialect, func::FuncDialect,
                        dlc::phases::DlcDialect, dlc::nn::NnDialect>();
    // 600 bytes of constants, two stages.
    module =
        parseSourceString<ModuleOp>("module attributes {" + attributes + R"(} {
  memref.global "private" constant @w : memref<100xi8> = dense<1>
  memref.global "private" constant @u : memref<100xi8> = dense<2>
  memref.global "private" constant @v : memref<100xi32> = dense<1>
  func.func @main(%x: memref<4xi8>) {
    %w = memref.get_global @w : memref<100xi8>
    %u = memref.get_global @u : memref<100xi8>
    call @a(%x, %w) : (memref<4xi8>, memref<100xi8>) -> ()
    call @a(%x, %u) : (memref<4xi8>, memref<100xi8>) -> ()
    call @a(%x, %w) : (memref<4xi8>, memref<100xi8>) -> ()
    return
  }
  func.func private @a(%x: memref<4xi8>, %w: memref<100xi8>) attributes {nn.stage = "a"} {
    return
  }
  func.func private @b(%x: memref<4xi8>) attributes {nn.stage = "b"} {
    return
  }
})",
                                    &context);
    Machine machine;
    machine.compactCode = compact;
    machine.objectBytes = 1000;
    machine.stageBytes = 100;
    allowance.emplace(*module, machine);
    return allowance->bytes();
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  std::optional<WeightAllowance> allowance;
};

TEST_F(Allowance, IsAFifthOfTheConstantsInFlash) {
  EXPECT_EQ(of(""), 120);
  EXPECT_EQ(of("", /*compact=*/false), std::numeric_limits<int64_t>::max());
}

TEST_F(Allowance, IsWhatABudgetLeaves) {
  // 600 of constants and twice 1000 + 2 * 100 of code.
  EXPECT_EQ(of("dlc.flash_limit = 5000 : i64"), 2000);
  EXPECT_EQ(of("dlc.flash_limit = 5000 : i64", /*compact=*/false), 2000);
  EXPECT_EQ(of("dlc.flash_limit = 2999 : i64"), 0);
}

TEST_F(Allowance, IsNothingWhereCodeIsToBeSmall) {
  EXPECT_EQ(of("dlc.optimise_size"), 0);
  EXPECT_EQ(of("dlc.optimise_size, dlc.flash_limit = 100000 : i64"), 0);
  EXPECT_EQ(of("dlc.optimise_size", /*compact=*/false), 0);
}

TEST_F(Allowance, IsSpentOnceForEachConstant) {
  // So many words in place of what was there.
  struct Words : WeightEncoding {
    explicit Words(MLIRContext &context, int64_t count)
        : type(MemRefType::get({count}, IntegerType::get(&context, 32))) {}
    SmallVector<MemRefType> constants() const override { return {type}; }
    SmallVector<ElementsAttr> encode(ArrayRef<ElementsAttr>) const override {
      return {};
    }
    MemRefType type;
  };
  of("dlc.flash_limit = 5000 : i64");
  ModuleIndex index(*module);
  auto stage = index.lookup<func::FuncOp>("a");
  SmallVector<Type> before(stage.getArgumentTypes());
  // 400 bytes in place of 100, of two constants.
  allowance->spend(index, stage, before,
                   {{1, std::make_shared<Words>(context, 100)}});
  EXPECT_EQ(allowance->bytes(), 2000 - 2 * 300);
  // What becomes smaller gives nothing back.
  allowance->spend(index, stage, before,
                   {{1, std::make_shared<Words>(context, 10)}});
  EXPECT_EQ(allowance->bytes(), 1400);
  allowance->spend(index, stage, before,
                   {{1, std::make_shared<Words>(context, 1000)}});
  EXPECT_EQ(allowance->bytes(), 0);
}

} // namespace
