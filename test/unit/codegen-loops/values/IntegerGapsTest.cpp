//===- IntegerGapsTest.cpp - Coded panels of what is not 0 ----------------===//

#include "test/unit/codegen-loops/values/TestGaps.h"

using namespace dlc::loops;
using namespace mlir;

namespace {

class Gaps : public StreamTest {
protected:
  Gaps() : StreamTest(29) {}

  SmallVector<ElementsAttr> operandsOf(const ColumnSums &sums, int64_t depth,
                                       ArrayRef<int8_t> weights) {
    SmallVector<int32_t> biases;
    for (int64_t n = 0; n < sums.features; ++n)
      biases.push_back(static_cast<int32_t>(draw(-20000, 20000)));
    return {constant<int8_t>({sums.features, depth}, weights),
            constant<int32_t>({sums.features}, biases)};
  }

  SmallVector<int8_t> drawn(int64_t count, int64_t one) {
    SmallVector<int8_t> weights;
    for (int64_t n = 0; n < count; ++n) {
      int64_t weight = draw(1, one) == 1 ? draw(-127, 127) : 0;
      weights.push_back(static_cast<int8_t>(weight));
    }
    return weights;
  }
};

TEST_F(Gaps, BecomeThePanelsThatTheyWere) {
  for (int i = 0; i < 40; ++i) {
    const IntegerForm &form = sparseForm("smlad", draw(0, 1) ? 2 : 0);
    int64_t count = draw(1, 4), depth = draw(1, 1100);
    ColumnSums sums = sumsOver(context, {count * draw(1, 4), depth});
    SmallVector<ElementsAttr> operands =
        operandsOf(sums, depth, drawn(sums.features * depth, draw(3, 200)));
    Panels panels(sums, form, count, operands);
    ASSERT_EQ(panels.plain.size(), static_cast<size_t>(count));
    GapPanels coded(panels.plain, panels.layout, 0, std::nullopt);
    std::vector<char> bytes = bytesOf(coded.encode(operands));
    EXPECT_EQ(static_cast<int64_t>(bytes.size()), 4 * *coded.wordsOf(operands));
    const SparseLayout &layout = panels.layout;
    for (int64_t p = 0; p < count; ++p) {
      auto [numbers, places] = panelOf(bytes, coded, p);
      std::vector<char> whole = bytesOf(panels.plain[p]->encode(operands));
      int64_t weights =
          static_cast<int64_t>(numbers.size()) - layout.numberBytes;
      std::string expected(whole.begin(),
                           whole.begin() + layout.numberBytes + weights);
      // Its own count is in place of the room that there is for all.
      uint32_t counted = 0;
      memcpy(&counted, numbers.data() + layout.numberBytes - 4, 4);
      EXPECT_EQ(counted, weights);
      EXPECT_EQ(numbers.substr(0, layout.numberBytes - 4),
                expected.substr(0, layout.numberBytes - 4));
      EXPECT_EQ(numbers.substr(layout.numberBytes),
                expected.substr(layout.numberBytes));
      auto first = whole.begin() + layout.numberBytes + layout.room.weights;
      EXPECT_EQ(places, std::string(first, first + static_cast<ptrdiff_t>(
                                                       places.size())))
          << "case " << i << ", panel " << p;
    }
  }
}

TEST_F(Gaps, OneColumnHasASmallerTableWhereItDoesNotFitOtherwise) {
  const IntegerForm &form = sparseForm("smlad", 0);
  auto codedOf = [&](int64_t features, int64_t depth) {
    ColumnSums sums = sumsOver(context, {features, depth});
    auto operands = operandsOf(sums, depth,
                               SmallVector<int8_t>(drawn(features * depth, 1)));
    Panels panels(sums, form, 1, operands);
    return GapPanels(panels.plain, panels.layout, 0, std::nullopt);
  };
  // 4096 less two tables of 9 bits, or of 8.
  EXPECT_EQ(codedOf(1, 240).bits(), 9);
  EXPECT_TRUE(codedOf(1, 240).fits());
  EXPECT_TRUE(codedOf(4, 230).fits());
  EXPECT_EQ(codedOf(4, 250).bits(), 9);
  EXPECT_FALSE(codedOf(4, 250).fits());
}

} // namespace
