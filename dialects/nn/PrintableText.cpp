//===- PrintableText.cpp - Names of a file, fit to be printed -------------===//

#include "dialects/nn/PrintableText.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/FormatVariadic.h"

using llvm::StringRef;

namespace dlc::nn {

namespace {
struct Range {
  char32_t first, last;
};
/// Names of the blocks are Unicode's.
constexpr Range unprintable[] = {
    {0x0000, 0x001f},   // C0 controls
    {0x007f, 0x009f},   // delete, C1 controls
    {0x061c, 0x061c},   // Arabic letter mark
    {0x200e, 0x200f},   // left-to-right and right-to-left mark
    {0x2028, 0x202e},   // line and paragraph separator, embedding, override
    {0x2066, 0x2069},   // isolates
    {0xfdd0, 0xfdef},   // noncharacters
    {0xfeff, 0xfeff},   // byte order mark
    {0xfff9, 0xfffb},   // interlinear annotation
    {0xe0000, 0xe007f}, // tags
};

bool isUnprintable(char32_t c) {
  return (c & 0xfffe) == 0xfffe || // noncharacters of every plane
         llvm::any_of(unprintable, [&](const Range &range) {
           return range.first <= c && c <= range.last;
         });
}

/// The first character of a text that is not empty, and the bytes it takes; no
/// character where the first byte begins none.
struct Character {
  std::optional<char32_t> value;
  StringRef bytes;
};
Character firstOf(StringRef text) {
  const auto *begin = text.bytes_begin(), *at = begin;
  llvm::UTF32 value = 0, *out = &value;
  // Strict: neither surrogates nor longer forms than necessary.
  size_t length =
      std::min<size_t>(llvm::getNumBytesForUTF8(*begin), text.size());
  if (llvm::ConvertUTF8toUTF32(&at, begin + length, &out, &value + 1,
                               llvm::strictConversion) != llvm::conversionOK)
    return {std::nullopt, text.take_front(1)};
  return {value, text.take_front(length)};
}

std::string escapeByte(char byte) {
  return "\\x" + llvm::toHex(StringRef(&byte, 1), /*LowerCase=*/true);
}

std::string escape(char32_t c) {
  switch (c) {
  case '\n':
    return "\\n";
  case '\r':
    return "\\r";
  case '\t':
    return "\\t";
  default:
    if (c < 0x80)
      return escapeByte(static_cast<char>(c));
    return llvm::formatv(c > 0xffff ? "\\U{0:x-8}" : "\\u{0:x-4}",
                         static_cast<uint32_t>(c));
  }
}

/// JSON knows UTF-16 alone.
std::string escapeJson(char32_t c) {
  auto unit = [](uint32_t value) {
    return llvm::formatv("\\u{0:x-4}", value).str();
  };
  if (c <= 0xffff)
    return unit(c);
  return unit(0xd800 + ((c - 0x10000) >> 10)) + unit(0xdc00 + (c & 0x3ff));
}

/// Every character that `isEscaped` goes through `escape`, and every byte that
/// is no UTF-8 is escaped.
template <typename IsEscaped, typename Escape>
std::string rewrite(StringRef text, IsEscaped isEscaped, Escape escape) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    Character c = firstOf(text);
    if (!c.value)
      out += escapeByte(c.bytes.front());
    else if (isEscaped(*c.value))
      out += escape(*c.value);
    else
      out += c.bytes;
    text = text.drop_front(c.bytes.size());
  }
  return out;
}
} // namespace

std::string printable(StringRef text) {
  return rewrite(text, isUnprintable, escape);
}

std::string printableAscii(StringRef text) {
  return rewrite(
      text, [](char32_t c) { return c >= 0x80 || isUnprintable(c); }, escape);
}

std::string withoutBrokenUtf8(StringRef text) {
  return rewrite(text, [](char32_t) { return false; }, escape);
}

std::string printableJson(StringRef document) {
  // Below a space there is nothing but what lays the document out.
  return rewrite(
      document, [](char32_t c) { return c > ' ' && isUnprintable(c); },
      escapeJson);
}

} // namespace dlc::nn
