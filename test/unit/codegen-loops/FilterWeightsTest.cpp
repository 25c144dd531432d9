//===- FilterWeightsTest.cpp - The stream that kernel.filter reads --------===//

#include "codegen/loops/windows/FilterPlan.h"
#include "test/unit/codegen-loops/TestStream.h"

using namespace dlc::loops;
using namespace mlir;

namespace {

class Filters : public StreamTest {
protected:
  Filters() : StreamTest(13) {}
};

/// A plan for so many channels with filters of [rows][columns], whose columns
/// lie along the lines, or whose rows do.
FilterPlan planOf(MLIRContext &context, int64_t features, int64_t rows,
                  int64_t columns, bool alongIsInner) {
  FilterPlan plan;
  plan.sums = sumsOver(context, {features, rows, columns});
  plan.sums.rescale = rescaleToBytes();
  plan.alongIsInner = alongIsInner;
  plan.along.taps = alongIsInner ? columns : rows;
  plan.across.taps = alongIsInner ? rows : columns;
  return plan;
}

TEST_F(Filters, AreWhatTheNestSums) {
  for (int i = 0; i < 40; ++i) {
    int64_t features = draw(4, 19), rows = draw(1, 4), columns = draw(1, 4);
    bool alongIsInner = draw(0, 1);
    FilterPlan plan = planOf(context, features, rows, columns, alongIsInner);
    plan.channels = features >= 8 && draw(0, 1) ? 8 : 4;
    plan.shift = draw(0, 1) ? 0 : 8;
    ColumnSums &sums = plan.sums;
    sums.signedData = draw(0, 1);
    sums.dataZero = sums.signedData ? draw(-128, 127) : draw(0, 255);
    std::vector<int8_t> w;
    std::vector<int32_t> b;
    for (int64_t n = 0; n < features * rows * columns; ++n)
      w.push_back(static_cast<int8_t>(draw(-128, 127)));
    for (int64_t n = 0; n < features; ++n)
      b.push_back(static_cast<int32_t>(draw(-5000, 5000)));
    FilterWeights encoding(plan);
    auto made = encoding.encode({constant<int8_t>({features, rows, columns}, w),
                                 constant<int32_t>({features}, b)});
    ASSERT_EQ(made.size(), 1u);
    SmallVector<int32_t> words = wordsOf(made.front());
    ASSERT_EQ(static_cast<int64_t>(words.size()),
              plan.blocks() * encoding.blockWords());

    int64_t offset = sums.signedData ? 0 : 128;
    for (int64_t block = 0; block < plan.blocks(); ++block) {
      const int32_t *at = words.data() + block * encoding.blockWords();
      if (plan.shift != 0)
        EXPECT_EQ(*at++, 3 << 7); // 3/2 << 8
      // The last block begins so that it is whole.
      int64_t first = std::min(block * plan.channels, features - plan.channels);
      for (int64_t n = first; n < first + plan.channels; ++n) {
        int64_t exact = b[n], found = at[4];
        for (int64_t y = 0; y < 4; ++y)
          for (int64_t x = 0; x < 4; ++x) {
            // What is no tap is multiplied by zero.
            int64_t data = draw(-128, 127);
            auto byte = static_cast<uint32_t>(at[alongIsInner ? x : y]) >>
                        (8 * (alongIsInner ? y : x));
            found += data * static_cast<int8_t>(byte);
            if (y < rows && x < columns)
              exact += (data + offset - sums.dataZero) *
                       w[(n * rows + y) * columns + x];
          }
        EXPECT_EQ(found, exact) << i;
        at += 6;
        if (plan.shift == 0) {
          EXPECT_LT(at[1], 0); // a shift right
          at += 2;
        }
      }
    }
  }
}

TEST_F(Filters, HaveRoomForWhatIsRead) {
  FilterPlan plan = planOf(context, 8, 3, 3, true);
  plan.along.results = 5;
  plan.along.step = 2;
  // Windows begin at 0, 2 ... 8; four columns are read of each.
  EXPECT_EQ(plan.spacing(), 4 * 12);
  EXPECT_EQ(plan.pitch(), 11 * 8);
  plan.across.step = 2;
  plan.lines = 3;
  EXPECT_EQ(plan.copyBytes(), 7 * 11 * 8);
}

} // namespace
