//===- ResizeTables.cpp - Named methods of resizing as tables -------------===//

#include "compiler/prepare/ResizeTables.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace dlc::prepare;

using Result = std::variant<ResizeTables, std::string>;

//===----------------------------------------------------------------------===//
// OpenCV
//===----------------------------------------------------------------------===//

/// INTER_NEAREST: the position rounded down, in double.
static Axis opencvNearestAxis(int64_t from, int64_t to) {
  Axis axis;
  double scale = 1.0 / (static_cast<double>(to) / static_cast<double>(from));
  for (int64_t i = 0; i < to; ++i) {
    auto at = static_cast<int64_t>(std::floor(static_cast<double>(i) * scale));
    axis.offsets.push_back(static_cast<int32_t>(std::min(at, from - 1)));
    axis.weights.push_back(1);
  }
  return axis;
}

/// INTER_LINEAR: positions in float, weights of 11 bits. The columns at the
/// edges have all their weight on one pixel; the rows keep theirs, and what
/// they read is what is clamped.
static Axis opencvLinearAxis(int64_t from, int64_t to, bool columns) {
  Axis axis;
  axis.taps = 2;
  double scale = 1.0 / (static_cast<double>(to) / static_cast<double>(from));
  for (int64_t i = 0; i < to; ++i) {
    auto at = static_cast<float>((static_cast<double>(i) + 0.5) * scale - 0.5);
    auto pixel = static_cast<int64_t>(std::floor(at));
    at -= static_cast<float>(pixel);
    if (columns && pixel < 0)
      at = 0, pixel = 0;
    if (columns && pixel >= from - 1)
      at = 0, pixel = from - 1;
    axis.offsets.push_back(static_cast<int32_t>(pixel));
    for (float weight : {1.0F - at, at})
      axis.weights.push_back(
          static_cast<int32_t>(std::nearbyint(weight * 2048.0F)));
  }
  return axis;
}

/// Sums of `ratio` neighbours.
static Axis sumAxis(int64_t to, int64_t ratio, int64_t weight) {
  Axis axis;
  axis.taps = ratio;
  for (int64_t i = 0; i < to; ++i)
    axis.offsets.push_back(static_cast<int32_t>(i * ratio));
  axis.weights.assign(to * ratio, static_cast<int32_t>(weight));
  return axis;
}

/// A multiplier and shift that give what OpenCV's product of a sum and the
/// float 1 / area is rounded to, for every sum; shift 0: there is none.
static std::pair<int64_t, int64_t> areaMultiplier(int64_t rows,
                                                  int64_t columns) {
  int64_t area = rows * columns;
  float inverse = 1.0F / static_cast<float>(area);
  for (int64_t shift = 8; shift < 24; ++shift) {
    auto multiplier =
        std::lround(std::ldexp(1.0 / static_cast<double>(area), shift));
    int64_t half = int64_t(1) << (shift - 1);
    if (multiplier * rows * (255 * columns + 1) + half > INT32_MAX)
      return {0, 0};
    bool equal = true;
    for (int64_t sum = 0; equal && sum <= 255 * area; ++sum)
      equal = (sum * multiplier + half) >> shift ==
              std::lrint(static_cast<float>(sum) * inverse);
    if (equal)
      return {multiplier, shift};
  }
  return {0, 0};
}

/// Whether OpenCV's product of a sum and the float 1 / area is rounded to the
/// exact mean, halves to the even one, for every sum.
static bool isExactMean(int64_t area) {
  float inverse = 1.0F / static_cast<float>(area);
  for (int64_t sum = 0; sum <= 255 * area; ++sum) {
    int64_t mean = (2 * sum + area) / (2 * area);
    if ((2 * sum + area) % (2 * area) == 0)
      mean -= mean % 2;
    if (mean != std::lrint(static_cast<float>(sum) * inverse))
      return false;
  }
  return true;
}

/// INTER_AREA where both ratios are whole: means, halves to the even one, but
/// those of 2x2 up.
static Result opencvArea(Size from, Size to) {
  int64_t rows = from.height / to.height, columns = from.width / to.width;
  if (rows * to.height != from.height || columns * to.width != from.width)
    return std::string("opencv_area is exact where rows and columns shrink by "
                       "whole numbers; crop first, or use pillow_bilinear, "
                       "which filters at any ratio");
  ResizeTables tables;
  int64_t area = rows * columns, multiplier = 1;
  if (llvm::isPowerOf2_64(area)) {
    tables.rowShift = llvm::Log2_64(area);
    tables.tiesToEven = rows != 2 || columns != 2;
  } else {
    std::tie(multiplier, tables.rowShift) = areaMultiplier(rows, columns);
    if (!tables.rowShift && !isExactMean(area))
      return "opencv_area has means of " + std::to_string(rows) + " x " +
             std::to_string(columns) +
             " pixels whose rounding follows from float arithmetic alone; "
             "crop to a ratio such as 2, 3, 4, 5 or 6, or use "
             "pillow_bilinear";
    if (!tables.rowShift) {
      multiplier = 1;
      tables.divisor = area;
    }
  }
  tables.rows = sumAxis(to.height, rows, multiplier);
  tables.columns = sumAxis(to.width, columns, 1);
  return tables;
}

static Result opencvLinear(Size from, Size to) {
  // Which OpenCV does with INTER_AREA's code.
  if (from.height == 2 * to.height && from.width == 2 * to.width)
    return opencvArea(from, to);
  ResizeTables tables;
  // It copies what has the size already, which these tables do too.
  tables.rows = opencvLinearAxis(from.height, to.height, /*columns=*/false);
  tables.columns = opencvLinearAxis(from.width, to.width, /*columns=*/true);
  tables.columnShift = 4;
  tables.productShift = 16;
  tables.rowShift = 2;
  return tables;
}

//===----------------------------------------------------------------------===//
// Pillow 12
//===----------------------------------------------------------------------===//

static double triangle(double x) { return std::max(0.0, 1.0 - std::fabs(x)); }

static double cubic(double x) {
  constexpr double a = -0.5;
  x = std::fabs(x);
  if (x < 1.0)
    return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
  return x < 2.0 ? (((x - 5) * x + 8) * x - 4) * a : 0.0;
}

/// A filter as wide as the ratio, weights of 22 bits rounded away from 0. All
/// windows get the length of the longest.
static Axis pillowAxis(int64_t from, int64_t to, double support,
                       double (*filter)(double)) {
  if (from == to) {
    Axis copy = sumAxis(to, 1, 1 << 22);
    return copy;
  }
  double scale = static_cast<double>(from) / static_cast<double>(to);
  double stretch = std::max(scale, 1.0), inverse = 1.0 / stretch;
  support *= stretch;
  std::vector<std::vector<int32_t>> windows;
  std::vector<int64_t> begins;
  Axis axis;
  for (int64_t i = 0; i < to; ++i) {
    double centre = (static_cast<double>(i) + 0.5) * scale, sum = 0;
    auto begin = std::max<int64_t>(
        static_cast<int64_t>(std::floor(centre - support + 0.5)), 0);
    auto end = std::min(
        static_cast<int64_t>(std::floor(centre + support + 0.5)), from);
    std::vector<double> weights;
    for (int64_t x = begin; x < end; ++x) {
      weights.push_back(
          filter((static_cast<double>(x) - centre + 0.5) * inverse));
      sum += weights.back();
    }
    std::vector<int32_t> &window = windows.emplace_back();
    for (double weight : weights)
      window.push_back(static_cast<int32_t>((weight < 0 ? -0.5 : 0.5) +
                                            weight / sum * (1 << 22)));
    begins.push_back(begin);
    axis.taps = std::max<int64_t>(axis.taps, window.size());
  }
  for (int64_t i = 0; i < to; ++i) {
    int64_t begin = std::min(begins[i], from - axis.taps);
    axis.offsets.push_back(static_cast<int32_t>(begin));
    std::vector<int32_t> window(begins[i] - begin, 0);
    window.insert(window.end(), windows[i].begin(), windows[i].end());
    window.resize(axis.taps, 0);
    axis.weights.insert(axis.weights.end(), window.begin(), window.end());
  }
  return axis;
}

static ResizeTables pillow(Size from, Size to, double support,
                           double (*filter)(double)) {
  ResizeTables tables;
  tables.rows = pillowAxis(from.height, to.height, support, filter);
  tables.columns = pillowAxis(from.width, to.width, support, filter);
  tables.columnShift = tables.rowShift = 22;
  tables.narrow = true;
  return tables;
}

//===----------------------------------------------------------------------===//
// TensorFlow Lite
//===----------------------------------------------------------------------===//

/// RESIZE_BILINEAR of bytes with half_pixel_centers: positions and weights of
/// 10 bits, whose scale's error adds up.
static Axis tfliteAxis(int64_t from, int64_t to) {
  Axis axis;
  axis.taps = 2;
  int64_t scale = ((int64_t(1) << 10) * from + to / 2) / to;
  for (int64_t i = 0; i < to; ++i) {
    int64_t at = i * scale + scale / 2 - (1 << 9);
    int64_t low = std::clamp<int64_t>(at / 1024, 0, from - 1);
    int64_t high = std::min((at + 1023) / 1024, from - 1);
    auto fraction = static_cast<int32_t>(high > low ? at - 1024 * low : 0);
    axis.offsets.push_back(static_cast<int32_t>(low));
    axis.weights.insert(axis.weights.end(), {1024 - fraction, fraction});
  }
  return axis;
}

static ResizeTables tfliteBilinear(Size from, Size to) {
  ResizeTables tables;
  tables.rows = tfliteAxis(from.height, to.height);
  tables.columns = tfliteAxis(from.width, to.width);
  tables.rowShift = 20;
  return tables;
}

//===----------------------------------------------------------------------===//
// ONNX
//===----------------------------------------------------------------------===//

/// Resize, linear, half_pixel: positions are fractions; `denominator` is what
/// the weights add up to.
static Axis onnxAxis(int64_t from, int64_t to, int64_t &denominator) {
  Axis axis;
  axis.taps = 2;
  int64_t common = 2 * to;
  std::vector<int64_t> fractions;
  for (int64_t i = 0; i < to; ++i) {
    int64_t at = (2 * i + 1) * from - to; // over 2 * to
    int64_t pixel = llvm::divideFloorSigned(at, 2 * to);
    axis.offsets.push_back(static_cast<int32_t>(pixel));
    fractions.push_back(at - pixel * 2 * to);
    common = std::gcd(common, fractions.back());
  }
  denominator = 2 * to / common;
  for (int64_t fraction : fractions)
    axis.weights.insert(axis.weights.end(),
                        {static_cast<int32_t>(denominator - fraction / common),
                         static_cast<int32_t>(fraction / common)});
  return axis;
}

static Result onnxLinear(Size from, Size to) {
  ResizeTables tables;
  int64_t rows = 1, columns = 1;
  tables.rows = onnxAxis(from.height, to.height, rows);
  tables.columns = onnxAxis(from.width, to.width, columns);
  int64_t divisor = rows * columns;
  if ((255 * columns + 1) * rows + divisor > INT32_MAX)
    return std::string(
        "the weights of onnx_linear between these sizes take more than 32 "
        "bits: choose sizes with a common divisor, or opencv_linear");
  if (llvm::isPowerOf2_64(divisor)) {
    tables.rowShift = llvm::Log2_64(divisor);
    tables.tiesToEven = tables.rowShift != 0;
  } else {
    tables.divisor = divisor;
  }
  return tables;
}

Result dlc::prepare::makeResizeTables(ResizeMethod method, Size from, Size to) {
  ResizeTables tables;
  switch (method) {
  case ResizeMethod::OpencvNearest:
    tables.rows = opencvNearestAxis(from.height, to.height);
    tables.columns = opencvNearestAxis(from.width, to.width);
    return tables;
  case ResizeMethod::OpencvLinear:
    return opencvLinear(from, to);
  case ResizeMethod::OpencvArea:
    return opencvArea(from, to);
  case ResizeMethod::PillowBilinear:
    return pillow(from, to, 1.0, triangle);
  case ResizeMethod::PillowBicubic:
    return pillow(from, to, 2.0, cubic);
  case ResizeMethod::TfliteBilinear:
    return tfliteBilinear(from, to);
  case ResizeMethod::OnnxLinear:
    return onnxLinear(from, to);
  }
  llvm_unreachable("all methods are listed");
}
