//===- Piecewise.h - Functions of one integer by polynomials ----*- C++ -*-===//
//
// A function of an integer of 16 bits has 65536 results: too many for a table,
// few enough to look at each of them. The integers between those where it stays
// the same are cut into segments of equal length, and at a few more places
// where it bends; in each segment it is a polynomial in words of 32 bits:
//
//   q = clamp(q, least, greatest)
//   i = ((q - least) >> bits) + how many breaks are not above q
//   u = (q - least) & (2^bits - 1)
//   v = c[d][i],  v = (v * u >> shifts[k]) + c[k][i] for k = d - 1 to 0
//   y = clamp(v >> shift)
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_QUANTIZE_FUNCTIONS_PIECEWISE_H
#define DLC_COMPILER_QUANTIZE_FUNCTIONS_PIECEWISE_H

#include "compiler/quantize/Staircase.h"
#include <optional>
#include <vector>

namespace dlc::quantize {

/// A function by all its results, from that of the integer `least` on.
struct PiecewiseTask {
  int64_t least = 0;
  /// In units of the result, with the zero point and without rounding.
  std::vector<double> reals;
  /// What has to be computed, within `clamp`.
  std::vector<int64_t> results;
  Reach clamp;
};

struct Piecewise {
  int64_t least = 0, greatest = 0, bits = 0, shift = 0;
  std::vector<int64_t> breaks, shifts; // shifts: one for each product
  /// Of each segment from the constant on.
  std::vector<std::vector<int64_t>> coefficients;
  Reach clamp;

  int64_t operator()(int64_t q) const;
  /// Words of its table.
  int64_t size() const {
    return int64_t(coefficients.size() * (shifts.size() + 1));
  }
};

/// The smallest of those that were found to be equal to the function for each
/// integer; nullopt where none is.
std::optional<Piecewise> choosePiecewise(const PiecewiseTask &task);

} // namespace dlc::quantize

#endif
