//===- WindowColumnsTest.cpp - The stream that kernel.windows reads -------===//

#include "codegen/loops/windows/WindowColumns.h"
#include "test/unit/codegen-loops/TestStream.h"

#include <cstring>

using namespace dlc::loops;
using namespace mlir;

namespace {

class Windows : public StreamTest {
protected:
  Windows() : StreamTest(12) {}
};

/// Reads the stream as the kernel does.
struct Reader {
  const char *at;

  int32_t word() {
    int32_t value;
    std::memcpy(&value, at, 4);
    at += 4;
    return value;
  }

  /// Adds the products of a block with a window, whose bytes are behind the
  /// window of the row up to whole groups.
  void products(const WindowShape &shape, const std::vector<int8_t> &window,
                int64_t pitch, std::vector<int64_t> &sums) {
    for (int64_t row = 0; row < shape.rows; ++row)
      for (int64_t group :
           dlc::kernel::orderOfGroups(shape.groups(), shape.apart))
        for (int64_t &sum : sums)
          for (int64_t i = 0; i < 16; ++i)
            sum += int64_t(window[row * pitch + group * 16 + i]) *
                   static_cast<int8_t>(*at++);
  }
};

TEST_F(Windows, AreWhatTheNestSums) {
  for (int i = 0; i < 60; ++i) {
    WindowShape shape;
    shape.rows = draw(1, 3);
    shape.bytes = draw(1, 70);
    shape.columns = draw(0, 1) ? 4 : 8;
    int64_t groups = shape.groups();
    for (int64_t apart : {2, 3})
      if (groups % apart == 0 && draw(0, 1))
        shape.apart = apart;
    int64_t features = draw(1, 17), depth = shape.rows * shape.bytes;
    ColumnSums sums = sumsOver(context, {features, shape.rows, shape.bytes});
    sums.signedData = draw(0, 1);
    sums.signedWeights = draw(0, 1);
    sums.dataZero = sums.signedData ? draw(-128, 127) : draw(0, 255);
    sums.weightZero = sums.signedWeights ? 0 : 128;
    std::vector<int8_t> w;
    std::vector<int32_t> b;
    for (int64_t n = 0; n < features * depth; ++n)
      w.push_back(static_cast<int8_t>(draw(-128, 127)));
    for (int64_t n = 0; n < features; ++n)
      b.push_back(static_cast<int32_t>(draw(-5000, 5000)));
    SmallVector<ElementsAttr> operands{
        constant<int8_t>({features, shape.rows, shape.bytes}, w),
        constant<int32_t>({features}, b)};
    WindowColumns encoding(sums, shape, std::nullopt);
    SmallVector<ElementsAttr> made = encoding.encode(operands);
    ASSERT_EQ(made.size(), 1u);
    SmallVector<int32_t> words = wordsOf(made.front());
    ASSERT_EQ(static_cast<int64_t>(words.size()),
              encoding.constants().front().getNumElements());

    // Stored data, and the signed bytes in scratch memory with what is behind.
    int64_t pitch = groups * 16, low = sums.signedData ? -128 : 0;
    std::vector<int64_t> data(depth);
    std::vector<int8_t> window(shape.rows * pitch);
    for (int8_t &byte : window)
      byte = static_cast<int8_t>(draw(-128, 127));
    for (int64_t k = 0; k < depth; ++k) {
      data[k] = draw(low, low + 255);
      window[k / shape.bytes * pitch + k % shape.bytes] =
          static_cast<int8_t>(data[k] - signedOffset(sums));
    }
    Reader reader{reinterpret_cast<const char *>(words.data())};
    for (int64_t block = 0; block < shape.blocks(features); ++block) {
      std::vector<int64_t> found(shape.columns);
      for (int64_t &sum : found)
        sum = reader.word();
      reader.products(shape, window, pitch, found);
      for (int64_t column = 0; column < shape.columns; ++column) {
        int64_t n = block * shape.columns + column;
        int64_t exact = 0;
        if (n < features) {
          exact = b[n];
          for (int64_t k = 0; k < depth; ++k) {
            int64_t weight = w[n * depth + k];
            if (!sums.signedWeights)
              weight &= 0xff;
            exact += (data[k] - sums.dataZero) * (weight - sums.weightZero);
          }
        }
        EXPECT_EQ(found[column], exact) << i;
      }
    }
    EXPECT_EQ(reader.at,
              reinterpret_cast<const char *>(words.data() + words.size()));
  }
}

TEST_F(Windows, HaveFactorsBehindTheWeights) {
  ColumnSums sums = sumsOver(context, {5, 1, 3});
  SmallVector<ElementsAttr> operands{
      constant<int8_t>({5, 1, 3},
                       {1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6}),
      constant<int32_t>({5}, {10, 20, 30, 40, 50}),
      constant<int32_t>({5}, {1 << 30, 1 << 29, 1 << 30, 1 << 30, 1 << 30})};
  ColumnRescale rescale = rescaleToBytes();
  rescale.multiplier = {0, 2, 0, 1};
  rescale.addend = {int64_t(1) << 39};
  sums.rescale = rescale;
  WindowShape shape;
  shape.bytes = 3;
  auto wordsAt = [&](int64_t shift) {
    WindowColumns encoding(sums, shape, shift);
    auto made = encoding.encode(operands);
    return wordsOf(made.front());
  };
  // The addend, then blocks of 4 biases, 4 groups of 4 words, 4 multipliers.
  auto words = wordsAt(8);
  ASSERT_EQ(words.size(), 1u + 2 * (4 + 16 + 4));
  EXPECT_EQ(words[0], 1 << 7);
  EXPECT_EQ(words[1 + 4 + 16], 1 << 30);
  EXPECT_EQ(words[1 + 4 + 16 + 1], 1 << 29);
  EXPECT_EQ(words[1 + 24], 50);
  EXPECT_EQ(words[1 + 24 + 1], 0);
  EXPECT_EQ(words[1 + 24 + 20], 1 << 30);
  EXPECT_EQ(words[1 + 24 + 21], 0);
  // Each column's own: no addend before, four of each number behind; shifts are
  // those of a shift left.
  words = wordsAt(0);
  ASSERT_EQ(words.size(), 2u * (4 + 16 + 12));
  EXPECT_EQ(words[4 + 16], 1 << 30);
  EXPECT_EQ(words[4 + 16 + 8], -8);
  EXPECT_EQ(words[4 + 16 + 4], 1 << 7);
}

TEST_F(Windows, AreBytesWithTheirZeroPoint) {
  EXPECT_TRUE(areBytes({{{-128, 127}, 0, {}, {}}}));
  EXPECT_FALSE(areBytes({{{0}, 0, {}, {}}, {{128}, 0, {}, {}}}));
}

} // namespace
