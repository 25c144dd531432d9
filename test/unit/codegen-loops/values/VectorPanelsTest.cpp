//===- VectorPanelsTest.cpp - Coded weights of kernels in vectors ---------===//

#include "codegen/loops/panels/VectorPanels.h"
#include "test/unit/codegen-loops/TestStream.h"
#include "test/unit/codegen-loops/values/TestCodes.h"
#include <algorithm>
#include <cstring>

using namespace dlc::loops;
using namespace mlir;

namespace {

/// Some elements of the operand in a type of their own, and one further number.
class Slice : public WeightEncoding {
public:
  Slice(MLIRContext &context, int64_t first, int64_t count, unsigned bits)
      : first(first), count(count), type(IntegerType::get(&context, bits)),
        word(IntegerType::get(&context, 32)) {}

  SmallVector<MemRefType> constants() const override {
    return {MemRefType::get({count}, type), MemRefType::get({1}, word)};
  }
  SmallVector<ElementsAttr>
  encode(ArrayRef<ElementsAttr> operands) const override {
    auto numbers = dlc::nn::readIntegers(operands.front());
    SmallVector<APInt> own;
    for (int64_t i = 0; i < count; ++i)
      own.push_back(APInt(type.getIntOrFloatBitWidth(),
                          static_cast<uint64_t>((*numbers)[first + i]),
                          /*isSigned=*/true));
    return {DenseElementsAttr::get(RankedTensorType::get({count}, type), own),
            DenseElementsAttr::get(RankedTensorType::get({1}, word),
                                   APInt(32, static_cast<uint64_t>(first)))};
  }

private:
  int64_t first, count;
  Type type, word;
};

/// Some words of the operand.
class Words : public WeightEncoding {
public:
  Words(MLIRContext &context, int64_t first, int64_t count)
      : first(first), count(count), type(IntegerType::get(&context, 32)) {}

  SmallVector<MemRefType> constants() const override {
    return {MemRefType::get({count}, type)};
  }
  SmallVector<ElementsAttr>
  encode(ArrayRef<ElementsAttr> operands) const override {
    auto numbers = dlc::nn::readIntegers(operands.front());
    SmallVector<int32_t> own;
    for (int64_t i = 0; i < count; ++i)
      own.push_back(static_cast<int32_t>((*numbers)[first + i]));
    return {DenseElementsAttr::get(RankedTensorType::get({count}, type),
                                   ArrayRef<int32_t>(own))};
  }

private:
  int64_t first, count;
  Type type;
};

class VectorPanelsTest : public StreamTest {
protected:
  VectorPanelsTest() : StreamTest(41) {}

  VectorPanels panelsOf(int64_t panels, int64_t each, unsigned bits,
                        bool nonzeros) {
    std::vector<std::shared_ptr<const WeightEncoding>> all;
    for (int64_t p = 0; p < panels; ++p)
      all.push_back(std::make_shared<Slice>(context, p * each, each, bits));
    return {std::move(all), nonzeros, std::nullopt};
  }

  static std::vector<char> bytesOf(ElementsAttr elements) {
    auto data = dlc::nn::readConstant(elements);
    return {data->bytes.begin(), data->bytes.end()};
  }

  static size_t wordAt(const std::vector<char> &bytes, size_t word) {
    uint32_t value = 0;
    std::memcpy(&value, bytes.data() + 4 * word, sizeof(value));
    return value;
  }

  /// A code's description, which begins at a byte.
  static std::vector<char> descriptionAt(const std::vector<char> &bytes,
                                         size_t at) {
    size_t symbols = 0;
    for (size_t i = 0; i < 16; ++i)
      symbols += static_cast<uint8_t>(bytes[at + i]);
    auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    return {begin, begin + static_cast<std::ptrdiff_t>(16 + symbols)};
  }

  /// What kernel.decode_nonzeros makes of a stream, read bit by bit.
  static std::string decodeNonzeros(const std::vector<char> &bytes, size_t at,
                                    size_t elements) {
    BitCodes weights(descriptionAt(bytes, 4 * (1 + kPanels))),
        gaps(descriptionAt(bytes, wordAt(bytes, 0)));
    std::string result;
    size_t bit = 0;
    while (result.size() < elements) {
      auto gap = static_cast<uint8_t>(gaps.next(bytes, at, bit));
      result.append(gap, 0);
      if (gap == 255 || result.size() >= elements)
        continue;
      result.push_back(weights.next(bytes, at, bit));
    }
    return result;
  }

  static constexpr size_t kPanels = 3;

  SmallVector<int8_t> drawn(int64_t count, int64_t zerosOf) {
    SmallVector<int8_t> values;
    for (int64_t i = 0; i < count; ++i)
      values.push_back(static_cast<int8_t>(
          draw(0, zerosOf) > 0 ? 0 : draw(-6, 6) * draw(1, 21)));
    return values;
  }
};

TEST_F(VectorPanelsTest, StoresWhatKernelsReadAndFurtherConstantsAsTheyAre) {
  SmallVector<int8_t> values = drawn(300, 0);
  ElementsAttr operand = constant<int8_t>({300}, values);
  for (unsigned bits : {8U, 16U}) {
    VectorPanels coded = panelsOf(kPanels, 100, bits, false);
    EXPECT_EQ(coded.isWide(), bits == 16);
    EXPECT_EQ(coded.symbols(), 100);
    EXPECT_EQ(coded.memoryElements(), 104);
    SmallVector<ElementsAttr> stored = coded.encode({operand});
    ASSERT_EQ(stored.size(), 2U);
    std::vector<char> bytes = bytesOf(stored[0]);
    EXPECT_EQ(coded.wordsOf({operand}), static_cast<int64_t>(bytes.size()) / 4);
    auto firstCode = static_cast<size_t>(coded.firstCode());
    std::vector<char> code = descriptionAt(bytes, firstCode);
    for (size_t panel = 0; panel < kPanels; ++panel) {
      std::vector<char> stream(
          bytes.begin() + static_cast<std::ptrdiff_t>(wordAt(bytes, panel)),
          bytes.end());
      EXPECT_EQ(decode(code, stream, 100),
                std::string(values.begin() + 100 * panel,
                            values.begin() + 100 * (panel + 1)));
    }
    EXPECT_EQ(*dlc::nn::readIntegers(stored[1]),
              (SmallVector<int64_t>{0, 100, 200}));
  }
}

TEST_F(VectorPanelsTest, LeavesZerosOut) {
  // Gaps of more than 255, and of as many; ends with and without zeros.
  SmallVector<int8_t> values(2100, 0);
  for (auto [at, value] : {std::pair<size_t, int8_t>(0, 5),
                           {1, -7},
                           {257, 1},
                           {513, 2},
                           {1399, 3},
                           {1400 + 255, 4}})
    values[at] = value;
  for (bool scattered : {false, true}) {
    if (scattered)
      values = drawn(2100, 9);
    ElementsAttr operand = constant<int8_t>({2100}, values);
    VectorPanels coded = panelsOf(kPanels, 700, 8, true);
    SmallVector<ElementsAttr> stored = coded.encode({operand});
    ASSERT_EQ(stored.size(), 2U);
    std::vector<char> bytes = bytesOf(stored[0]);
    for (size_t panel = 0; panel < kPanels; ++panel)
      EXPECT_EQ(decodeNonzeros(bytes, wordAt(bytes, 1 + panel), 700),
                std::string(values.begin() + 700 * panel,
                            values.begin() + 700 * (panel + 1)));
  }
}

TEST_F(VectorPanelsTest, OfNothingButZerosThereAreGapsAlone) {
  ElementsAttr operand = constant<int8_t>({2100}, SmallVector<int8_t>(2100, 0));
  SmallVector<ElementsAttr> stored =
      panelsOf(kPanels, 700, 8, true).encode({operand});
  ASSERT_EQ(stored.size(), 2U);
  std::vector<char> bytes = bytesOf(stored[0]);
  EXPECT_EQ(decodeNonzeros(bytes, wordAt(bytes, 3), 700), std::string(700, 0));
}

TEST_F(VectorPanelsTest, NumbersBetweenWeightsHaveNoCodes) {
  // A head, and two blocks of a number, three words of weights and two numbers.
  PanelNumbers numbers{1, 1, 3, 2, 2};
  EXPECT_EQ(numbers.words(), 7);
  std::vector<std::shared_ptr<const WeightEncoding>> panels{
      std::make_shared<Words>(context, 0, 13),
      std::make_shared<Words>(context, 13, 13)};
  SmallVector<int32_t> words;
  for (int32_t i = 0; i < 26; ++i)
    words.push_back(i);
  for (bool nonzeros : {false, true}) {
    VectorPanels coded(panels, nonzeros, numbers);
    EXPECT_EQ(coded.symbols(), 24);
    EXPECT_EQ(coded.firstSymbol(), 28);
    EXPECT_EQ(coded.memoryElements(), 14);
    SmallVector<ElementsAttr> stored =
        coded.encode({constant<int32_t>({26}, words)});
    ASSERT_EQ(stored.size(), 2U);
    EXPECT_EQ(*dlc::nn::readIntegers(stored[1]),
              (SmallVector<int64_t>{0, 1, 5, 6, 7, 11, 12, 13, 14, 18, 19, 20,
                                    24, 25}));
    if (nonzeros)
      continue;
    std::vector<char> bytes = bytesOf(stored[0]);
    std::vector<char> stream(bytes.begin() +
                                 static_cast<std::ptrdiff_t>(wordAt(bytes, 1)),
                             bytes.end());
    std::string expected;
    for (char word : {15, 16, 17, 21, 22, 23})
      expected += {word, 0, 0, 0};
    auto firstCode = static_cast<size_t>(coded.firstCode());
    EXPECT_EQ(decode(descriptionAt(bytes, firstCode), stream, 24), expected);
  }
}

TEST_F(VectorPanelsTest, ANumberOfAllColumnsIsStoredOnce) {
  PanelNumbers numbers{1, 1, 1, 2, 1};
  std::vector<std::shared_ptr<const WeightEncoding>> panels{
      std::make_shared<Words>(context, 0, 5),
      std::make_shared<Words>(context, 5, 5)};
  SmallVector<int32_t> words = {1, 2, 3, 9, 9, 4, 5, 6, 9, 9};
  auto shares = [&] {
    return VectorPanels(panels, false, numbers)
        .sharesNumbers({constant<int32_t>({10}, words)});
  };
  EXPECT_TRUE(shares());
  words.back() = 8;
  EXPECT_FALSE(shares());
  words.back() = 9;
  numbers.isShared = true;
  EXPECT_EQ(numbers.words(), 2);
  SmallVector<ElementsAttr> stored =
      VectorPanels(panels, false, numbers)
          .encode({constant<int32_t>({10}, words)});
  ASSERT_EQ(stored.size(), 2U);
  EXPECT_EQ(*dlc::nn::readIntegers(stored[1]),
            (SmallVector<int64_t>{9, 1, 2, 4, 5}));
}

TEST_F(VectorPanelsTest, HalfwordsThatAreNoBytesHaveNoCodes) {
  SmallVector<int16_t> values(40, -128);
  VectorPanels coded = panelsOf(1, 40, 16, false);
  EXPECT_TRUE(coded.wordsOf({constant<int16_t>({40}, values)}));
  for (int16_t other : {-129, 128}) {
    values[17] = other;
    EXPECT_FALSE(coded.wordsOf({constant<int16_t>({40}, values)}));
    EXPECT_TRUE(coded.encode({constant<int16_t>({40}, values)}).empty());
  }
}

TEST_F(VectorPanelsTest, FitBesideTheirTablesIntoFourKilobytes) {
  // A table is 2^9 halfwords and 14 words.
  EXPECT_EQ(CodedPanels::tableBytes(), 1080);
  EXPECT_TRUE(panelsOf(1, 3012, 8, false).fits());
  EXPECT_FALSE(panelsOf(1, 3013, 8, false).fits());
  EXPECT_TRUE(panelsOf(1, 1504, 16, false).fits());
  EXPECT_FALSE(panelsOf(1, 1505, 16, false).fits());
  EXPECT_TRUE(panelsOf(1, 1932, 8, true).fits());
  EXPECT_FALSE(panelsOf(1, 1933, 8, true).fits());
}

} // namespace
