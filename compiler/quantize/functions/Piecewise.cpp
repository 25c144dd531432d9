//===- Piecewise.cpp - Functions of one integer by polynomials ------------===//
//
// A segment's polynomial goes through the function where Chebyshev's nodes are.
// What words make of it is computed for each of its integers; the constant then
// has an interval in which all results are right, or there is none.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/functions/Piecewise.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <tuple>

namespace dlc::quantize {

static constexpr int64_t kWordEnd = int64_t(1) << 31;
static constexpr unsigned kMostDegree = 3;
static constexpr size_t kMostBreaks = 3;
static constexpr int64_t kMostBits = 14;
static constexpr int64_t kMostWords = 1 << 12;
/// Beyond the clamp numbers need not be followed so far.
static constexpr double kMargin = 4096;

int64_t Piecewise::operator()(int64_t q) const {
  q = std::clamp(q, least, greatest);
  const int64_t u = (q - least) & ((int64_t(1) << bits) - 1);
  int64_t i = (q - least) >> bits;
  for (int64_t place : breaks)
    i += place <= q;
  const std::vector<int64_t> &c = coefficients[i];
  int64_t v = c.back();
  for (int64_t k = int64_t(c.size()) - 2; k >= 0; --k)
    v = ((v * u) >> shifts[k]) + c[k];
  return std::clamp(v >> shift, clamp.least, clamp.greatest);
}

namespace {
using Coefficients = std::vector<double>; // from the constant on

/// The integers [first, end) of a task, of which `first` is so far inside of a
/// segment of the grid.
struct Span {
  size_t first = 0, end = 0;
  int64_t inside = 0;

  size_t size() const { return end - first; }
};

/// One degree and length of segments.
class PiecewiseSearch {
public:
  PiecewiseSearch(const PiecewiseTask &task, unsigned degree, int64_t bits)
      : task(task), degree(degree), bits(bits) {}

  std::optional<Piecewise> run();

private:
  bool cut();
  Coefficients fit(Span span) const;
  bool isNear(Span span, const Coefficients &c) const;
  bool chooseScales();
  std::optional<std::vector<int64_t>> settle(size_t number) const;
  std::optional<std::vector<int64_t>>
  withConstant(Span span, std::vector<int64_t> c) const;
  double realAt(size_t i) const {
    return std::clamp(task.reals[i], double(task.clamp.least) - kMargin,
                      double(task.clamp.greatest) + kMargin);
  }
  bool isClamped(size_t i) const {
    return task.results[i] == task.clamp.least ||
           task.results[i] == task.clamp.greatest;
  }

  const PiecewiseTask &task;
  const unsigned degree;
  const int64_t bits;
  std::vector<Span> spans;
  std::vector<Coefficients> fits;
  std::vector<size_t> breaks;
  /// Fractional bits of each coefficient.
  std::vector<int64_t> scales;
};
} // namespace

/// The polynomial in u through these points (Newton's form, expanded).
static Coefficients through(llvm::ArrayRef<double> xs,
                            llvm::ArrayRef<double> ys) {
  std::vector<double> divided(ys.begin(), ys.end());
  const size_t n = xs.size();
  for (size_t order = 1; order < n; ++order)
    for (size_t i = n - 1; i >= order; --i)
      divided[i] = (divided[i] - divided[i - 1]) / (xs[i] - xs[i - order]);
  Coefficients c(n, 0);
  for (size_t i = n; i-- > 0;) {
    // c * (u - xs[i]) + divided[i]
    for (size_t k = n - 1; k > 0; --k)
      c[k] = c[k - 1] - xs[i] * c[k];
    c[0] = divided[i] - xs[i] * c[0];
  }
  return c;
}

/// Of what is clamped only the part beside the rest counts.
Coefficients PiecewiseSearch::fit(Span span) const {
  size_t first = span.first, end = span.end;
  while (first + 1 < end && isClamped(first) && isClamped(first + 1))
    ++first;
  while (end > first + 1 && isClamped(end - 1) && isClamped(end - 2))
    --end;
  const size_t nodes = std::min<size_t>(degree + 1, end - first);
  std::vector<double> xs, ys;
  for (size_t i = 0; i < nodes; ++i) {
    double angle = M_PI * (double(i) + 0.5) / double(nodes);
    auto at = size_t(
        std::lround((1 - std::cos(angle)) / 2 * double(end - first - 1)));
    if (!xs.empty() && xs.back() >= double(at))
      at = size_t(xs.back()) + 1;
    xs.push_back(double(at));
    ys.push_back(realAt(first + at));
  }
  for (double &x : xs)
    x += double(first - span.first) + double(span.inside);
  Coefficients c = through(xs, ys);
  c.resize(degree + 1, 0);
  return c;
}

static double valueAt(const Coefficients &c, double u) {
  double v = 0;
  for (double each : llvm::reverse(c))
    v = v * u + each;
  return v;
}

/// Whether results are right but for what rounding in words moves.
bool PiecewiseSearch::isNear(Span span, const Coefficients &c) const {
  constexpr double slack = 1.0 / 64;
  for (size_t i = span.first; i < span.end; ++i) {
    double v = valueAt(c, double(span.inside + int64_t(i - span.first)));
    bool low = task.results[i] != task.clamp.least &&
               v < double(task.results[i]) - 0.5 - slack;
    bool high = task.results[i] != task.clamp.greatest &&
                v > double(task.results[i]) + 0.5 + slack;
    if (low || high)
      return false;
  }
  return true;
}

/// The grid's segments, with breaks where one polynomial does not do.
bool PiecewiseSearch::cut() {
  const size_t length = size_t(1) << bits;
  for (size_t start = 0; start < task.reals.size(); start += length) {
    Span rest{start, std::min(start + length, task.reals.size()), 0};
    for (;;) {
      Coefficients c = fit(rest);
      if (isNear(rest, c)) {
        spans.push_back(rest);
        fits.push_back(std::move(c));
        break;
      }
      // The longest beginning with which it does.
      size_t good = 1, bad = rest.size();
      while (bad - good > 1) {
        size_t middle = good + (bad - good) / 2;
        Span part{rest.first, rest.first + middle, rest.inside};
        (isNear(part, fit(part)) ? good : bad) = middle;
      }
      Span part{rest.first, rest.first + good, rest.inside};
      spans.push_back(part);
      fits.push_back(fit(part));
      breaks.push_back(part.end);
      if (breaks.size() > kMostBreaks)
        return false;
      rest = {part.end, rest.end, rest.inside + int64_t(good)};
    }
  }
  return true;
}

/// As many fractional bits as words hold: products have to stay within, and
/// coefficients are not finer than what is added to them.
bool PiecewiseSearch::chooseScales() {
  const double end = double(kWordEnd) / 2;
  std::vector<double> most(degree + 1, 0);
  const double length = double(int64_t(1) << bits);
  for (auto [span, c] : llvm::zip_equal(spans, fits))
    for (unsigned k = 0; k <= degree; ++k)
      for (double u : {0.0, length / 2, length}) {
        // What is added up from the last to the k-th.
        double v = 0;
        for (unsigned j = degree + 1; j-- > k;)
          v = v * u + c[j];
        most[k] = std::max({most[k], std::abs(v), std::abs(c[k])});
      }
  scales.assign(degree + 1, 0);
  for (unsigned k = 0; k <= degree; ++k) {
    double largest = k == 0 ? most[0] + 1 : most[k] * length;
    int64_t fraction = k == 0 ? 20 : scales[k - 1] + 30;
    while (fraction > 0 && std::ldexp(largest, int(fraction)) >= end)
      --fraction;
    if (k > 0 && fraction < scales[k - 1])
      return false;
    scales[k] = fraction;
  }
  return true;
}

/// The constant with which all results are right.
std::optional<std::vector<int64_t>>
PiecewiseSearch::withConstant(Span span, std::vector<int64_t> c) const {
  const int64_t unit = int64_t(1) << scales[0];
  int64_t least = -kWordEnd, greatest = kWordEnd - 1, lowest = 0, highest = 0;
  for (size_t i = span.first; i < span.end; ++i) {
    const int64_t u = span.inside + int64_t(i - span.first);
    int64_t v = c[degree];
    for (unsigned k = degree; k-- > 0;) {
      int64_t product = v * u;
      if (product < -kWordEnd || product >= kWordEnd)
        return std::nullopt;
      v = (product >> (scales[k + 1] - scales[k])) + (k == 0 ? 0 : c[k]);
    }
    if (degree == 0)
      v = 0;
    const int64_t y = task.results[i];
    if (y != task.clamp.least)
      least = std::max(least, y * unit - v);
    if (y != task.clamp.greatest)
      greatest = std::min(greatest, (y + 1) * unit - 1 - v);
    lowest = std::min(lowest, v);
    highest = std::max(highest, v);
  }
  least = std::max(least, -kWordEnd - lowest);
  greatest = std::min(greatest, kWordEnd - 1 - highest);
  if (least > greatest)
    return std::nullopt;
  c[0] = std::clamp(c[0], least, greatest);
  return c;
}

/// The nearest coefficients, or some beside them.
std::optional<std::vector<int64_t>>
PiecewiseSearch::settle(size_t number) const {
  std::vector<int64_t> nearest;
  for (unsigned k = 0; k <= degree; ++k) {
    double scaled = std::ldexp(fits[number][k], int(scales[k]));
    if (k == 0)
      scaled += std::ldexp(0.5, int(scales[0]));
    if (!(std::abs(scaled) < double(kWordEnd)))
      return std::nullopt;
    nearest.push_back(std::llround(scaled));
  }
  // Changes by what moves the end of the segment by a few units of its own.
  const unsigned turned = std::min(degree, 2U);
  constexpr int64_t far = 4;
  for (int64_t d1 = 0; d1 <= (turned > 0 ? 2 * far : 0); ++d1)
    for (int64_t d2 = 0; d2 <= (turned > 1 ? 2 * far : 0); ++d2) {
      auto beside = [](int64_t d) { return d % 2 != 0 ? (d + 1) / 2 : -d / 2; };
      std::vector<int64_t> c = nearest;
      if (turned > 0)
        c[1] += beside(d1);
      if (turned > 1)
        c[2] += beside(d2);
      if (auto found = withConstant(spans[number], std::move(c)))
        return found;
    }
  return std::nullopt;
}

std::optional<Piecewise> PiecewiseSearch::run() {
  if (!cut() || !chooseScales())
    return std::nullopt;
  Piecewise found;
  found.least = task.least;
  found.greatest = task.least + int64_t(task.results.size()) - 1;
  found.bits = bits;
  found.shift = scales[0];
  found.clamp = task.clamp;
  for (size_t place : breaks)
    found.breaks.push_back(task.least + int64_t(place));
  for (unsigned k = 0; k < degree; ++k)
    found.shifts.push_back(scales[k + 1] - scales[k]);
  for (size_t i = 0; i < spans.size(); ++i) {
    auto c = settle(i);
    if (!c)
      return std::nullopt;
    found.coefficients.push_back(std::move(*c));
  }
  for (size_t i = 0; i < task.results.size(); ++i)
    if (found(task.least + int64_t(i)) != task.results[i])
      return std::nullopt;
  return found;
}

/// Without what has the same result as the first of all, or the last.
static PiecewiseTask withoutEnds(const PiecewiseTask &task) {
  const std::vector<int64_t> &y = task.results;
  size_t first = 0, end = y.size();
  while (first + 1 < end && y[first + 1] == y.front())
    ++first;
  while (end > first + 1 && y[end - 2] == y.back())
    --end;
  return {task.least + int64_t(first),
          {task.reals.begin() + first, task.reals.begin() + end},
          {y.begin() + first, y.begin() + end},
          task.clamp};
}

std::optional<Piecewise> choosePiecewise(const PiecewiseTask &whole) {
  const PiecewiseTask task = withoutEnds(whole);
  struct Form {
    int64_t words;
    unsigned degree;
    int64_t bits;
  };
  // From the smallest table on.
  std::vector<Form> forms;
  for (unsigned degree = 0; degree <= kMostDegree; ++degree)
    for (int64_t bits = 0; bits <= kMostBits; ++bits) {
      auto segments = int64_t(((task.results.size() - 1) >> bits) + 1);
      if (segments * (degree + 1) <= kMostWords)
        forms.push_back({segments * (degree + 1), degree, bits});
    }
  llvm::sort(forms, [](const Form &a, const Form &b) {
    return std::tuple(a.words, a.degree, a.bits) <
           std::tuple(b.words, b.degree, b.bits);
  });
  for (const Form &form : forms)
    if (auto found = PiecewiseSearch(task, form.degree, form.bits).run())
      return found;
  return std::nullopt;
}

} // namespace dlc::quantize
