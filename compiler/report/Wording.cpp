//===- Wording.cpp - Sizes and names for people ---------------------------===//

#include "compiler/report/Wording.h"
#include "dialects/nn/PrintableText.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

namespace dlc::report {

/// One decimal, and none where it is zero.
static std::string oneDecimal(double value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.1f", value);
  if (llvm::StringRef(text).ends_with(".0"))
    text.resize(text.size() - 2);
  return text;
}

std::string inUnits(uint64_t bytes) {
  if (bytes < 1024)
    return std::to_string(bytes) + " B";
  if (bytes < 1024 * 1024)
    return oneDecimal(static_cast<double>(bytes) / 1024) + " KiB";
  return oneDecimal(static_cast<double>(bytes) / (1024 * 1024)) + " MiB";
}

std::string inBytes(uint64_t bytes) {
  return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
}

std::string percent(uint64_t part, uint64_t whole) {
  if (!whole)
    return "0%";
  return oneDecimal(100.0 * static_cast<double>(part) /
                    static_cast<double>(whole)) +
         "%";
}

std::string ofBudget(uint64_t bytes, uint64_t budget,
                     std::string (*write)(uint64_t)) {
  if (!budget)
    return "";
  std::string text =
      ", " + percent(bytes, budget) + " of the budget of " + write(budget);
  return bytes > budget ? text + ": " + inBytes(bytes - budget) + " too many"
                        : text;
}

std::string inThousands(uint64_t count) {
  if (count < 10'000)
    return std::to_string(count);
  if (count < 1'000'000)
    return oneDecimal(static_cast<double>(count) / 1e3) + " k";
  if (count < 1'000'000'000)
    return oneDecimal(static_cast<double>(count) / 1e6) + " M";
  return oneDecimal(static_cast<double>(count) / 1e9) + " G";
}

llvm::StringRef shortName(llvm::StringRef name) {
  llvm::StringRef first = name.split(';').first;
  if (first.empty())
    return name;
  size_t last = first.rfind('/');
  if (last == llvm::StringRef::npos || last == 0)
    return first;
  size_t before = first.rfind('/', last);
  return before == llvm::StringRef::npos ? first : first.substr(before + 1);
}

static bool continues(char c) { return (c & 0xC0) == 0x80; }

std::string ending(llvm::StringRef text, size_t characters) {
  size_t length = llvm::count_if(text, [](char c) { return !continues(c); });
  if (length <= characters)
    return text.str();
  // The sign of omission is one of them.
  for (size_t drop = length - characters + 1; drop; --drop) {
    text = text.drop_front();
    while (!text.empty() && continues(text.front()))
      text = text.drop_front();
  }
  return "\u2026" + text.str();
}

llvm::raw_ostream &operator<<(llvm::raw_ostream &os, Escaped escaped) {
  // Names are bytes: HTML is UTF-8 and forbids control characters.
  llvm::printHTMLEscaped(nn::printable(escaped.text), os);
  return os;
}

} // namespace dlc::report
