//===- Interval.cpp - Bounds of real numbers ------------------------------===//

#include "compiler/prune/Interval.h"
#include <algorithm>
#include <cmath>

using namespace dlc::prune;

/// More than any function of the C library and any sum of 2^12 doubles is
/// wrong by.
static constexpr double outward = 0x1p-40;
static constexpr double infinity = std::numeric_limits<double>::infinity();

bool Interval::isBounded() const {
  return std::isfinite(low) && std::isfinite(high);
}

double Interval::magnitude() const {
  return std::max(std::fabs(low), std::fabs(high));
}

/// Nothing is known where an end came out as no number.
static Interval checked(double low, double high) {
  return {std::isnan(low) ? -infinity : low,
          std::isnan(high) ? infinity : high};
}

/// Ends moved out by what one operation in double may be wrong. A sum that
/// comes out as 0 is 0, a product that does is smaller than any float. Points
/// stay points: they are constants as the compiler computes them.
static Interval outwards(Interval a) {
  a = checked(a.low, a.high);
  if (a.isPoint())
    return a;
  if (a.low != 0)
    a.low = std::nextafter(a.low, -infinity);
  if (a.high != 0)
    a.high = std::nextafter(a.high, infinity);
  return a;
}

Interval dlc::prune::hull(Interval a, Interval b) {
  return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

Interval dlc::prune::add(Interval a, Interval b) {
  return outwards({a.low + b.low, a.high + b.high});
}

Interval dlc::prune::subtract(Interval a, Interval b) {
  return add(a, negate(b));
}

static double product(double a, double b) {
  return a == 0 || b == 0 ? 0 : a * b;
}

Interval dlc::prune::multiply(Interval a, Interval b) {
  double ends[] = {product(a.low, b.low), product(a.low, b.high),
                   product(a.high, b.low), product(a.high, b.high)};
  auto [low, high] = std::minmax_element(std::begin(ends), std::end(ends));
  return outwards({*low, *high});
}

Interval dlc::prune::divide(Interval a, Interval b) {
  if (b.contains(0) || !b.isBounded())
    return Interval::all();
  double ends[] = {a.low / b.low, a.low / b.high, a.high / b.low,
                   a.high / b.high};
  auto [low, high] = std::minmax_element(std::begin(ends), std::end(ends));
  return outwards({*low, *high});
}

Interval dlc::prune::minimum(Interval a, Interval b) {
  return {std::min(a.low, b.low), std::min(a.high, b.high)};
}

Interval dlc::prune::maximum(Interval a, Interval b) {
  return {std::max(a.low, b.low), std::max(a.high, b.high)};
}

Interval dlc::prune::negate(Interval a) { return {-a.high, -a.low}; }

Interval dlc::prune::absolute(Interval a) {
  if (a.low >= 0)
    return a;
  if (a.high <= 0)
    return negate(a);
  return {0, a.magnitude()};
}

Interval dlc::prune::clamp(Interval a, Interval bounds) {
  // As min(max(x, low), high), whichever bound is larger.
  return minimum(maximum(a, Interval::point(bounds.low)),
                 Interval::point(bounds.high));
}

Interval dlc::prune::rising(double (*function)(double), Interval a) {
  Interval image = checked(function(a.low), function(a.high));
  return image.isPoint() ? image : widened(image, outward);
}

Interval dlc::prune::rounded(double (*function)(double), Interval a) {
  if (a.isPoint())
    return Interval::point(function(a.low));
  return checked(function(a.low - 0.25), function(a.high + 0.25));
}

Interval dlc::prune::widened(Interval a, double relative) {
  return checked(a.low - std::fabs(a.low) * relative,
                 a.high + std::fabs(a.high) * relative);
}

bool dlc::prune::isNarrow(Interval a) {
  if (a.isPoint())
    return true;
  return a.isBounded() && a.high - a.low <= narrowness * a.magnitude();
}

void DotProduct::addTerms(double sum, double magnitude, Interval x) {
  if (magnitude == 0 || varying == Interval::all())
    return;
  if (x.isPoint()) {
    constant += sum * x.low;
    return;
  }
  double positive = (magnitude + sum) / 2, negative = (sum - magnitude) / 2;
  double lowest = product(positive, x.low) + product(negative, x.high);
  double highest = product(positive, x.high) + product(negative, x.low);
  varying.low += lowest;
  varying.high += highest;
  slack += outward * magnitude * x.magnitude();
  isPositive &= lowest >= 0;
  isNegative &= highest <= 0;
}

Interval DotProduct::bounds() const {
  if (varying == Interval::all())
    return varying;
  if (varying == Interval::point(0) && slack == 0)
    return std::isfinite(constant) ? Interval::point(constant)
                                   : Interval::all();
  // Sums of numbers of one sign keep it.
  Interval wide = checked(varying.low - slack, varying.high + slack);
  if (std::isinf(slack))
    wide = Interval::all();
  if (isPositive)
    wide.low = std::max(wide.low, 0.0);
  if (isNegative)
    wide.high = std::min(wide.high, 0.0);
  return outwards({constant + wide.low, constant + wide.high});
}
