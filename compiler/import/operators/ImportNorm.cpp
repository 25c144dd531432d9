//===- ImportNorm.cpp - Normalisations ------------------------------------===//

#include "compiler/import/Importers.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/Sequence.h"
#include <cmath>

using namespace mlir;
using Kind = dlc::nn::ReduceKind;

namespace dlc::import {

Normalised normalise(Node &n, Value x, ArrayRef<int64_t> axes, double epsilon) {
  Value mean = n.reduce(Kind::Mean, x, axes);
  Value centred = n.sub(x, mean);
  Value variance = n.reduce(Kind::Mean, n.mul(centred, centred), axes);
  Value inverse =
      n.unary<nn::ReciprocalOp>(n.unary<nn::SqrtOp>(n.add(variance, epsilon)));
  return {n.mul(centred, inverse), mean, inverse};
}

namespace {
/// A parameter vector that must have one entry for each channel (axis 1).
Value perChannel(Node &n, unsigned operand) {
  n.requireShape(operand, n.shape()[1], ", one entry for each channel");
  return n.cast(n.in(operand), n.element());
}

/// The input in the type that statistics are computed in: float32 for narrower
/// floats (stash_type 1, the default).
Value statisticsInput(Node &n) {
  Type stash = n.typeAttr("stash_type", n.f32());
  if (!stash.isF32())
    n.fail("attribute 'stash_type' is " +
           Twine(n.intAttr("stash_type", 1, kAnyInteger)) +
           ", but only 1 (float) is supported");
  return n.element().isF64() ? n.in() : n.cast(n.in(), stash);
}

/// A parameter that must broadcast to the input's shape.
void requireBroadcast(Node &n, unsigned operand) {
  auto joint = nn::broadcastShapes(n.shape(), n.shape(operand));
  if (!joint || ArrayRef<int64_t>(*joint) != n.shape())
    n.fail(n.inputText(operand) + " of shape " + shapeText(n.shape(operand)) +
           " does not broadcast to the input's shape " + shapeText(n.shape()));
}

Ints axesFrom(int64_t first, int64_t rank) {
  return llvm::to_vector(llvm::seq<int64_t>(first, rank));
}
} // namespace

namespace {
/// What is known about the constants of a batch normalisation.
struct NormConstants {
  /// scale / deviation is finite and normal, or 0 because scale is.
  bool oneFactor = true;
  /// mean * factor is of the size of the results, see below.
  bool smallMeans = true;
};

/// x * s + (bias - mean * s), with s = scale / deviation, is off by three units
/// in the last place of mean / deviation, in deviations of the result, where
/// the definition subtracts first and is exact for x near the mean. 16
/// deviations are 3e-6 in float32; a mean of air pressure in pascal is 10^5.
NormConstants examineConstants(Node &n, double epsilon) {
  constexpr double largestMean = 16;
  NormConstants result;
  for (unsigned i : {1u, 3u, 4u})
    if (!n.isConstant(i))
      return {true, false};
  auto scale = n.constantFloats(1), mean = n.constantFloats(3),
       variance = n.constantFloats(4);
  const llvm::fltSemantics &format =
      mlir::cast<FloatType>(n.element()).getFloatSemantics();
  double smallest =
      llvm::APFloat::getSmallestNormalized(format).convertToDouble();
  double largest = llvm::APFloat::getLargest(format).convertToDouble();
  for (auto [s, m, v] : llvm::zip_equal(scale, mean, variance)) {
    double deviation = std::sqrt(v + epsilon);
    double factor = std::fabs(s / deviation);
    result.oneFactor &=
        s == 0 ? deviation > 0 : factor >= smallest && factor <= largest;
    result.smallMeans &= std::fabs(m) <= largestMean * deviation;
  }
  return result;
}
} // namespace

void importBatchNormalization(Node &n) {
  if (n.boolAttr("training_mode", false) || n.wants(1))
    n.fail("training mode is not supported; export the model for inference");
  if (!n.boolAttr("spatial", true))
    n.fail("spatial = 0 is not supported");
  n.ignore({"momentum"}); // of training
  n.requireRank(0, rankAtLeast(2));
  double epsilon = n.floatAttr("epsilon", 1e-5f);
  Value scale = perChannel(n, 1), bias = perChannel(n, 2);
  Value mean = perChannel(n, 3), variance = perChannel(n, 4);
  Value deviation = n.unary<nn::SqrtOp>(n.add(variance, epsilon));
  auto along = [&](Value vector) { return n.alongAxis(vector, n.rank(), 1); };
  NormConstants known = examineConstants(n, epsilon);
  if (!known.oneFactor) {
    Value x = n.div(n.sub(n.in(), along(mean)), along(deviation));
    return n.set(n.add(n.mul(x, along(scale)), along(bias)));
  }
  Value factor = n.div(scale, deviation);
  if (!known.smallMeans) {
    Value x = n.mul(n.sub(n.in(), along(mean)), along(factor));
    return n.set(n.add(x, along(bias)));
  }
  // One scale and one offset for each channel, to fold into weights.
  Value offset = n.sub(bias, n.mul(mean, factor));
  n.set(n.add(n.mul(n.in(), along(factor)), along(offset)));
}

void importInstanceNormalization(Node &n) {
  n.requireRank(0, rankAtLeast(3));
  Value x =
      normalise(n, n.in(), axesFrom(2, n.rank()), n.floatAttr("epsilon", 1e-5f))
          .value;
  x = n.mul(x, n.alongAxis(perChannel(n, 1), n.rank(), 1));
  n.set(n.add(x, n.alongAxis(perChannel(n, 2), n.rank(), 1)));
}

void importGroupNormalization(Node &n) {
  n.requireRank(0, rankAtLeast(3));
  ArrayRef<int64_t> shape = n.shape();
  int64_t groups = n.intAttr("num_groups", 0, kSize);
  if (shape[1] % groups != 0)
    n.fail("attribute 'num_groups' is " + Twine(groups) +
           ", which does not divide " + Twine(shape[1]) + " channels");
  Ints split{shape[0], groups, shape[1] / groups};
  split.append(shape.begin() + 2, shape.end());
  int64_t rank = split.size();
  Value x = n.reshape(statisticsInput(n), split);
  x = normalise(n, x, axesFrom(2, rank), n.floatAttr("epsilon", 1e-5f)).value;
  x = n.cast(x, n.element());
  // Operator set 18 has parameters for each group, 21 for each channel.
  auto parameter = [&](unsigned operand) {
    int64_t count = n.opset() < 21 ? groups : shape[1];
    n.requireShape(operand, count,
                   n.opset() < 21 ? ", one entry for each group"
                                  : ", one entry for each channel");
    Ints along(rank, 1);
    along[1] = groups;
    along[2] = count / groups;
    return n.reshape(n.in(operand), along);
  };
  x = n.add(n.mul(x, parameter(1)), parameter(2));
  n.set(n.reshape(x, shape));
}

void importLayerNormalization(Node &n) {
  Ints axes = axesFrom(n.axisAttr("axis", -1, n.rank()), n.rank());
  Type element = n.element();
  Value x = statisticsInput(n);
  Normalised result = normalise(n, x, axes, n.floatAttr("epsilon", 1e-5f));
  requireBroadcast(n, 1);
  Value y = n.mul(n.cast(result.value, element), n.in(1));
  if (n.has(2)) {
    requireBroadcast(n, 2);
    y = n.add(y, n.in(2));
  }
  n.set(0, y);
  n.set(1, result.mean);
  n.set(2, result.inverseDeviation);
}

void importRMSNormalization(Node &n) {
  Ints axes = axesFrom(n.axisAttr("axis", -1, n.rank()), n.rank());
  Value x = statisticsInput(n);
  Value square = n.reduce(Kind::Mean, n.mul(x, x), axes);
  Value inverse = n.unary<nn::ReciprocalOp>(
      n.unary<nn::SqrtOp>(n.add(square, n.floatAttr("epsilon", 1e-5f))));
  requireBroadcast(n, 1);
  // The result has the type of the scale, which may not be the input's.
  Value y = n.mul(n.cast(n.mul(x, inverse), n.element(1)), n.in(1));
  n.set(y);
}

void importMeanVarianceNormalization(Node &n) {
  Ints axes = n.axesAttr("axes", n.rank()).value_or(Ints());
  if (axes.empty()) {
    n.requireRank(0, rankAtLeast(4), " when axes are left out");
    axes = {0, 2, 3};
  }
  llvm::sort(axes);
  Value x = n.in();
  Value centred = n.sub(x, n.reduce(Kind::Mean, x, axes));
  Value variance = n.reduce(Kind::Mean, n.mul(centred, centred), axes);
  // ONNX's definition adds the epsilon to the deviation.
  Value deviation = n.add(n.unary<nn::SqrtOp>(variance), 1e-9);
  n.set(n.div(centred, deviation));
}

void importLpNormalization(Node &n) {
  Value x = n.in();
  int64_t axis = n.axisAttr("axis", -1, n.rank());
  int64_t p = n.intAttr("p", 2, {1, 2});
  Value norm =
      p == 1 ? n.reduce(Kind::Sum, n.unary<nn::AbsOp>(x), axis)
             : n.unary<nn::SqrtOp>(n.reduce(Kind::Sum, n.mul(x, x), axis));
  // A zero vector stays zero.
  Value isZero =
      n.compare(nn::ComparePredicate::EQ, norm, n.scalarLike(norm, 0));
  n.set(n.div(x, n.select(isZero, n.scalarLike(norm, 1), norm)));
}

void importLRN(Node &n) {
  n.requireRank(0, rankAtLeast(2));
  n.set(n.make<nn::LrnOp>(n.in(), {n.attr("size", n.intAttr("size", 0, kSize)),
                                   n.attr("alpha", n.floatAttr("alpha", 1e-4f)),
                                   n.attr("beta", n.floatAttr("beta", 0.75f)),
                                   n.attr("bias", n.floatAttr("bias", 1)),
                                   n.attr("axis", 1)}));
}

} // namespace dlc::import
