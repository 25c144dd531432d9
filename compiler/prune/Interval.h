//===- Interval.h - Bounds of real numbers ----------------------*- C++ -*-===//
//
// Intervals of reals with ends that are doubles, rounded outward: whatever the
// operands are within their intervals, the result is within the result's.
// Arithmetic is that of the reals; what rounding to the element type adds is
// not in it. An end may be infinite: nothing is known on that side.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_PRUNE_INTERVAL_H
#define DLC_COMPILER_PRUNE_INTERVAL_H

#include <cstdint>
#include <limits>

namespace dlc::prune {

struct Interval {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();

  static Interval all() { return {}; }
  static Interval point(double value) { return {value, value}; }

  bool isPoint() const { return low == high; }
  bool isBounded() const;
  double magnitude() const;
  bool contains(double value) const { return low <= value && value <= high; }
  bool operator==(const Interval &other) const {
    return low == other.low && high == other.high;
  }
};

/// The smallest interval that holds both.
Interval hull(Interval a, Interval b);

Interval add(Interval a, Interval b);
Interval subtract(Interval a, Interval b);
/// 0 times anything is 0, also times what has no bound.
Interval multiply(Interval a, Interval b);
/// Everything if `b` holds 0.
Interval divide(Interval a, Interval b);
Interval minimum(Interval a, Interval b);
Interval maximum(Interval a, Interval b);
Interval negate(Interval a);
Interval absolute(Interval a);
/// The part of `a` between the bounds, as a clip gives it.
Interval clamp(Interval a, Interval bounds);

/// The image under a function that does not fall; ends are widened by what its
/// evaluation in double may be wrong.
Interval rising(double (*function)(double), Interval a);

/// The image under a rounding function (floor, nearest). The real number that
/// is rounded is known, that which a float computation rounds is a little off:
/// so the ends are moved out by a quarter of a step first.
Interval rounded(double (*function)(double), Interval a);

/// Widened by `relative` of each end's magnitude.
Interval widened(Interval a, double relative);

/// A channel varies by less than this share of its value: it counts as
/// constant. Rounding to float moves a value by up to 2^-25 of it, so that what
/// is neglected is a five-hundredth of what rounding does, or less.
constexpr double narrowness = 0x1p-34;

/// Whether every number in it is the same but for `narrowness`.
bool isNarrow(Interval a);

/// A sum of products weight * x with each x in an interval of its own, taken up
/// term by term. Constants are summed apart from what varies: only the latter
/// has a width.
class DotProduct {
public:
  explicit DotProduct(double start = 0) : constant(start) {}

  /// `sum` and `magnitude`: of weights that are applied to one x each, all in
  /// the interval `x`.
  void addTerms(double sum, double magnitude, Interval x);

  Interval bounds() const;

private:
  double constant;
  Interval varying = Interval::point(0);
  double slack = 0; // what rounding may have added to its ends
  bool isPositive = true, isNegative = true; // of all that varies
};

} // namespace dlc::prune

#endif
