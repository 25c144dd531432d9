//===- Points.cpp - The lengths that a network is for ---------------------===//

#include "compiler/lengths/Points.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace dlc::lengths;

Points::Points(llvm::ArrayRef<LengthRange> ranges)
    : all(ranges), number(static_cast<size_t>(count(ranges))) {}

int64_t Points::count(llvm::ArrayRef<LengthRange> ranges) {
  int64_t product = 1;
  for (const LengthRange &range : ranges) {
    int64_t more = range.most - range.least;
    if (more >= kMost)
      return kMost + 1;
    product = std::min(product * (more + 1), kMost + 1);
  }
  return product;
}

llvm::SmallVector<int64_t, 2> Points::lengthsAt(size_t point) const {
  llvm::SmallVector<int64_t, 2> lengths(all.size());
  for (size_t i = all.size(); i-- > 0;) {
    size_t count = static_cast<size_t>(all[i].most - all[i].least + 1);
    lengths[i] = all[i].least + static_cast<int64_t>(point % count);
    point /= count;
  }
  return lengths;
}

std::string Points::text(size_t point) const {
  std::string text;
  for (auto [range, length] : llvm::zip_equal(all, lengthsAt(point)))
    text +=
        (text.empty() ? "" : " ") + range.name + "=" + std::to_string(length);
  return text;
}

std::string Points::fixedText() const {
  std::string text;
  for (const LengthRange &range : all)
    text += (text.empty() ? "--shape " : " --shape ") + range.name + "=" +
            std::to_string(range.most);
  return text;
}

bool Points::holds(const SizeFormula &formula,
                   llvm::ArrayRef<int64_t> values) const {
  for (size_t point = 0; point < number; ++point) {
    int64_t length = lengthsAt(point)[formula.length];
    if (llvm::divideFloorSigned(formula.a * length + formula.b, formula.c) !=
        values[point])
      return false;
  }
  return true;
}

std::optional<SizeFormula>
Points::formulaIn(unsigned length, llvm::ArrayRef<int64_t> values) const {
  constexpr int64_t kMostDivisor = 32;
  const LengthRange &range = all[length];
  int64_t first = values.front(), span = range.most - range.least;
  // Along this length alone the last point is as far as it goes.
  int64_t rise = values.back() - first;
  for (int64_t c = 1; c <= kMostDivisor; ++c) {
    int64_t slope = span == 0 ? 0 : llvm::divideFloorSigned(rise * c, span);
    for (int64_t a = std::max<int64_t>(0, slope - 1); a <= slope + 2; ++a)
      for (int64_t b = c * first - a * range.least, end = b + c; b < end; ++b)
        if (SizeFormula formula{length, a, b, c}; holds(formula, values))
          return formula;
  }
  return std::nullopt;
}

std::optional<SizeFormula>
Points::formulaOf(llvm::ArrayRef<int64_t> values) const {
  for (unsigned length = 0; length < all.size(); ++length)
    if (auto formula = formulaIn(length, values))
      return formula;
  return std::nullopt;
}

std::string Points::text(llvm::ArrayRef<int64_t> values) const {
  if (llvm::all_equal(values))
    return std::to_string(values.front());
  std::optional<SizeFormula> formula = formulaOf(values);
  if (!formula)
    return "?";
  std::string text = all[formula->length].name;
  if (formula->a != 1)
    text = std::to_string(formula->a) + "*" + text;
  if (formula->b)
    text += (formula->b > 0 ? "+" : "-") + std::to_string(std::abs(formula->b));
  if (formula->c != 1)
    text = "(" + text + ")/" + std::to_string(formula->c);
  return text;
}
