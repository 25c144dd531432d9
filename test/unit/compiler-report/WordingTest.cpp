//===- WordingTest.cpp - Sizes and names for people -----------------------===//

#include "compiler/report/Wording.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

using namespace dlc::report;

namespace {

std::string escaped(llvm::StringRef text) {
  std::string result;
  llvm::raw_string_ostream(result) << Escaped{text};
  return result;
}

TEST(Wording, Sizes) {
  EXPECT_EQ(inUnits(1023), "1023 B");
  EXPECT_EQ(inUnits(1024), "1 KiB");
  EXPECT_EQ(inUnits(12800), "12.5 KiB");
  EXPECT_EQ(inUnits(3 << 20), "3 MiB");
  EXPECT_EQ(inBytes(1), "1 byte");
  EXPECT_EQ(percent(1, 8), "12.5%");
  EXPECT_EQ(percent(0, 0), "0%");
  EXPECT_EQ(inThousands(9999), "9999");
  EXPECT_EQ(inThousands(12'500'000), "12.5 M");
  EXPECT_EQ(inThousands(5'713'000'000), "5.7 G");
}

TEST(Wording, ShortNamesTellLayersApart) {
  EXPECT_EQ(shortName("net/block_1/relu;net/block_1/conv"), "block_1/relu");
  EXPECT_EQ(shortName("/features/features.0/Conv"), "features.0/Conv");
  EXPECT_EQ(shortName("a/b"), "a/b");
  EXPECT_EQ(shortName("node_conv2d_1"), "node_conv2d_1");
  EXPECT_EQ(shortName("/conv"), "/conv");
  EXPECT_EQ(shortName(";"), ";");
}

TEST(Wording, EndingCutsBetweenCharacters) {
  EXPECT_EQ(ending("conv_12", 7), "conv_12");
  EXPECT_EQ(ending("conv_123", 4), "\u2026123");
  // Two bytes each.
  EXPECT_EQ(ending("\u00e4\u00f6\u00fc\u00df", 3), "\u2026\u00fc\u00df");
  EXPECT_EQ(ending("abc", 1), "\u2026");
}

TEST(Wording, NamesCannotLeaveTheirPlaceInAPage) {
  EXPECT_EQ(escaped("<script>&\"'"), "&lt;script&gt;&amp;&quot;&apos;");
  EXPECT_EQ(escaped(llvm::StringRef("a\0b\nc\x7f", 6)), "a\\x00b\\nc\\x7f");
  // No UTF-8: one byte of a sequence of two.
  EXPECT_EQ(escaped("\xc3("), "\\xc3(");
  EXPECT_EQ(escaped("\u202e\u4e16"), "\\u202e\u4e16");
}

} // namespace
