//===- CText.cpp - Names and numbers in C's own spelling ------------------===//

#include "codegen/header/CText.h"

#include "dialects/nn/PrintableText.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace dlc;

std::string header::cString(llvm::StringRef text) {
  std::string literal;
  llvm::raw_string_ostream os(literal);
  os << '"';
  char before = 0;
  for (char c : nn::printable(text)) {
    if (!llvm::isPrint(c)) // UTF-8; of three digits, so that none can follow
      os << llvm::format("\\%03o", c & 0xff);
    else if (c == '"' || c == '\\' || (c == '?' && before == '?'))
      os << '\\' << c; // ??/ and its like are trigraphs
    else
      os << c;
    before = c;
  }
  os << '"';
  return literal;
}

std::string header::cComment(llvm::StringRef text) {
  std::string comment;
  for (char c : nn::printableAscii(text)) {
    char before = comment.empty() ? 0 : comment.back();
    if ((before == '*' && c == '/') || (before == '/' && c == '*'))
      comment += ' ';
    comment += c;
  }
  return comment;
}

std::string header::cFloat(float value) {
  std::string literal;
  // Nine digits tell every float32 from its neighbours.
  llvm::raw_string_ostream(literal)
      << llvm::format("%.9g", static_cast<double>(value));
  if (llvm::StringRef(literal).find_first_of(".e") == llvm::StringRef::npos)
    literal += ".0";
  return literal + "f";
}
