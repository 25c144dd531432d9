//===- RangesApart.cpp - Intervals of ops that keep channels apart --------===//

#include "compiler/prune/ChannelAnalysis.h"
#include "compiler/prune/Weights.h"
#include "dialects/nn/interfaces/WideMultiplier.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;

namespace dlc::prune {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Functions that do not fall, on the whole line.
using Function = double (*)(double);

Function risingFunction(Operation *op) {
  return llvm::TypeSwitch<Operation *, Function>(op)
      .Case<nn::ExpOp>(
          [](auto) { return [](double x) { return std::exp(x); }; })
      .Case<nn::TanhOp>(
          [](auto) { return [](double x) { return std::tanh(x); }; })
      .Case<nn::ErfOp>(
          [](auto) { return [](double x) { return std::erf(x); }; })
      .Case<nn::SigmoidOp>(
          [](auto) { return [](double x) { return 1 / (1 + std::exp(-x)); }; })
      .Case<nn::AtanOp>(
          [](auto) { return [](double x) { return std::atan(x); }; })
      .Case<nn::SinhOp>(
          [](auto) { return [](double x) { return std::sinh(x); }; })
      .Case<nn::AsinhOp>(
          [](auto) { return [](double x) { return std::asinh(x); }; })
      .Default(Function(nullptr));
}

Function roundingFunction(Operation *op) {
  return llvm::TypeSwitch<Operation *, Function>(op)
      .Case<nn::FloorOp>(
          [](auto) { return [](double x) { return std::floor(x); }; })
      .Case<nn::CeilOp>(
          [](auto) { return [](double x) { return std::ceil(x); }; })
      .Case<nn::RoundOp>(
          [](auto) { return [](double x) { return std::nearbyint(x); }; })
      .Default(Function(nullptr));
}

Interval unary(Operation *op, Interval x) {
  bool isFloat = isa<FloatType>(tensorType(op->getOperand(0)).getElementType());
  if (isa<nn::ReluOp>(op))
    return maximum(x, Interval::point(0));
  if (isa<nn::NegOp>(op))
    return negate(x);
  if (isa<nn::AbsOp>(op))
    return absolute(x);
  if (auto clip = dyn_cast<nn::ClipOp>(op)) {
    std::optional<APFloat> low = clip.getMin(), high = clip.getMax();
    if (!isFloat && (x.isPoint() || !x.isBounded()))
      return Interval::all();
    return clamp(x, {low ? low->convertToDouble() : -infinity,
                     high ? high->convertToDouble() : infinity});
  }
  if (auto cast = dyn_cast<nn::CastOp>(op)) {
    // Small integers are exact in a float; other casts round or wrap.
    auto from =
        dyn_cast<IntegerType>(tensorType(cast.getInput()).getElementType());
    bool isExact = tensorType(cast).getElementType().isF32() &&
                   (!from || from.getWidth() <= 16);
    return isExact && !tensorType(cast.getInput()).getElementType().isF64()
               ? x
               : Interval::all();
  }
  if (!isFloat)
    return Interval::all();
  if (Function function = risingFunction(op))
    return rising(function, x);
  if (Function function = roundingFunction(op))
    return rounded(function, x);
  if (isa<nn::SqrtOp>(op) && x.low >= 0)
    return rising([](double v) { return std::sqrt(v); }, x);
  if (isa<nn::ReciprocalOp>(op))
    return divide(Interval::point(1), x);
  if (isa<nn::SinOp, nn::CosOp, nn::SignOp>(op))
    return {-1, 1};
  return Interval::all();
}

Interval binary(Operation *op, Interval a, Interval b) {
  if (isa<nn::AddOp>(op))
    return add(a, b);
  if (isa<nn::SubOp>(op))
    return subtract(a, b);
  if (isa<nn::MulOp>(op))
    return multiply(a, b);
  if (isa<nn::MinOp>(op))
    return minimum(a, b);
  if (isa<nn::MaxOp>(op))
    return maximum(a, b);
  // Integers truncate.
  if (!isa<FloatType>(tensorType(op->getResult(0)).getElementType()))
    return Interval::all();
  if (isa<nn::DivOp>(op))
    return divide(a, b);
  if (isa<nn::PreluOp>(op)) {
    Interval falling = multiply(minimum(a, Interval::point(0)), b);
    if (a.low >= 0)
      return a;
    return a.high < 0 ? falling : hull(maximum(a, Interval::point(0)), falling);
  }
  return Interval::all();
}

/// The two integers that a rescale makes of the ends; all that it can make
/// where its parameters are not one each.
Interval rescale(nn::RescaleOp op, int64_t channel, OperandRange operand) {
  using Wide = __int128;
  const auto least = double(int64_t(op.getMin())),
             greatest = double(int64_t(op.getMax()));
  Interval x = operand(0, channel), multiplier = operand(1, channel),
           addend = operand(2, channel), shift = operand(3, channel);
  // Nor is a multiplier of 64 bits.
  if (nn::isWideMultiplier(op.getMultiplier()) || !x.isBounded() ||
      !multiplier.isPoint() || multiplier.low < 0 || !addend.isPoint() ||
      !shift.isPoint())
    return {least, greatest};
  // An addend of more than 53 bits is not exact in a double.
  const Wide error = std::fabs(addend.low) > 0x1p53 ? 1 << 10 : 0;
  auto at = [&](double a, Wide off) {
    Wide v = Wide(a) * Wide(multiplier.low) + Wide(addend.low) + off;
    return double(int64_t(v >> int(shift.low)));
  };
  // Where it is a tie it may be one less.
  Interval result{at(std::ceil(x.low), -error) - (op.getTie() ? 1 : 0),
                  at(std::floor(x.high), error)};
  return clamp(result, {least, greatest});
}

Interval elementwise(Operation *op, int64_t channel, OperandRange operand) {
  if (auto rescale = dyn_cast<nn::RescaleOp>(op))
    return prune::rescale(rescale, channel, operand);
  if (isa<nn::SelectOp>(op))
    return hull(operand(1, channel), operand(2, channel));
  if (op->getNumOperands() == 1)
    return unary(op, operand(0, channel));
  if (op->getNumOperands() == 2)
    return binary(op, operand(0, channel), operand(1, channel));
  return Interval::all();
}

Interval quantize(nn::QuantizeOp op, int64_t channel, OperandRange operand) {
  Interval x = operand(0, channel), scale = operand(1, channel);
  Interval zero = op.getZeroPoint() ? operand(2, channel) : Interval::point(0);
  Interval type = rangeOfType(tensorType(op).getElementType());
  if (!scale.isPoint() || scale.low <= 0 || !zero.isPoint())
    return type;
  // As ONNX divides: in the precision of the scale.
  Interval quotient = divide(x, scale);
  if (quotient.isPoint() && tensorType(op.getScale()).getElementType().isF32())
    quotient = Interval::point(float(quotient.low));
  Interval nearest =
      rounded([](double v) { return std::nearbyint(v); }, quotient);
  return clamp(add(nearest, zero), type);
}

/// What lies outside the operand joins its values.
Interval withPadding(Interval x, Interval value, ArrayRef<int64_t> pads) {
  bool isPadded = llvm::any_of(pads, [](int64_t pad) { return pad > 0; });
  return isPadded ? hull(x, value) : x;
}

/// Elements less the zero point of an op that sums them.
Interval lessZeroPoint(Operation *op, Interval x) {
  return subtract(x, Interval::point(double(*inputZeroPoint(op))));
}

Interval averagePool(nn::AvgPoolOp op, Interval x) {
  if (accumulates(op)) {
    int64_t count = 1;
    for (int64_t extent : op.getKernel())
      count *= extent;
    // What lies in the padding is not summed.
    return withPadding(
        multiply(lessZeroPoint(op, x), Interval::point(double(count))),
        Interval::point(0), op.getPads());
  }
  // Elements of the padding are 0 and count as far as counted_pads says.
  return withPadding(x, Interval::point(0), op.getCountedPads());
}

Interval pad(nn::PadOp op, int64_t channel, OperandRange operand) {
  Interval x = operand(0, channel);
  if (op.getMode() != nn::PadMode::Constant)
    return x;
  Interval value = op.getValue() ? operand(1, channel) : Interval::point(0);
  return withPadding(x, value, op.getPads());
}

Interval reduce(nn::ReduceOp op, Interval x) {
  int64_t terms = 1;
  for (int64_t axis : op.getAxes())
    terms *= tensorType(op.getInput()).getDimSize(axis);
  switch (op.getKind()) {
  case nn::ReduceKind::Max:
  case nn::ReduceKind::Min:
    return terms ? x : Interval::all();
  case nn::ReduceKind::Mean:
    return terms && isa<FloatType>(tensorType(op).getElementType())
               ? x
               : Interval::all();
  case nn::ReduceKind::Sum:
    x = lessZeroPoint(op, x);
    return multiply(x, Interval::point(terms));
  case nn::ReduceKind::Prod:
    return Interval::all();
  }
  llvm_unreachable("all reductions are listed");
}

/// Of operands side by side along another dimension than the channels'.
Interval concat(nn::ConcatOp op, int64_t channel, OperandRange operand) {
  Interval range = operand(0, channel);
  for (unsigned i = 1; i < op.getInputs().size(); ++i)
    range = hull(range, operand(i, channel));
  return range;
}

} // namespace

Interval rangeApart(Operation *op, int64_t channel, OperandRange operand) {
  if (op->hasTrait<nn::ElementwiseOp>())
    return elementwise(op, channel, operand);
  return llvm::TypeSwitch<Operation *, Interval>(op)
      .Case([&](nn::QuantizeOp quantize) {
        return prune::quantize(quantize, channel, operand);
      })
      .Case([&](nn::DequantizeOp dequantize) {
        Interval x = operand(0, channel);
        if (dequantize.getZeroPoint())
          x = subtract(x, operand(2, channel));
        return multiply(x, operand(1, channel));
      })
      .Case([&](nn::AvgPoolOp pool) {
        return averagePool(pool, operand(0, channel));
      })
      .Case([&](nn::PadOp pad) { return prune::pad(pad, channel, operand); })
      .Case([&](nn::ReduceOp reduce) {
        return prune::reduce(reduce, operand(0, channel));
      })
      .Case([&](nn::ConcatOp concat) {
        return prune::concat(concat, channel, operand);
      })
      .Case<nn::SoftmaxOp>([](auto) { return Interval{0, 1}; })
      // A max pool's padding never wins; the others move elements or lie
      // between them.
      .Case<nn::MaxPoolOp, nn::TransposeOp, nn::ReshapeOp, nn::BroadcastOp,
            nn::SliceOp, nn::TileOp, nn::ResizeOp>(
          [&](auto) { return operand(0, channel); })
      .Default([](Operation *) { return Interval::all(); });
}

} // namespace dlc::prune
