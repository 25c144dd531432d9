//===- Range.h - What a number of the model may be ------------------------===//
//
// Numbers come from files that anybody may have written. Each is compared with
// its range before it is computed with, and the diagnostic says where it came
// from, what was found and what is allowed.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_IMPORT_CHECKS_RANGE_H
#define DLC_COMPILER_IMPORT_CHECKS_RANGE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <limits>
#include <string>

namespace dlc::import {

/// The integers from `min` to `max`, both included.
struct Range {
  int64_t min, max;

  bool has(int64_t value) const { return value >= min && value <= max; }
};

/// Sizes, strides, pads and counts stay below this, so that sums and products
/// of two of them are far from 64 bits.
constexpr int64_t kMaxSize = int64_t(1) << 30;
constexpr Range kSize{1, kMaxSize};
constexpr Range kSizeOrZero{0, kMaxSize};
/// For numbers that are only compared, clamped or stored.
constexpr Range kAnyInteger{std::numeric_limits<int64_t>::min(),
                            std::numeric_limits<int64_t>::max()};

constexpr Range rankAtLeast(int64_t rank) { return {rank, kMaxSize}; }
/// Axes of a tensor of this rank; negative ones count from the end.
inline Range axesOf(int64_t rank) { return {-rank, rank - 1}; }
/// Axes including the one behind the last, which cuts nothing off.
inline Range cutsOf(int64_t rank) { return {-rank, rank}; }

/// "in [-2, 1]"; "0 or 1" for two values; "1" for one; "at least 0".
std::string textOf(Range range);
/// "0.5"
std::string textOf(double value);
/// "[1, 3, 224]"
std::string shapeText(llvm::ArrayRef<int64_t> shape);
/// "1 entry", "3 entries"
std::string counted(uint64_t count, llvm::StringRef singular,
                    llvm::StringRef plural);

} // namespace dlc::import

#endif
