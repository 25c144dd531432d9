#include "runtime/emulator/cuda/parse/Reader.h"

#include <cctype>

namespace dlc::ptx {

static bool isInWord(char c) {
  return isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' ||
         c == '.' || c == '%';
}

void Reader::fail(const std::string &what, Fault fault) const {
  throw Error(fault, "line " + std::to_string(lineNumber) + ": " + what);
}

void Reader::skipSpace() {
  while (at < text.size()) {
    if (isspace(static_cast<unsigned char>(text[at]))) {
      lineNumber += text[at++] == '\n';
    } else if (text.compare(at, 2, "//") == 0) {
      while (at < text.size() && text[at] != '\n')
        ++at;
    } else if (text.compare(at, 2, "/*") == 0) {
      size_t end = text.find("*/", at + 2);
      if (end == std::string_view::npos)
        fail("a comment does not end");
      for (; at < end + 2; ++at)
        lineNumber += text[at] == '\n';
    } else {
      return;
    }
  }
}

bool Reader::atEnd() {
  skipSpace();
  return at == text.size();
}

char Reader::peek() { return atEnd() ? '\0' : text[at]; }

bool Reader::eat(char mark) {
  if (atEnd() || text[at] != mark)
    return false;
  ++at;
  return true;
}

void Reader::expect(char mark) {
  if (!eat(mark))
    fail(std::string("'") + mark + "' is missing before '" +
         std::string(text.substr(at, 12)) + "'");
}

std::string_view Reader::word() {
  skipSpace();
  size_t begin = at;
  while (at < text.size() && isInWord(text[at]))
    ++at;
  if (at == begin)
    fail(at == text.size()
             ? "the text ends"
             : "unexpected '" + std::string(text.substr(at, 12)) + "'");
  return text.substr(begin, at - begin);
}

uint64_t Reader::number(uint64_t limit) {
  std::string_view w = word();
  std::optional<Number> n = numberOf(w);
  if (!n || n->floatBytes || n->bits > limit)
    fail("'" + std::string(w) + "' is no integer up to " +
         std::to_string(limit));
  return n->bits;
}

void Reader::skipPast(char mark) {
  while (at < text.size() && text[at] != mark)
    lineNumber += text[at++] == '\n';
  if (at == text.size())
    fail(std::string("'") + (mark == '\n' ? ' ' : mark) + "' is missing");
  lineNumber += text[at++] == '\n';
}

static std::optional<uint64_t> digits(std::string_view text, unsigned base) {
  if (text.empty())
    return std::nullopt;
  uint64_t value = 0;
  for (char c : text) {
    unsigned digit = isdigit(static_cast<unsigned char>(c)) ? unsigned(c - '0')
                     : isalpha(static_cast<unsigned char>(c))
                         ? unsigned(tolower(c) - 'a' + 10)
                         : 99;
    if (digit >= base || value > (~uint64_t(0) - digit) / base)
      return std::nullopt;
    value = value * base + digit;
  }
  return value;
}

std::optional<Number> numberOf(std::string_view text) {
  bool negative = !text.empty() && text[0] == '-';
  if (negative)
    text.remove_prefix(1);
  if (text.empty() || !isdigit(static_cast<unsigned char>(text[0])))
    return std::nullopt;
  char kind = text.size() > 1 && text[0] == '0' ? char(tolower(text[1])) : '\0';
  if (kind == 'f' || kind == 'd') {
    unsigned bytes = kind == 'f' ? 4 : 8;
    std::optional<uint64_t> bits = digits(text.substr(2), 16);
    if (negative || !bits || text.size() != 2 + bytes * 2)
      return std::nullopt;
    return Number{*bits, bytes};
  }
  if (tolower(text.back()) == 'u')
    text.remove_suffix(1);
  std::optional<uint64_t> value;
  if (kind == 'x' || kind == 'b')
    value = text.size() < 2 ? std::nullopt
                            : digits(text.substr(2), kind == 'x' ? 16 : 2);
  else
    value = digits(text, text.size() > 1 && text[0] == '0' ? 8 : 10);
  if (!value)
    return std::nullopt;
  return Number{negative ? 0 - *value : *value, 0};
}

std::vector<std::string_view> partsOf(std::string_view name) {
  std::vector<std::string_view> parts;
  for (;;) {
    size_t dot = name.find('.');
    parts.push_back(name.substr(0, dot));
    if (dot == std::string_view::npos)
      return parts;
    name.remove_prefix(dot + 1);
  }
}

} // namespace dlc::ptx
