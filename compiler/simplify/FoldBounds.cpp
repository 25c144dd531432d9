//===- FoldBounds.cpp - What may be folded into weights -------------------===//

#include "compiler/simplify/FoldBounds.h"
#include "compiler/evaluate/Evaluate.h"
#include "compiler/evaluate/Tensor.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NnOps.h"
#include <cmath>

using namespace mlir;
using dlc::evaluate::Tensor;

namespace dlc::simplify {

bool isConstant(Value value) {
  if (nn::constantOf(value))
    return true;
  Operation *op = value.getDefiningOp();
  return op && isa<nn::NnDialect>(op->getDialect()) &&
         llvm::all_of(op->getOperands(), isConstant);
}

static FailureOr<Tensor> valueOf(Value constant) {
  if (ElementsAttr elements = nn::constantOf(constant))
    return Tensor::view(elements);
  auto result = cast<OpResult>(constant);
  SmallVector<Tensor> operands, results;
  for (Value operand : result.getOwner()->getOperands()) {
    FailureOr<Tensor> tensor = valueOf(operand);
    if (failed(tensor))
      return failure();
    operands.push_back(*tensor);
  }
  if (failed(evaluate::evaluateOp(result.getOwner(), operands, results)))
    return failure();
  return results[result.getResultNumber()];
}

namespace {
/// A product or quotient, rounded to a format.
struct Scaled {
  double value;
  bool exact;
};

/// The numbers of one float format.
class Format {
public:
  explicit Format(Type element)
      : type(cast<FloatType>(element)),
        smallest(
            numberOf(APFloat::getSmallestNormalized(type.getFloatSemantics()))),
        largest(numberOf(APFloat::getLargest(type.getFloatSemantics()))) {}

  double round(double x) const {
    if (type.isF64())
      return x;
    if (type.isF32())
      return static_cast<float>(x);
    APFloat number(x);
    bool inexact;
    number.convert(type.getFloatSemantics(), APFloat::rmNearestTiesToEven,
                   &inexact);
    return number.convertToDouble();
  }

  Scaled scale(double x, double factor, bool divides) const {
    double value = round(divides ? x / factor : x * factor);
    double rest =
        divides ? std::fma(value, factor, -x) : std::fma(x, factor, -value);
    return {value, rest == 0};
  }

  bool isNormal(double x) const { return std::fabs(x) >= smallest; }

  /// As weights are: what they are multiplied with may come within 2^20 (2^8 in
  /// half precision) of the largest number.
  bool isRoomy(double x) const {
    return std::fabs(x) <= std::min(0x1p20, std::sqrt(largest));
  }

private:
  static double numberOf(const APFloat &x) { return x.convertToDouble(); }

  FloatType type;
  double smallest, largest;
};
} // namespace

/// Few enough digits that products with data of as few, as pixels and samples
/// are, and sums of these are exact in float32.
static bool isShort(double x) {
  constexpr double limit = 256;
  int exponent;
  double digits = std::frexp(x, &exponent) * limit;
  return digits == std::trunc(digits);
}

/// Calls fn(value, position along `dim`) for all elements in their order; the
/// position is 0 when `dim` is -1.
static void forEachElement(const Tensor &tensor, int64_t dim,
                           function_ref<void(double, int64_t)> fn) {
  constexpr int64_t chunk = 1024;
  int64_t inner = 1, extent = 1;
  if (dim >= 0) {
    extent = tensor.getShape()[dim];
    for (int64_t size : tensor.getShape().drop_front(dim + 1))
      inner *= size;
  }
  SmallVector<double> buffer;
  for (int64_t first = 0, size = tensor.size(); first < size; first += chunk) {
    buffer.resize(std::min(chunk, size - first));
    tensor.load<double>(first, 1, buffer);
    for (auto [i, value] : llvm::enumerate(buffer))
      fn(value, (first + int64_t(i)) / inner % extent);
  }
}

namespace {
/// Constant numbers, one for each channel or one for all.
struct Vector {
  SmallVector<double> values;

  double operator[](int64_t channel) const {
    return values[values.size() == 1 ? 0 : channel];
  }
};

/// What a scale makes of the weights of one sum.
struct ChannelProducts {
  double largest = 0;
  bool finite = true;
  bool normal = true; // or 0 because an operand is
  bool roomy = true;  // far from the largest number, or not enlarged
  bool shortWeights = true;
  bool shortProducts = true; // and exact
};
} // namespace

/// Zero for a value that is not there.
static FailureOr<Vector> vectorOf(Value value) {
  if (!value)
    return Vector{{0}};
  FailureOr<Tensor> tensor = valueOf(value);
  if (failed(tensor) || tensor->size() == 0)
    return failure();
  return Vector{tensor->values<double>()};
}

static SmallVector<ChannelProducts> productsOf(const Tensor &weights,
                                               int64_t dim, const Vector &scale,
                                               bool divides) {
  Format format(weights.getElementType());
  SmallVector<ChannelProducts> result(dim < 0 ? 1 : weights.getShape()[dim]);
  forEachElement(weights, dim, [&](double weight, int64_t channel) {
    ChannelProducts &products = result[channel];
    double factor = scale[channel];
    Scaled product = format.scale(weight, factor, divides);
    bool isZero = weight == 0 || (!divides && factor == 0);
    products.largest = std::max(products.largest, std::fabs(product.value));
    products.finite &= std::isfinite(product.value);
    products.normal &= isZero || format.isNormal(product.value);
    products.roomy &= format.isRoomy(product.value) ||
                      std::fabs(product.value) <= std::fabs(weight);
    products.shortProducts &= product.exact && isShort(product.value);
    products.shortWeights &= isShort(weight);
  });
  return result;
}

/// Finite and normal; or so much smaller than the largest weight of the sum
/// that digits of it do not show, unless what it is multiplied with is 2^76
/// times as large as what the largest is.
static bool keepsDigits(const Format &format, const ChannelProducts &products) {
  return products.finite &&
         (products.normal || format.isNormal(products.largest * 0x1p-100));
}

bool isFinite(Value constant) {
  FailureOr<Tensor> tensor = valueOf(constant);
  if (failed(tensor))
    return false;
  bool finite = true;
  forEachElement(*tensor, -1,
                 [&](double x, int64_t) { finite &= std::isfinite(x); });
  return finite;
}

bool canScaleWeights(Value weights, int64_t dim, Value factors) {
  FailureOr<Tensor> w = valueOf(weights);
  FailureOr<Vector> s = vectorOf(factors);
  if (failed(w) || failed(s))
    return false;
  Format format(w->getElementType());
  return llvm::all_of(productsOf(*w, dim, *s, /*divides=*/false),
                      [&](const ChannelProducts &products) {
                        return keepsDigits(format, products);
                      });
}

bool canScaleSums(const SumWeights &sums, const ChannelScale &scale) {
  FailureOr<Tensor> w = valueOf(sums.weights);
  FailureOr<Vector> s = vectorOf(scale.vector), b = vectorOf(sums.bias);
  if (failed(w) || failed(s) || failed(b))
    return false;
  Format format(w->getElementType());
  auto channels = productsOf(*w, sums.channelDim, *s, scale.divides);
  for (auto [channel, products] : llvm::enumerate(channels)) {
    Scaled bias = format.scale((*b)[channel], (*s)[channel], scale.divides);
    if (!keepsDigits(format, products) || !std::isfinite(bias.value))
      return false;
    // A term must not overflow where the sum does not, or has a sign.
    if (!products.roomy)
      return false;
    if (products.shortWeights && !(products.shortProducts && bias.exact))
      return false;
  }
  return true;
}

bool canAddToBias(const SumWeights &sums, Value offsets) {
  FailureOr<Tensor> w = valueOf(sums.weights);
  FailureOr<Vector> t = vectorOf(offsets), b = vectorOf(sums.bias);
  if (failed(w) || failed(t) || failed(b))
    return false;
  Format format(w->getElementType());
  // Where sums lie in several dimensions, one for all.
  auto channels = productsOf(*w, sums.channelDim, Vector{{1}}, false);
  size_t count =
      std::max({b->values.size(), t->values.size(), size_t(channels.size())});
  for (size_t channel = 0; channel < count; ++channel) {
    double bias = (*b)[channel], offset = (*t)[channel];
    double sum = format.round(bias + offset);
    if (!std::isfinite(sum))
      return false;
    bool exact = sum - bias == offset && sum - offset == bias;
    bool isShort = channels[channels.size() == 1 ? 0 : channel].shortWeights;
    if (isShort && !exact)
      return false;
  }
  return true;
}

bool canMoveOffsets(const SumWeights &sums, int64_t inputDim, Value offsets) {
  FailureOr<Tensor> w = valueOf(sums.weights);
  FailureOr<Vector> t = vectorOf(offsets), b = vectorOf(sums.bias);
  if (failed(w) || failed(t) || failed(b))
    return false;
  ArrayRef<int64_t> shape = w->getShape();
  int64_t channels = shape[sums.channelDim];
  SmallVector<double> moved(channels, 0), terms(channels, 0);
  int64_t inner = 1;
  for (int64_t extent : shape.drop_front(sums.channelDim + 1))
    inner *= extent;
  int64_t position = 0;
  forEachElement(*w, inputDim, [&](double weight, int64_t input) {
    int64_t channel = position++ / inner % channels;
    moved[channel] += std::fabs(weight * (*t)[input]);
    terms[channel] += weight != 0;
  });
  // A sum of n products is off by n units in the last place of their
  // magnitudes; w t is in them now, where x + t may have been 0. Eight units of
  // the bias, 5e-7 of it in float32, do not show beside it.
  constexpr double units = 8;
  for (int64_t channel = 0; channel < channels; ++channel) {
    double bias = std::fabs((*b)[channel]);
    if (!std::isfinite(bias) ||
        !(terms[channel] * moved[channel] <= units * bias))
      return false;
  }
  return true;
}

} // namespace dlc::simplify
