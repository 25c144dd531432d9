//===- CTextTest.cpp - Names and numbers in C's own spelling --------------===//

#include "codegen/header/CText.h"
#include "gtest/gtest.h"

#include <cmath>
#include <cstdlib>
#include <cstring>

using namespace dlc::header;

namespace {

TEST(CText, Strings) {
  EXPECT_EQ(cString("serving/image:0"), "\"serving/image:0\"");
  EXPECT_EQ(cString("a\"b\\c*/"), "\"a\\\"b\\\\c*/\"");
  // A trigraph is one even in a string.
  EXPECT_EQ(cString("?\?/?\?(?\?\?"), "\"?\\?/?\\?(?\\?\\?\"");
  // Escapes of two letters: the digit behind it is no part of it.
  EXPECT_EQ(cString("\u00e41"), "\"\\303\\2441\"");
  EXPECT_EQ(cString("\x1b\n"), "\"\\\\x1b\\\\n\"");
}

TEST(CText, CommentsEndWhereTheyShould) {
  EXPECT_EQ(cComment("a*/b/*c**//*d"), "a* /b/ *c** // *d");
  EXPECT_EQ(cComment("*\n/"), "*\\n/");
  EXPECT_EQ(cComment("\u00e4"), "\\u00e4");
}

TEST(CText, FloatsAreExact) {
  EXPECT_EQ(cFloat(1), "1.0f");
  EXPECT_EQ(cFloat(-2), "-2.0f");
  EXPECT_EQ(cFloat(0.5F), "0.5f");
  EXPECT_EQ(cFloat(0.099F), "0.0989999995f");
  EXPECT_EQ(cFloat(1e20F), "1.00000002e+20f");
  // All exponents, denormals among them.
  for (uint32_t bits = 1; bits < 0x7f800000; bits += 0x12345) {
    float value;
    std::memcpy(&value, &bits, sizeof(value));
    std::string text = cFloat(value);
    ASSERT_EQ(text.back(), 'f');
    EXPECT_EQ(std::strtof(text.c_str(), nullptr), value) << text;
  }
}

} // namespace
