//===- Resample.cpp - Images of another size ------------------------------===//

#include "codegen/halide/Stages.h"

#include <algorithm>

using namespace Halide;
using namespace dlc;
using namespace dlc::halide;

namespace {

/// Columns of the result that are unrolled at most.
constexpr int kLongestPeriod = 8;

/// One direction of a resampling: where it reads and by what it multiplies.
/// With a period, offsets and weights are constants of each of its columns;
/// else they are read from tables.
class Direction {
public:
  Direction(const pixels::Axis &axis, int64_t from, Expr at, bool periods)
      : axis(axis), from(static_cast<int>(from)), at(std::move(at)),
        periodic(periods ? findPeriod() : 0) {
    auto [low, high] =
        std::minmax_element(axis.offsets.begin(), axis.offsets.end());
    first = *low;
    last = *high;
  }

  int taps() const { return static_cast<int>(axis.taps); }
  int outputs() const { return static_cast<int>(axis.offsets.size()); }
  int period() const { return periodic; }
  int step() const { return axis.offsets[periodic] - axis.offsets[0]; }

  /// Where tap t reads, within the image.
  Expr position(const Expr &t) {
    Expr place = base() + t;
    auto known = as_const_int(t);
    int64_t least = first + (known ? *known : 0),
            most = last + (known ? *known : taps() - 1);
    return least < 0 || most >= from ? clamp(place, 0, from - 1) : place;
  }

  Expr weight(int t) {
    std::vector<int32_t> values;
    for (int i = 0; i < outputs(); ++i)
      values.push_back(weightAt(i, t));
    if (std::equal(values.begin() + 1, values.end(), values.begin()))
      return values.front();
    return pick(values);
  }

  bool isNever(int t) const {
    for (int i = 0; i < outputs(); ++i)
      if (weightAt(i, t) != 0)
        return false;
    return true;
  }

  int32_t weightAt(int i, int t) const {
    return axis.weights[static_cast<size_t>(i) * taps() + t];
  }

  /// The greatest sum of weights; nothing where one is negative.
  std::optional<int64_t> greatestSum() const {
    int64_t greatest = 0;
    for (int i = 0; i < outputs(); ++i) {
      int64_t sum = 0;
      for (int t = 0; t < taps(); ++t) {
        if (weightAt(i, t) < 0)
          return std::nullopt;
        sum += weightAt(i, t);
      }
      greatest = std::max(greatest, sum);
    }
    return greatest;
  }

private:
  int findPeriod() const {
    for (int p = 1; p <= kLongestPeriod && p < outputs(); ++p)
      if (repeatsAfter(p))
        return p;
    return 0;
  }

  bool repeatsAfter(int p) const {
    int distance = axis.offsets[p] - axis.offsets[0];
    for (int i = 0; i + p < outputs(); ++i) {
      if (axis.offsets[i + p] - axis.offsets[i] != distance)
        return false;
      for (int t = 0; t < taps(); ++t)
        if (weightAt(i, t) != weightAt(i + p, t))
          return false;
    }
    return true;
  }

  Expr pick(const std::vector<int32_t> &values) {
    if (periodic) {
      std::vector<Expr> each(values.begin(), values.begin() + periodic);
      return periodic == 1 ? each.front() : mux(at % periodic, each);
    }
    bool small = std::all_of(values.begin(), values.end(), [](int32_t value) {
      return value == static_cast<int16_t>(value);
    });
    return small ? table<int16_t>(values) : table<int32_t>(values);
  }

  template <typename T> Expr table(const std::vector<int32_t> &values) {
    Buffer<T> buffer(static_cast<int>(values.size()));
    for (int i = 0; i < outputs(); ++i)
      buffer(i) = static_cast<T>(values[i]);
    return toInt(buffer(at));
  }

  Expr base() {
    if (periodic)
      return pick(axis.offsets) + at / periodic * step();
    if (outputs() == 1)
      return axis.offsets.front();
    return unsafe_promise_clamped(pick(axis.offsets), first, last);
  }

  const pixels::Axis &axis;
  int from;
  Expr at;
  int periodic;
  int first = 0, last = 0;
};

/// The sums of one nn.resample.
class Sums {
public:
  Sums(const pixels::Step &step, const Func &image, Direction &columns,
       Direction &rows, const Vars &v)
      : step(step), image(image), columns(columns), rows(rows), v(v) {}

  /// A row of the image with the columns of the result.
  Expr line(const Expr &row) {
    Expr sum;
    for (int t = 0; t < columns.taps(); ++t) {
      if (columns.isNever(t) && (t + 1 < columns.taps() || sum.defined()))
        continue;
      Expr value =
          toInt(image(columns.position(t), row, v.c)) * columns.weight(t);
      sum = sum.defined() ? sum + value : value;
    }
    int shift = static_cast<int>(step.columnShift);
    if (!step.narrow)
      return shift ? sum >> shift : sum;
    Expr rounded = shift ? (sum + (1 << (shift - 1))) >> shift : sum;
    std::optional<int64_t> greatest = columns.greatestSum();
    int64_t half = shift ? int64_t(1) << (shift - 1) : 0;
    bool isByte = greatest && (*greatest * 255 + half) >> shift <= 255;
    return isByte ? rounded : clamp(rounded, 0, 255);
  }

  /// The greatest value of a line, or more; none where weights are negative.
  int64_t greatestLine() const {
    std::optional<int64_t> across = columns.greatestSum();
    if (!across)
      return INT32_MAX;
    return step.narrow ? 255 : (*across * 255) >> step.columnShift;
  }

  /// What a product of a line and its weight adds to a pixel.
  Expr product(const Expr &value, const Expr &weight) const {
    int shift = static_cast<int>(step.productShift);
    return shift ? value * weight >> shift : value * weight;
  }

  Expr finish(const Expr &sum) const {
    Expr value = rounded(sum);
    return isAlwaysByte() ? cast<uint8_t>(value) : toByte(value);
  }

private:
  Expr rounded(const Expr &sum) const {
    int shift = static_cast<int>(step.rowShift);
    if (step.divisor > 1) {
      int divisor = static_cast<int>(step.divisor);
      Expr quotient = (sum + divisor / 2) / divisor;
      if (divisor % 2)
        return quotient;
      Expr tie = sum + divisor / 2 == quotient * divisor;
      return quotient - select(tie, quotient & 1, 0);
    }
    if (!shift)
      return sum;
    int half = 1 << (shift - 1);
    return step.tiesToEven ? (sum + (half - 1) + ((sum >> shift) & 1)) >> shift
                           : (sum + half) >> shift;
  }

  /// Whether no image has a result outside of a byte.
  bool isAlwaysByte() const {
    std::optional<int64_t> across = columns.greatestSum(),
                           along = rows.greatestSum();
    if (!across || !along)
      return false;
    int64_t line = greatestLine();
    // Shifting each product loses, it never adds.
    int64_t sum = (*along * line) >> step.productShift;
    if (step.divisor > 1)
      return (2 * sum + step.divisor) / (2 * step.divisor) <= 255;
    int64_t half = step.rowShift ? int64_t(1) << (step.rowShift - 1) : 0;
    return (sum + half) >> step.rowShift <= 255;
  }

  const pixels::Step &step;
  const Func &image;
  Direction &columns, &rows;
  const Vars &v;
};

/// Rows of a filter as windows of one length that begin at an affine function
/// of the row, which is what proves that a ring of rows is enough.
struct AffineWindow {
  int taps = 0;
  std::vector<int32_t> weights;
};

std::optional<AffineWindow> affineWindow(const Direction &rows,
                                         const pixels::Axis &axis, int from) {
  int to = rows.outputs();
  AffineWindow window;
  window.taps = rows.taps() + 1;
  if (window.taps > from)
    return std::nullopt;
  window.weights.assign(static_cast<size_t>(to) * window.taps, 0);
  for (int i = 0; i < to; ++i) {
    auto centre = static_cast<int>((int64_t(2) * i + 1) * from / (2 * to));
    int begin = std::clamp(centre - window.taps / 2, 0, from - window.taps);
    for (int t = 0; t < rows.taps(); ++t) {
      int32_t weight = rows.weightAt(i, t);
      int row = axis.offsets[i] + t - begin;
      if (weight == 0)
        continue;
      if (row < 0 || row >= window.taps)
        return std::nullopt;
      window.weights[static_cast<size_t>(i) * window.taps + row] = weight;
    }
  }
  return window;
}

} // namespace

/// A filter over many rows: each row's columns once, in a ring.
static std::optional<Resampled> inLines(const pixels::Step &step, Sums &sums,
                                        const Direction &rows, int from,
                                        const Vars &v) {
  std::optional<AffineWindow> window = affineWindow(rows, step.rows, from);
  if (!window)
    return std::nullopt;
  int to = rows.outputs(), taps = window->taps;
  Resampled result;
  result.lines = Func("lines");
  result.lines(v.x, v.y, v.c) = cast<uint8_t>(sums.line(v.y));
  Buffer<int32_t> weights(to * taps);
  for (int i = 0; i < to * taps; ++i)
    weights(i) = window->weights[i];
  Expr begin =
      clamp((2 * v.y + 1) * from / (2 * to) - taps / 2, 0, from - taps);
  Expr sum;
  for (int t = 0; t < taps; ++t) {
    Expr value = sums.product(toInt(result.lines(v.x, begin + t, v.c)),
                              weights(v.y * taps + t));
    sum = sum.defined() ? sum + value : value;
  }
  result.image = Func("resampled");
  result.image(v.x, v.y, v.c) = sums.finish(sum);
  // What one row of the result needs, and how far the next one moves on.
  int needed = taps + (from + to - 1) / to;
  result.keptRows = 1;
  while (result.keptRows < needed)
    result.keptRows *= 2;
  return result;
}

/// The rows that a row of the result reads, one by one.
static Resampled rowByRow(Sums &sums, Direction &rows, const Vars &v) {
  Resampled result;
  result.tapCount = rows.taps();
  result.taps = Func("taps");
  Expr line = sums.line(rows.position(result.tap));
  result.taps(v.x, result.tap, v.c, v.y) =
      sums.greatestLine() <= 65535 ? cast<uint16_t>(line) : line;
  Expr sum;
  for (int t = 0; t < rows.taps(); ++t) {
    Expr value =
        sums.product(toInt(result.taps(v.x, t, v.c, v.y)), rows.weight(t));
    sum = sum.defined() ? sum + value : value;
  }
  result.image = Func("resampled");
  result.image(v.x, v.y, v.c) = sums.finish(sum);
  return result;
}

int dlc::halide::periodOf(const pixels::Step &step, int64_t width) {
  return Direction(step.columns, width, Expr(0), /*periods=*/true).period();
}

Resampled dlc::halide::resample(const pixels::Step &step, const Func &image,
                                int64_t height, int64_t width,
                                ResampleForm form, const Vars &v) {
  Direction columns(step.columns, width, v.x, form.periods);
  Direction rows(step.rows, height, v.y,
                 /*periods=*/!step.narrow || step.rows.taps == 1);
  Sums sums(step, image, columns, rows, v);
  if (step.narrow && rows.taps() > 1 && form.keepsLines)
    if (auto result = inLines(step, sums, rows, static_cast<int>(height), v)) {
      result->period = columns.period();
      return *result;
    }
  if (form.rowByRow)
    return rowByRow(sums, rows, v);
  Expr sum;
  for (int t = 0; t < rows.taps(); ++t) {
    if (rows.isNever(t) && (t + 1 < rows.taps() || sum.defined()))
      continue;
    Expr value = sums.product(sums.line(rows.position(t)), rows.weight(t));
    sum = sum.defined() ? sum + value : value;
  }
  Resampled result;
  result.image = Func("resampled");
  result.image(v.x, v.y, v.c) = sums.finish(sum);
  result.period = columns.period();
  return result;
}

Func dlc::halide::addBorder(const pixels::Step &step, const Func &image,
                            int64_t height, int64_t width, const Vars &v) {
  Expr x = v.x - static_cast<int>(step.left),
       y = v.y - static_cast<int>(step.top);
  int lastColumn = static_cast<int>(width) - 1,
      lastRow = static_cast<int>(height) - 1;
  Expr inside = x >= 0 && x <= lastColumn && y >= 0 && y <= lastRow;
  Func bordered("bordered");
  bordered(v.x, v.y, v.c) =
      select(inside, image(clamp(x, 0, lastColumn), clamp(y, 0, lastRow), v.c),
             cast<uint8_t>(static_cast<int>(step.value)));
  return bordered;
}
