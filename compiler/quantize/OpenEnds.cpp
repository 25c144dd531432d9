//===- OpenEnds.cpp - Sums of integers that stay real numbers -------------===//
//
// The last layer of a network whose outputs are floats, or one before an op
// that has no form in integers.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/OpenEnds.h"
#include "compiler/quantize/Build.h"
#include "compiler/quantize/sums/Accumulate.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace dlc::quantize {

static std::vector<float> floatsOf(const Spread<Fraction> &numbers) {
  std::vector<float> floats;
  for (const Fraction &number : numbers.values)
    floats.push_back(float(number.approximate()));
  return floats;
}

/// The offset as integers in units of the factor, if that is what it is.
static std::optional<Spread<int64_t>> unitsOf(const Spread<Fraction> &offset,
                                              const Spread<Fraction> &factor) {
  bool whole = true;
  auto units = combine(
      [&](const Fraction &a, const Fraction &b) -> int64_t {
        Fraction quotient = a / b;
        whole &= quotient.isInteger() && Fraction(INT32_MIN) < quotient &&
                 quotient < Fraction(INT32_MAX);
        return whole ? int64_t(quotient.numerator()) : 0;
      },
      offset, factor);
  return whole ? units : std::nullopt;
}

/// Adds the bias to the accumulators where they have room for it.
static bool addUnits(OpBuilder &builder, Term &term,
                     const Spread<int64_t> &units) {
  auto moved = combine(
      [](Reach reach, int64_t by) {
        return Reach{reach.least + by, reach.greatest + by};
      },
      term.reach, units);
  if (!moved || !llvm::all_of(moved->values, [&](Reach reach) {
        return fitsAccumulator(term.integers, reach);
      }))
    return false;
  term.integers =
      addToAccumulator(builder, term.integers.getLoc(), term.integers, units);
  return true;
}

Value dequantiseSums(OpBuilder &builder, LinearReader &linear, Operation *op) {
  if (!isa<nn::ConvOp, nn::MatmulOp>(op) ||
      !typeOf(op->getResult(0)).getElementType().isF32())
    return {};
  std::optional<Linear> sum = linear.read(op->getResult(0));
  if (!sum || sum->terms.size() != 1 || !sum->terms.front().isAccumulator)
    return {};
  Term &term = sum->terms.front();
  // A scale for all, or one for each position along one dimension.
  Spread<Fraction> factor = term.factor.collapsed();
  const int64_t rank = typeOf(op->getResult(0)).getRank();
  if (!factor.isOne() && int64_t(factor.size()) != factor.shape.front())
    return {};
  Location loc = op->getLoc();
  auto units = unitsOf(sum->offset, term.factor);
  bool added = units && addUnits(builder, term, *units);
  Value real = buildDequantize(builder, loc, term.integers, floatsOf(factor),
                               rank - int64_t(factor.shape.size()));
  if (added || sum->offset.collapsed().values == std::vector<Fraction>{0})
    return real;
  Spread<Fraction> offset = sum->offset.collapsed();
  return nn::AddOp::create(
      builder, loc, real.getType(), real,
      buildFloats(builder, loc, floatsOf(offset), offset.shape));
}

} // namespace dlc::quantize
