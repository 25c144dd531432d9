//===- Unary.cpp - Evaluation of unary element-wise ops -------------------===//

#include "compiler/evaluate/Families.h"
#include "compiler/evaluate/Rows.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace dlc;
using namespace dlc::evaluate;

/// Applies fn to rows of the operand; a splat stays one.
template <typename From, typename To, typename Fn>
static Tensor map(RankedTensorType type, const Tensor &operand, Fn fn) {
  bool splat = operand.isSplat();
  Tensor result = splat ? Tensor::zeroSplat(type) : Tensor::zeros(type);
  From from[maxRow];
  To to[maxRow];
  int64_t size = splat ? 1 : type.getNumElements();
  for (int64_t begin = 0; begin < size; begin += maxRow) {
    size_t length = std::min(maxRow, size - begin);
    operand.load<From>(begin, 1, {from, length});
    for (size_t i = 0; i < length; ++i)
      to[i] = fn(from[i]);
    result.store<To>(begin, {to, length});
  }
  return result;
}

using FloatFunction = double (*)(double);

static FloatFunction floatFunction(Operation *op) {
  return llvm::TypeSwitch<Operation *, FloatFunction>(op)
      .Case<nn::AbsOp>(
          [](auto) { return [](double x) { return std::fabs(x); }; })
      .Case<nn::NegOp>([](auto) { return [](double x) { return -x; }; })
      .Case<nn::ExpOp>(
          [](auto) { return [](double x) { return std::exp(x); }; })
      .Case<nn::LogOp>(
          [](auto) { return [](double x) { return std::log(x); }; })
      .Case<nn::SqrtOp>(
          [](auto) { return [](double x) { return std::sqrt(x); }; })
      .Case<nn::ReciprocalOp>(
          [](auto) { return [](double x) { return 1 / x; }; })
      .Case<nn::SinOp>(
          [](auto) { return [](double x) { return std::sin(x); }; })
      .Case<nn::CosOp>(
          [](auto) { return [](double x) { return std::cos(x); }; })
      .Case<nn::TanOp>(
          [](auto) { return [](double x) { return std::tan(x); }; })
      .Case<nn::AsinOp>(
          [](auto) { return [](double x) { return std::asin(x); }; })
      .Case<nn::AcosOp>(
          [](auto) { return [](double x) { return std::acos(x); }; })
      .Case<nn::AtanOp>(
          [](auto) { return [](double x) { return std::atan(x); }; })
      .Case<nn::SinhOp>(
          [](auto) { return [](double x) { return std::sinh(x); }; })
      .Case<nn::CoshOp>(
          [](auto) { return [](double x) { return std::cosh(x); }; })
      .Case<nn::AsinhOp>(
          [](auto) { return [](double x) { return std::asinh(x); }; })
      .Case<nn::AcoshOp>(
          [](auto) { return [](double x) { return std::acosh(x); }; })
      .Case<nn::AtanhOp>(
          [](auto) { return [](double x) { return std::atanh(x); }; })
      .Case<nn::TanhOp>(
          [](auto) { return [](double x) { return std::tanh(x); }; })
      .Case<nn::ErfOp>(
          [](auto) { return [](double x) { return std::erf(x); }; })
      .Case<nn::SigmoidOp>(
          [](auto) { return [](double x) { return 1 / (1 + std::exp(-x)); }; })
      // NaN stays NaN.
      .Case<nn::ReluOp>(
          [](auto) { return [](double x) { return x < 0 ? 0 : x; }; })
      .Case<nn::FloorOp>(
          [](auto) { return [](double x) { return std::floor(x); }; })
      .Case<nn::CeilOp>(
          [](auto) { return [](double x) { return std::ceil(x); }; })
      .Case<nn::RoundOp>(
          [](auto) { return [](double x) { return std::nearbyint(x); }; })
      .Case<nn::SignOp>([](auto) {
        return [](double x) { return x > 0 ? 1.0 : x < 0 ? -1.0 : x; };
      })
      .Default(FloatFunction(nullptr));
}

/// Signed integers; unsigned ones differ only where a negative could appear.
using IntegerFunction = int64_t (*)(int64_t);

static IntegerFunction integerFunction(Operation *op, bool isUnsigned) {
  if (isUnsigned && isa<nn::AbsOp, nn::ReluOp>(op))
    return [](int64_t x) { return x; };
  if (isUnsigned && isa<nn::SignOp>(op))
    return [](int64_t x) { return int64_t(x != 0); };
  // Negation in unsigned arithmetic wraps at the smallest number.
  return llvm::TypeSwitch<Operation *, IntegerFunction>(op)
      .Case<nn::AbsOp>([](auto) {
        return [](int64_t x) { return x < 0 ? int64_t(-uint64_t(x)) : x; };
      })
      .Case<nn::NegOp>(
          [](auto) { return [](int64_t x) { return int64_t(-uint64_t(x)); }; })
      .Case<nn::ReluOp>(
          [](auto) { return [](int64_t x) { return x < 0 ? int64_t(0) : x; }; })
      .Case<nn::SignOp>([](auto) {
        return [](int64_t x) { return int64_t(x > 0) - int64_t(x < 0); };
      })
      .Case<nn::FloorOp, nn::CeilOp, nn::RoundOp>(
          [](auto) { return [](int64_t x) { return x; }; })
      .Case<nn::NotOp>(
          [](auto) { return [](int64_t x) { return int64_t(!x); }; })
      .Case<nn::BitNotOp>([](auto) { return [](int64_t x) { return ~x; }; })
      .Default(IntegerFunction(nullptr));
}

/// Clip bounds converted to the domain; NaN stays NaN.
template <typename C> static Tensor clip(nn::ClipOp op, const Tensor &operand) {
  std::optional<APFloat> min = op.getMin(), max = op.getMax();
  C low = min ? C(min->convertToDouble()) : C();
  C high = max ? C(max->convertToDouble()) : C();
  return map<C, C>(resultType(op), operand, [&](C x) {
    if (min && x < low)
      x = low;
    return max && x > high ? high : x;
  });
}

LogicalResult dlc::evaluate::evaluateUnary(Operation *op, Operands operands,
                                           Results &results) {
  const Tensor &operand = operands[0];
  RankedTensorType type = resultType(op);
  if (auto clipOp = dyn_cast<nn::ClipOp>(op)) {
    results.push_back(visitDomain(operand.domain(), [&](auto zero) {
      return clip<decltype(zero)>(clipOp, operand);
    }));
    return success();
  }
  if (isa<nn::IsNanOp>(op)) {
    results.push_back(map<double, uint64_t>(
        type, operand, [](double x) { return uint64_t(std::isnan(x)); }));
    return success();
  }
  if (auto isInf = dyn_cast<nn::IsInfOp>(op)) {
    bool positive = isInf.getDetectPositive(),
         negative = isInf.getDetectNegative();
    results.push_back(map<double, uint64_t>(type, operand, [=](double x) {
      return uint64_t(std::isinf(x) && (x > 0 ? positive : negative));
    }));
    return success();
  }
  if (operand.domain() == Domain::Float) {
    FloatFunction fn = floatFunction(op);
    if (!fn)
      return failure();
    results.push_back(map<double, double>(type, operand, fn));
    return success();
  }
  IntegerFunction fn =
      integerFunction(op, operand.domain() == Domain::Unsigned);
  if (!fn)
    return failure();
  results.push_back(map<int64_t, int64_t>(type, operand, fn));
  return success();
}

LogicalResult dlc::evaluate::compute(nn::CastOp op, Operands operands,
                                     Results &results) {
  results.push_back(visitDomain(operands[0].domain(), [&](auto zero) {
    using C = decltype(zero);
    return map<C, C>(resultType(op), operands[0], [](C x) { return x; });
  }));
  return success();
}
