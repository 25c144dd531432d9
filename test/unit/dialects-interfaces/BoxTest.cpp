//===- BoxTest.cpp - What windows read ------------------------------------===//

#include "dialects/interfaces/Box.h"
#include "gtest/gtest.h"

using namespace dlc;

namespace {

/// Rows of the image that the windows of `output` read, counted one by one.
std::optional<WindowRead> countReads(Interval output, const WindowDim &dim) {
  int64_t lowest = INT64_MAX, highest = INT64_MIN;
  int64_t begin = INT64_MAX, last = INT64_MIN;
  for (int64_t o = output.begin; o < output.end(); ++o)
    for (int64_t k = 0; k < dim.kernel; ++k) {
      int64_t at = o * dim.stride + k * dim.dilation - dim.pad;
      lowest = std::min(lowest, at);
      highest = std::max(highest, at);
    }
  for (int64_t at = lowest; at <= highest; ++at)
    if (at >= 0 && at < dim.size) {
      begin = std::min(begin, at);
      last = std::max(last, at);
    }
  if (last < begin)
    return std::nullopt;
  return WindowRead{{begin, last + 1 - begin}, begin - lowest, highest - last};
}

TEST(Box, ReadsWhatItsWindowsReach) {
  int windows = 0;
  for (int64_t kernel = 1; kernel <= 4; ++kernel)
    for (int64_t stride = 1; stride <= 3; ++stride)
      for (int64_t dilation = 1; dilation <= 2; ++dilation)
        for (int64_t pad = 0; pad <= 2; ++pad)
          for (int64_t size = 1; size <= 7; ++size)
            for (int64_t begin = 0; begin < 4; ++begin)
              for (int64_t count = 1; count <= 3; ++count) {
                WindowDim dim{kernel, stride, dilation, pad, size};
                auto expected = countReads({begin, count}, dim);
                auto read = readOfWindows({begin, count}, dim);
                ASSERT_EQ(read.has_value(), expected.has_value());
                if (!read)
                  continue;
                ++windows;
                EXPECT_EQ(read->input, expected->input);
                EXPECT_EQ(read->padBegin, expected->padBegin);
                EXPECT_EQ(read->padEnd, expected->padEnd);
              }
  EXPECT_GT(windows, 3000);
}

// Two 3x3 convolutions of stride 2 and 1 behind each other: 4 rows of the last
// one need 6 and then 13 rows.
TEST(Box, HaloGrowsBackwards) {
  auto inner = readOfWindows({4, 4}, {3, 1, 1, 1, 16});
  ASSERT_TRUE(inner);
  EXPECT_EQ(inner->input, (Interval{3, 6}));
  auto outer = readOfWindows(inner->input, {3, 2, 1, 0, 32});
  ASSERT_TRUE(outer);
  EXPECT_EQ(outer->input, (Interval{6, 13}));
  EXPECT_EQ(outer->padBegin + outer->padEnd, 0);
}

TEST(Box, HullTakesBoth) {
  EXPECT_EQ(hull({{2, 3}, {0, 4}}, {{4, 4}, {1, 2}}), (Box{{2, 6}, {0, 4}}));
}

} // namespace
