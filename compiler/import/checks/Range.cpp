//===- Range.cpp - What a number of the model may be ----------------------===//

#include "compiler/import/checks/Range.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

namespace dlc::import {

std::string textOf(Range range) {
  std::string min = std::to_string(range.min), max = std::to_string(range.max);
  if (range.max == kAnyInteger.max)
    return "at least " + min;
  if (range.min == range.max)
    return min;
  if (range.min + 1 == range.max)
    return min + " or " + max;
  return "in [" + min + ", " + max + "]";
}

std::string textOf(double value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%g", value);
  return text;
}

std::string shapeText(llvm::ArrayRef<int64_t> shape) {
  std::string text = "[";
  for (int64_t size : shape)
    text += (text.size() > 1 ? ", " : "") + std::to_string(size);
  return text + "]";
}

std::string counted(uint64_t count, llvm::StringRef singular,
                    llvm::StringRef plural) {
  return std::to_string(count) + " " + (count == 1 ? singular : plural).str();
}

} // namespace dlc::import
