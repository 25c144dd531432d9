//===- ImportSignal.cpp - Fourier transforms and mel filters --------------===//
//
// A transform of n points is a product with a constant matrix, where n is small
// or has no good factor, and else in two steps (Cooley and Tukey): with
// n = n1 n2, j = n2 j1 + j2, k = k1 + n1 k2 and w_m = exp(-2 pi i / m)
//
//   X[k1 + n1 k2] = sum over j2 of w_n2^(j2 k2) w_n^(j2 k1)
//                   sum over j1 of w_n1^(j1 k1) x[n2 j1 + j2]
//
// Where the machine has code for frames of real numbers (nn.spectrum), they are
// that.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/Importers.h"
#include "compiler/import/open/Choices.h"
#include "dialects/nn/audio/NnAudioOps.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;

namespace dlc::import {

namespace {
/// Matrices of more points are taken apart.
constexpr int64_t kLargestMatrix = 32;
/// Each has a factor in a table.
constexpr int64_t kMostPoints = int64_t(1) << 20;

class Transform {
public:
  Transform(Node &n, Type element, bool inverse)
      : n(n), element(element), sign(inverse ? 1 : -1) {}

  /// Along dimension 1 of x, [B, n, c] with c = 1 (real) or 2: [B, n, 2]. Only
  /// the first `kept` results are asked for.
  Value apply(Value x, int64_t kept, double scale) const {
    ArrayRef<int64_t> shape = Node::shapeOf(x);
    int64_t batch = shape[0], points = shape[1], parts = shape[2];
    int64_t first =
        points > kMostPoints * kMostPoints ? points : factor(points);
    if (points <= kLargestMatrix || first == 1)
      return product(x, kept, scale);
    if (points > kMostPoints)
      n.fail("a transform of " + Twine(points) + " points, but there may be " +
             Twine(kMostPoints) + " at most");
    int64_t second = points / first;
    // [B, j1, j2, c] -> [B, j2, j1, c] -> [B * j2, k1, 2]
    x = n.transpose(n.reshape(x, {batch, first, second, parts}), {0, 2, 1, 3});
    x = apply(n.reshape(x, {batch * second, first, parts}), first, 1);
    x = turned(n.reshape(x, {batch, second, first, 2}), points);
    // [B, j2, k1, 2] -> [B, k1, j2, 2] -> [B * k1, k2, 2]
    x = n.transpose(x, {0, 2, 1, 3});
    x = apply(n.reshape(x, {batch * first, second, 2}), second, scale);
    x = n.transpose(n.reshape(x, {batch, first, second, 2}), {0, 2, 1, 3});
    return n.slice(n.reshape(x, {batch, points, 2}), {0, 0, 0},
                   {batch, kept, 2});
  }

  /// The real numbers [B, points, 1] whose transform begins with x, [B, m, 2],
  /// and goes on with its mirror image.
  Value realFromHalf(Value x, int64_t points) const {
    int64_t batch = Node::shapeOf(x)[0], half = Node::shapeOf(x)[1];
    checkMatrix(points, half);
    SmallVector<double> matrix(half * 2 * points, 0);
    for (int64_t k = 0; k < std::min(half, points / 2 + 1); ++k)
      for (int64_t t = 0; t < points; ++t) {
        auto [cosine, sine] = root(k * t, points);
        bool isAlone = k == 0 || 2 * k == points;
        double scale = (isAlone ? 1.0 : 2.0) / static_cast<double>(points);
        matrix[2 * k * points + t] = scale * cosine;
        matrix[(2 * k + 1) * points + t] = -scale * sine;
      }
    Value flat = n.reshape(x, {batch, half * 2});
    Value constants = n.numbers(matrix, {half * 2, points}, element);
    return n.reshape(n.matmul(flat, constants), {batch, points, 1});
  }

private:
  /// The largest factor up to the root.
  static int64_t factor(int64_t points) {
    int64_t best = 1;
    for (int64_t i = 2; i * i <= points; ++i)
      if (points % i == 0)
        best = i;
    return best;
  }

  /// (cos, sin) of the angle of w_n^power.
  std::pair<double, double> root(int64_t power, int64_t points) const {
    constexpr double pi = 3.14159265358979323846;
    double angle = sign * 2 * pi * static_cast<double>(power % points) /
                   static_cast<double>(points);
    return {std::cos(angle), std::sin(angle)};
  }

  void checkMatrix(int64_t points, int64_t others) const {
    constexpr int64_t largest = int64_t(1) << 24;
    if (points * others > largest)
      n.fail("a transform of " + Twine(points) +
             " points needs a matrix that is too large; choose a length with "
             "small factors, and a transform of complex numbers");
  }

  Value product(Value x, int64_t kept, double scale) const {
    ArrayRef<int64_t> shape = Node::shapeOf(x);
    int64_t batch = shape[0], points = shape[1], parts = shape[2];
    checkMatrix(points, kept);
    SmallVector<double> matrix(points * parts * kept * 2);
    for (int64_t j = 0; j < points; ++j)
      for (int64_t k = 0; k < kept; ++k) {
        auto [cosine, sine] = root(j * k, points);
        double *row = &matrix[(j * parts * kept + k) * 2];
        row[0] = scale * cosine;
        row[1] = scale * sine;
        if (parts == 2) {
          row[2 * kept] = -scale * sine;
          row[2 * kept + 1] = scale * cosine;
        }
      }
    Value flat = n.reshape(x, {batch, points * parts});
    Value constants = n.numbers(matrix, {points * parts, kept * 2}, element);
    return n.reshape(n.matmul(flat, constants), {batch, kept, 2});
  }

  /// x, [B, j2, k1, 2], times w_n^(j2 k1).
  Value turned(Value x, int64_t points) const {
    Ints shape(Node::shapeOf(x));
    int64_t rows = shape[1], columns = shape[2];
    SmallVector<double> own, other;
    for (int64_t j = 0; j < rows; ++j)
      for (int64_t k = 0; k < columns; ++k) {
        auto [cosine, sine] = root(j * k, points);
        own.append({cosine, cosine});
        other.append({-sine, sine});
      }
    Value swapped = n.slice(x, {0, 0, 0, 1}, shape, {1, 1, 1, -1});
    auto constants = [&](ArrayRef<double> values) {
      return n.numbers(values, {rows, columns, 2}, element);
    };
    return n.add(n.mul(x, constants(own)), n.mul(swapped, constants(other)));
  }

  Node &n;
  Type element;
  double sign;
};

/// How many results there are of a transform of real numbers, whose second half
/// mirrors the first.
int64_t halfOf(int64_t points) { return points / 2 + 1; }

/// Whether frames of so many real numbers of a type are transformed as a whole.
bool isSpectrum(const Node &n, int64_t points) {
  return n.makesSpectra() && n.element().isF32() && points >= 32 &&
         points <= 4096 && llvm::isPowerOf2_64(static_cast<uint64_t>(points));
}

/// Frames of a vector of samples, `hop` apart: [frames, points / 2 + 1, 2].
Value spectrumOf(Node &n, Value samples, int64_t hop, ArrayRef<float> window,
                 int64_t points) {
  Builder b(n.context());
  return n.make<nn::SpectrumOp>(
      samples, {n.attr("hop", hop),
                n.attr("window", Attribute(b.getDenseF32ArrayAttr(window))),
                n.attr("fft_size", points)});
}

void requireFloats(Node &n, unsigned operand) {
  if (!n.element(operand).isF32() && !n.element(operand).isF64())
    n.fail("transforms of float and double are supported; cast to one of "
           "these");
}
} // namespace

namespace {
/// ONNX DFT, along one axis.
class Dft {
public:
  explicit Dft(Node &n)
      : n(n), rank(n.rank()), parts(n.shape().back()),
        inverse(n.boolAttr("inverse", false)),
        oneSided(n.boolAttr("onesided", false)), toReal(oneSided && inverse) {
    if (parts != 1 && parts != 2)
      n.fail("the input's last dimension is " + Twine(parts) +
             ", but must be 1 (real numbers) or 2 (complex ones)");
    if (oneSided && parts != (inverse ? 2 : 1))
      n.fail("attribute 'onesided' is 1, but the input's last dimension is " +
             Twine(parts) + "; it must be " +
             (inverse ? "2, for complex numbers" : "1, for real ones"));
  }

  Ints shapeFor(int64_t axis) const {
    Ints shape(n.shape());
    int64_t points = pointsFor(axis);
    shape[axis] = oneSided && !inverse ? halfOf(points) : points;
    shape.back() = toReal ? 1 : 2;
    return shape;
  }

  Value along(int64_t axis) {
    int64_t points = pointsFor(axis);
    if (points < 1)
      n.fail("one result of a transform does not say how many points it has; "
             "give input 'dft_length'");
    Value x = n.moveAxis(n.in(), axis, rank - 2);
    if (oneSided && !inverse && isSpectrum(n, points))
      return n.moveAxis(halfOfEach(x, points), rank - 2, axis);
    x = withPoints(x, points);
    Ints shape(Node::shapeOf(x));
    int64_t batch = batchOf(x);
    Transform transform(n, n.element(), inverse);
    Value flat = n.reshape(x, {batch, shape[rank - 2], parts});
    int64_t kept = oneSided && !inverse ? halfOf(points) : points;
    double scale = inverse ? 1.0 / static_cast<double>(points) : 1;
    Value y = toReal ? transform.realFromHalf(flat, points)
                     : transform.apply(flat, kept, scale);
    shape[rank - 2] = kept;
    shape[rank - 1] = toReal ? 1 : 2;
    return n.moveAxis(n.reshape(y, shape), rank - 2, axis);
  }

private:
  int64_t pointsFor(int64_t axis) const {
    int64_t present = n.shape()[axis];
    return n.has(1) ? n.constantInt(1, kSize)
           : toReal ? 2 * (present - 1)
                    : present;
  }

  int64_t batchOf(Value x) const {
    int64_t batch = 1;
    for (int64_t size : Node::shapeOf(x).drop_back(2))
      batch *= size;
    return batch;
  }

  /// The transforms of the real numbers along the last dimension but one, whose
  /// frames lie one behind the other.
  Value halfOfEach(Value x, int64_t points) {
    Ints shape(Node::shapeOf(x));
    int64_t size = std::min(points, shape[rank - 2]);
    shape[rank - 2] = size;
    x = n.slice(x, Ints(rank, 0), shape);
    Value samples = n.reshape(x, {batchOf(x) * size});
    SmallVector<float> ones(size, 1);
    Value y = spectrumOf(n, samples, size, ones, points);
    shape[rank - 2] = halfOf(points);
    shape[rank - 1] = 2;
    return n.reshape(y, shape);
  }

  /// `x` cut or padded to so many points along its last dimension but one.
  Value withPoints(Value x, int64_t points) {
    Ints shape(Node::shapeOf(x));
    int64_t present = shape[rank - 2];
    if (points == present || toReal)
      return x;
    Ints starts(rank, 0), pads(2 * rank, 0);
    shape[rank - 2] = std::min(points, present);
    x = n.slice(x, starts, shape);
    pads[2 * rank - 2] = points - shape[rank - 2];
    if (points <= present)
      return x;
    return n.make<nn::PadOp>(
        x, {n.attr("pads", pads),
            n.attr("mode",
                   nn::PadModeAttr::get(n.context(), nn::PadMode::Constant))});
  }

  Node &n;
  int64_t rank, parts;
  bool inverse, oneSided, toReal;
};
} // namespace

void importDFT(Node &n) {
  requireFloats(n, 0);
  n.requireRank(0, rankAtLeast(2));
  int64_t rank = n.rank();
  Dft dft(n);
  // The last dimension holds real and imaginary parts.
  if (n.opset() >= 20 && n.has(2) && !n.isConstant(2))
    return n.set(alongOpenAxis(
        n, 2, rank, rank - 1, [&](int64_t axis) { return dft.shapeFor(axis); },
        [&](int64_t axis) { return dft.along(axis); }));
  int64_t axis = n.opset() < 20 ? n.axisAttr("axis", 1, rank)
                 : n.has(2)     ? n.constantInt(2, axesOf(rank))
                                : rank - 2;
  axis += axis < 0 ? rank : 0;
  if (axis == rank - 1)
    n.fail("the axis is " + Twine(axis) +
           ", the last dimension, which holds real and imaginary parts");
  n.set(dft.along(axis));
}

void importSTFT(Node &n) {
  requireFloats(n, 0);
  n.requireRank(0, {2, 3});
  bool oneSided = n.boolAttr("onesided", true);
  int64_t batch = n.shape()[0], length = n.shape()[1];
  int64_t parts = n.rank() == 3 ? n.shape()[2] : 1;
  if (parts != 1 && parts != 2)
    n.fail("the signal's last dimension is " + Twine(parts) +
           ", but must be 1 (real numbers) or 2 (complex ones)");
  if (oneSided && parts == 2)
    n.fail("attribute 'onesided' is 1, but must be 0 for complex numbers");
  int64_t step = n.constantInt(1, kSize);
  if (!n.has(2) && !n.has(3))
    n.fail("inputs 'window' and 'frame_length' are both missing; one must give "
           "the length of a frame");
  int64_t frame = n.has(3) ? n.constantInt(3, kSize)
                           : Node::typeOf(n.in(2)).getNumElements();
  if (n.has(2))
    n.requireShape(2, frame, ", the length of a frame");
  if (frame > length)
    n.fail("a frame has " + Twine(frame) + " elements, but the signal has " +
           Twine(length));
  int64_t frames = (length - frame) / step + 1;
  bool isKnown = !n.has(2) || n.isConstant(2);
  if (batch == 1 && parts == 1 && oneSided && isKnown && isSpectrum(n, frame)) {
    SmallVector<float> window(frame, 1);
    if (n.has(2))
      llvm::transform(n.constantFloats(2), window.begin(),
                      [](double factor) { return static_cast<float>(factor); });
    Value samples = n.reshape(n.in(), {length});
    Value y = spectrumOf(n, samples, step, window, frame);
    return n.set(n.reshape(y, {batch, frames, halfOf(frame), 2}));
  }
  Ints positions;
  for (int64_t i = 0; i < frames; ++i)
    for (int64_t j = 0; j < frame; ++j)
      positions.push_back(i * step + j);
  Value x = n.reshape(n.in(), {batch, length, parts});
  x = n.make<nn::GatherOp>({x, n.integers(positions)}, n.attr("axis", 1));
  x = n.reshape(x, {batch * frames, frame, parts});
  if (n.has(2))
    x = n.mul(x, n.reshape(n.in(2), {frame, 1}));
  int64_t kept = oneSided ? halfOf(frame) : frame;
  Value y = Transform(n, n.element(), /*inverse=*/false).apply(x, kept, 1);
  n.set(n.reshape(y, {batch, frames, kept, 2}));
}

void importMelWeightMatrix(Node &n) {
  int64_t bands = n.constantInt(0, kSize), length = n.constantInt(1, kSize),
          rate = n.constantInt(2, kSize);
  double lower = n.constantFloat(3), upper = n.constantFloat(4);
  Type element = n.typeAttr("output_datatype", n.f32());
  if (!(lower >= 0) || !(upper >= lower))
    n.fail("the mel frequencies go from " + textOf(lower) + " to " +
           textOf(upper) + " hertz, but must rise from 0 or more");
  int64_t spectrum = halfOf(length);
  // Mel = 2595 log10(1 + f / 700); the bands' edges are evenly spaced in it.
  auto toMel = [](double f) { return 2595 * std::log10(1 + f / 700); };
  double low = toMel(lower), step = (toMel(upper) - low) / (bands + 2);
  Ints edges;
  for (int64_t i = 0; i < bands + 2; ++i) {
    double frequency = 700 * (std::pow(10, (low + i * step) / 2595) - 1);
    edges.push_back(
        static_cast<int64_t>(std::floor((length + 1) * frequency / rate)));
  }
  SmallVector<double> matrix(spectrum * bands, 0);
  auto at = [&](int64_t bin, int64_t band) -> double * {
    return bin >= 0 && bin < spectrum ? &matrix[bin * bands + band] : nullptr;
  };
  for (int64_t band = 0; band < bands; ++band) {
    int64_t begin = edges[band], centre = edges[band + 1],
            end = edges[band + 2];
    if (centre == begin) {
      if (double *one = at(centre, band))
        *one = 1;
    } else {
      for (int64_t bin = begin; bin <= centre; ++bin)
        if (double *one = at(bin, band))
          *one = static_cast<double>(bin - begin) / (centre - begin);
    }
    if (end > centre)
      for (int64_t bin = centre; bin < end; ++bin)
        if (double *one = at(bin, band))
          *one = static_cast<double>(end - bin) / (end - centre);
  }
  Value result = n.numbers(matrix, {spectrum, bands}, n.f64());
  n.set(n.cast(result, element));
}

} // namespace dlc::import
