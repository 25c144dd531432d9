//===- PrintableTextTest.cpp - Names of a file, fit to be printed ---------===//

#include "dialects/nn/PrintableText.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/JSON.h"
#include "gtest/gtest.h"

#include "dialects/nn/NodeLocation.h"

using namespace dlc::nn;
using llvm::StringRef;

namespace {

TEST(PrintableText, LettersOfAnyLanguageStay) {
  for (StringRef text :
       {"conv_1/Relu:0", "Stra\u00dfe \u4e16\u754c \u0395\u03bb \u05d0 \u0627",
        "\U0001f600 a\u0301 \u200d", "back\\slash 'quotes\" ?\?/ */", ""}) {
    EXPECT_EQ(printable(text), text);
    EXPECT_EQ(withoutBrokenUtf8(text), text);
  }
}

TEST(PrintableText, ControlCharactersAreEscaped) {
  EXPECT_EQ(printable(StringRef("a\0b\x1b[31m\x7f", 9)),
            "a\\x00b\\x1b[31m\\x7f");
  EXPECT_EQ(printable("1\n2\r3\t4\v"), "1\\n2\\r3\\t4\\x0b");
  // C1 in UTF-8, and as the single bytes of Latin-1 that are no UTF-8.
  EXPECT_EQ(printable("\u0080\u009b2J\u009f"), "\\u0080\\u009b2J\\u009f");
  EXPECT_EQ(printable("\x9b"), "\\x9b");
  EXPECT_EQ(printable("\u00a0"), "\u00a0");
}

TEST(PrintableText, WhatRearrangesItsNeighboursIsEscaped) {
  EXPECT_EQ(printable("\u202agnp.exe\u202e"), "\\u202agnp.exe\\u202e");
  EXPECT_EQ(printable("\u2066\u2069\u200e\u200f\u061c"),
            "\\u2066\\u2069\\u200e\\u200f\\u061c");
  EXPECT_EQ(printable("\u2028\u2029\ufeff"), "\\u2028\\u2029\\ufeff");
  EXPECT_EQ(printable("\U000e0041\U0010ffff"), "\\U000e0041\\U0010ffff");
}

TEST(PrintableText, BrokenUtf8IsEscapedByteByByte) {
  EXPECT_EQ(printable("ev\x83\xff("), "ev\\x83\\xff(");
  EXPECT_EQ(printable("\xc3"), "\\xc3");                   // ends too early
  EXPECT_EQ(printable("\xe4\xb8x"), "\\xe4\\xb8x");        // the same within
  EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf");          // '/' in two bytes
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80"); // surrogate
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80"); // > 10ffff
  EXPECT_EQ(printable("\xf8\x88\x80\x80\x80"), "\\xf8\\x88\\x80\\x80\\x80");
  EXPECT_EQ(withoutBrokenUtf8("\x1b\u202e\xff"), "\x1b\u202e\\xff");
}

/// Any two bytes, and any single character: valid UTF-8 on one line, the same
/// when it is made printable again.
TEST(PrintableText, NothingElseComesOut) {
  auto check = [](StringRef text) {
    std::string once = printable(text);
    EXPECT_TRUE(llvm::json::isUTF8(once));
    EXPECT_EQ(printable(once), once);
    for (char c : once)
      EXPECT_TRUE(static_cast<unsigned char>(c) >= ' ' && c != '\x7f');
    for (char c : printableAscii(text))
      EXPECT_TRUE(c >= ' ' && c < '\x7f');
  };
  for (unsigned bytes = 0; bytes < 0x10000; ++bytes) {
    char text[] = {static_cast<char>(bytes >> 8), static_cast<char>(bytes)};
    check(StringRef(text, 2));
  }
  for (char32_t c = 0x800; c < 0x110000; c += c < 0x3000 ? 1 : 0x101) {
    char text[] = {static_cast<char>(0xf0 | c >> 18),
                   static_cast<char>(0x80 | (c >> 12 & 63)),
                   static_cast<char>(0x80 | (c >> 6 & 63)),
                   static_cast<char>(0x80 | (c & 63))};
    char shorter[] = {static_cast<char>(0xe0 | c >> 12), text[2], text[3]};
    check(c < 0x10000 ? StringRef(shorter, 3) : StringRef(text, 4));
  }
}

TEST(PrintableText, AsciiSpellsLettersOut) {
  EXPECT_EQ(printableAscii("\u00e4\u4e16\U0001f600\n\xff"),
            "\\u00e4\\u4e16\\U0001f600\\n\\xff");
}

TEST(PrintableText, JsonKeepsWhatItSays) {
  std::string text = "\x1b\x7f\u009b\u202e\U0001fffe\u00e4";
  std::string document;
  llvm::raw_string_ostream(document)
      << llvm::formatv("{0:2}", llvm::json::Value(text));
  std::string printed = printableJson(document);
  EXPECT_EQ(printed, "\"\\u001b\\u007f\\u009b\\u202e\\ud83f\\udffe\u00e4\"");
  llvm::Expected<llvm::json::Value> read = llvm::json::parse(printed);
  ASSERT_TRUE(bool(read));
  EXPECT_EQ(read->getAsString(), StringRef(text));
  EXPECT_EQ(printableJson("{\n  \"a\": 1\n}\n"), "{\n  \"a\": 1\n}\n");
}

TEST(PrintableText, NodesAreDescribedOnOneLine) {
  mlir::MLIRContext context;
  mlir::Location loc = nodeLocation(
      &context, {"model.onnx", 0, "evil\x1b[31m\nname", "Re\xfflu"});
  EXPECT_EQ(describeNode(loc), "node 'evil\\x1b[31m\\nname' (Re\\xfflu)");
  EXPECT_EQ(nodeOf(loc)->name, "evil\x1b[31m\nname");
}

} // namespace
