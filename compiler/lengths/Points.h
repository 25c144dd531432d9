//===- Points.h - The lengths that a network is for -------------*- C++ -*-===//

#ifndef DLC_COMPILER_LENGTHS_POINTS_H
#define DLC_COMPILER_LENGTHS_POINTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dlc::lengths {

/// A dimension's name, and the sizes that it may have in a call.
struct LengthRange {
  std::string name;
  int64_t least = 1, most = 1;
};

/// One number for each point.
using PerPoint = std::vector<int64_t>;

/// (a * length + b) / c, rounded down.
struct SizeFormula {
  unsigned length = 0;
  int64_t a = 1, b = 0, c = 1;
};

/// All lengths of one range, or all combinations of those of several; the last
/// point has the most of each.
class Points {
public:
  explicit Points(llvm::ArrayRef<LengthRange> ranges);

  /// How many there may be: the network is imported for each.
  static constexpr int64_t kMost = 4096;
  /// Those of `ranges`, or more than kMost.
  static int64_t count(llvm::ArrayRef<LengthRange> ranges);

  size_t size() const { return number; }
  llvm::ArrayRef<LengthRange> ranges() const { return all; }
  llvm::SmallVector<int64_t, 2> lengthsAt(size_t point) const;
  /// "seq=7", "batch=2 seq=7".
  std::string text(size_t point) const;
  std::string largestText() const { return text(number - 1); }
  /// "--shape seq=128", as an advice to give up all lengths but one.
  std::string fixedText() const;

  /// How `values` follow from one of the lengths.
  std::optional<SizeFormula> formulaOf(llvm::ArrayRef<int64_t> values) const;
  /// "seq", "2*seq+1", "(seq+1)/2", a number, or "?".
  std::string text(llvm::ArrayRef<int64_t> values) const;

private:
  std::optional<SizeFormula> formulaIn(unsigned length,
                                       llvm::ArrayRef<int64_t> values) const;
  bool holds(const SizeFormula &formula, llvm::ArrayRef<int64_t> values) const;

  llvm::SmallVector<LengthRange, 2> all;
  size_t number = 1;
};

} // namespace dlc::lengths

#endif // DLC_COMPILER_LENGTHS_POINTS_H
