//===- ImportElementwise.cpp - Arithmetic, logic and activations ----------===//

#include "compiler/import/Importers.h"
#include "dialects/nn/Constants.h"

using namespace mlir;

namespace dlc::import {

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

void importPow(Node &n) {
  Value base = n.in(0), exponent = n.in(1);
  Type element = n.element(0);
  if (n.element(1) == element || isa<FloatType>(element)) {
    n.set(n.binary<nn::PowOp>(base, n.cast(exponent, element)));
    return;
  }
  // An integer to a power of another type: as real numbers, then back.
  Type wide = isa<FloatType>(n.element(1)) ? n.element(1) : n.f64();
  Value power = n.binary<nn::PowOp>(n.cast(base, wide), n.cast(exponent, wide));
  n.set(n.cast(power, element));
}

namespace {
/// The remainder with the sign of the divisor, zeros included.
Value floorMod(Node &n, Value x, Value y) {
  Value rest = n.make<nn::ModOp>({x, y}, n.attr("fmod", true));
  auto isNegative = [&](Value value) {
    return n.compare(nn::ComparePredicate::LT, value, n.scalarLike(value, 0));
  };
  Value zero =
      n.select(isNegative(y), n.scalarLike(y, -0.0), n.scalarLike(y, 0.0));
  Value differs = n.binary<nn::XorOp>(isNegative(rest), isNegative(y));
  Value moved = n.select(differs, n.add(rest, y), rest);
  Value isZero =
      n.compare(nn::ComparePredicate::EQ, rest, n.scalarLike(rest, 0));
  return n.select(isZero, zero, moved);
}
} // namespace

void importMod(Node &n) {
  bool fmod = n.boolAttr("fmod", false);
  n.checkBroadcast({n.in(0), n.in(1)});
  if (!fmod && isa<FloatType>(n.element())) {
    if (n.opset() < 28)
      n.fail("attribute 'fmod' is 0, but must be 1 for floating-point inputs");
    return n.set(floorMod(n, n.in(0), n.in(1)));
  }
  n.set(n.make<nn::ModOp>({n.in(0), n.in(1)}, n.attr("fmod", fmod)));
}

/// A shift of signed integers, which came with operator set 26, by less than 0
/// or by more than there are bits leaves the sign, as by all bits but it.
static Value signedShift(Node &n, Value shift) {
  Type element = Node::elementOf(shift);
  if (element.isUnsignedInteger())
    return shift;
  double most = element.getIntOrFloatBitWidth() - 1;
  Value tooLow =
      n.compare(nn::ComparePredicate::LT, shift, n.scalarLike(shift, 0));
  Value least = n.binary<nn::MinOp>(shift, n.scalarLike(shift, most));
  return n.select(tooLow, n.scalarLike(shift, most), least);
}

void importBitShift(Node &n) {
  if (n.choiceAttr("direction", "", {"LEFT", "RIGHT"}) == "LEFT")
    n.set(n.binary<nn::ShiftLeftOp>(n.in(0), n.in(1)));
  else
    n.set(n.binary<nn::ShiftRightOp>(n.in(0), signedShift(n, n.in(1))));
}

void importMean(Node &n) {
  importVariadic<nn::AddOp>(n);
  n.set(n.div(n.results()[0], static_cast<double>(n.numInputs())));
}

//===----------------------------------------------------------------------===//
// Comparison and selection
//===----------------------------------------------------------------------===//

void importCompare(Node &n) {
  using P = nn::ComparePredicate;
  P predicate = llvm::StringSwitch<P>(n.op())
                    .Case("Equal", P::EQ)
                    .Case("Less", P::LT)
                    .Case("LessOrEqual", P::LE)
                    .Case("Greater", P::GT)
                    .Case("GreaterOrEqual", P::GE);
  n.set(n.compare(predicate, n.in(0), n.in(1)));
}

void importWhere(Node &n) { n.set(n.select(n.in(0), n.in(1), n.in(2))); }

void importIsInf(Node &n) {
  n.set(n.make<nn::IsInfOp>(
      n.in(),
      {n.attr("detect_positive", n.boolAttr("detect_positive", true)),
       n.attr("detect_negative", n.boolAttr("detect_negative", true))}));
}

//===----------------------------------------------------------------------===//
// Conversion
//===----------------------------------------------------------------------===//

/// What matters for 8-bit floats only, which are not supported.
static void readNarrowing(Node &n) {
  n.boolAttr("saturate", true);
  n.choiceAttr("round_mode", "up", {"up", "down", "nearest"});
}

/// Integers of 2 and 4 bits come from constants and quantisation.
static Value castTo(Node &n, Type element) {
  unsigned bits = element.getIntOrFloatBitWidth();
  if (bits > 1 && bits < 8 && element != n.element() && !n.isConstant(0))
    n.fail("conversion to integers of " + Twine(bits) +
           " bits is not supported but by QuantizeLinear");
  return n.cast(n.in(), element);
}

void importCast(Node &n) {
  readNarrowing(n);
  n.set(castTo(n, n.typeAttr("to", nullptr)));
}

void importCastLike(Node &n) {
  readNarrowing(n);
  n.set(castTo(n, n.element(1)));
}

void importIdentity(Node &n) { n.set(n.in()); }

void importDropout(Node &n) {
  // Operand 2 is training_mode, operand 1 the ratio (attributes before 12).
  double ratio =
      n.isConstant(1) ? n.constantFloat(1) : n.floatAttr("ratio", 0.5);
  if (!(ratio >= 0 && ratio < 1))
    n.fail(n.sourceText(1, "ratio") + " is " + textOf(ratio) +
           ", but must be at least 0 and less than 1");
  if (n.has(2) && n.constantInt(2, {0, 1}) != 0 &&
      (!n.has(1) || n.constantFloat(1) != 0))
    n.fail("training mode is not supported; export the model for inference");
  n.ignore({"seed"});
  n.set(n.in());
  Type mask = n.opset() < 10 ? n.element() : n.i1();
  if (n.wants(1))
    n.set(1, n.splat(n.shape(), mask, 1));
}

//===----------------------------------------------------------------------===//
// Clip
//===----------------------------------------------------------------------===//

namespace {
/// A bound as nn.clip's double, unless a large integer would lose digits.
std::optional<double> exactBound(Node &n, unsigned operand) {
  constexpr int64_t kExact = int64_t(1) << 53;
  if (!n.isConstant(operand))
    return std::nullopt;
  if (isa<FloatType>(n.element(operand)))
    return n.constantFloat(operand);
  int64_t value = n.constantInt(operand, kAnyInteger);
  if (value > kExact || value < -kExact)
    return std::nullopt;
  return static_cast<double>(value);
}
} // namespace

void importClip(Node &n) {
  std::optional<double> min, max;
  if (n.opset() < 11) {
    if (n.hasAttr("min"))
      min = n.floatAttr("min", 0);
    if (n.hasAttr("max"))
      max = n.floatAttr("max", 0);
    n.set(n.clip(n.in(), min, max));
    return;
  }
  if (n.has(1))
    min = exactBound(n, 1);
  if (n.has(2))
    max = exactBound(n, 2);
  if (n.has(1) == min.has_value() && n.has(2) == max.has_value()) {
    n.set(n.clip(n.in(), min, max));
    return;
  }
  Value x = n.in();
  for (unsigned i : {1u, 2u})
    if (n.has(i) && Node::typeOf(n.in(i)).getNumElements() != 1)
      n.fail(n.inputText(i) + " has the shape " + shapeText(n.shape(i)) +
             ", but must be one number");
  if (n.has(1))
    x = n.binary<nn::MaxOp>(x, n.reshape(n.in(1), {}));
  if (n.has(2))
    x = n.binary<nn::MinOp>(x, n.reshape(n.in(2), {}));
  n.set(x);
}

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

namespace {
Value positive(Node &n, Value x) { return n.unary<nn::ReluOp>(x); }
Value negative(Node &n, Value x) { return n.clip(x, std::nullopt, 0.0); }

/// alpha * (exp(x / alpha) - 1) of the negative part: no overflow where x is
/// large and the result is not used.
Value scaledExp(Node &n, Value x, double alpha, double inside) {
  Value low = negative(n, x);
  if (inside != 1)
    low = n.div(low, inside);
  Value grown = n.sub(n.unary<nn::ExpOp>(low), 1);
  return alpha == 1 ? grown : n.mul(grown, alpha);
}

/// log(1 + exp(x)) without overflow: max(x, 0) + log(1 + exp(-|x|)).
Value softplus(Node &n, Value x) {
  Value small = n.unary<nn::ExpOp>(n.unary<nn::NegOp>(n.unary<nn::AbsOp>(x)));
  return n.add(positive(n, x), n.unary<nn::LogOp>(n.add(small, 1)));
}
} // namespace

void importLeakyRelu(Node &n) {
  Value slope = n.scalarLike(n.in(), n.floatAttr("alpha", 0.01f));
  n.set(n.binary<nn::PreluOp>(n.in(), slope));
}

void importPRelu(Node &n) {
  Value slope = n.in(1);
  // Models older than operator set 7 give one slope for each channel.
  auto broadcast = nn::broadcastShapes(n.shape(0), n.shape(1));
  if (!broadcast && n.rank(1) == 1 && n.rank(0) > 1 &&
      n.shape(1)[0] == n.shape(0)[1])
    slope = n.alongAxis(slope, n.rank(0), 1);
  broadcast = nn::broadcastShapes(n.shape(0), Node::shapeOf(slope));
  if (!broadcast || ArrayRef<int64_t>(*broadcast) != n.shape(0))
    n.fail("input 'slope' of shape " + shapeText(n.shape(1)) +
           " does not broadcast to the input's shape " + shapeText(n.shape(0)));
  n.set(n.binary<nn::PreluOp>(n.in(0), slope));
}

void importElu(Node &n) {
  Value x = n.in();
  n.set(n.add(positive(n, x), scaledExp(n, x, n.floatAttr("alpha", 1), 1)));
}

void importCelu(Node &n) {
  Value x = n.in();
  double alpha = n.floatAttr("alpha", 1);
  n.set(n.add(positive(n, x), scaledExp(n, x, alpha, alpha)));
}

void importSelu(Node &n) {
  Value x = n.in();
  double alpha = n.floatAttr("alpha", 1.67326319217681884765625);
  double gamma = n.floatAttr("gamma", 1.05070102214813232421875);
  n.set(n.mul(n.add(positive(n, x), scaledExp(n, x, alpha, 1)), gamma));
}

void importThresholdedRelu(Node &n) {
  Value x = n.in();
  Value above = n.compare(nn::ComparePredicate::GT, x,
                          n.scalarLike(x, n.floatAttr("alpha", 1)));
  n.set(n.select(above, x, n.scalarLike(x, 0)));
}

void importHardSigmoid(Node &n) {
  Value line = n.add(n.mul(n.in(), n.floatAttr("alpha", 0.2f)),
                     n.floatAttr("beta", 0.5f));
  n.set(n.clip(line, 0, 1));
}

void importHardSwish(Node &n) {
  Value gate = n.clip(n.add(n.mul(n.in(), 1.0 / 6), 0.5), 0, 1);
  n.set(n.mul(n.in(), gate));
}

void importSwish(Node &n) {
  Value x = n.in();
  double alpha = n.floatAttr("alpha", 1);
  Value inside = alpha == 1 ? x : n.mul(x, alpha);
  n.set(n.mul(x, n.unary<nn::SigmoidOp>(inside)));
}

void importSoftplus(Node &n) { n.set(softplus(n, n.in())); }

void importSoftsign(Node &n) {
  n.set(n.div(n.in(), n.add(n.unary<nn::AbsOp>(n.in()), 1)));
}

void importMish(Node &n) {
  n.set(n.mul(n.in(), n.unary<nn::TanhOp>(softplus(n, n.in()))));
}

Value buildGelu(Node &n, Value x, bool tanh) {
  Value inside;
  if (!tanh) {
    inside = n.unary<nn::ErfOp>(n.mul(x, 0.70710678118654752440)); // sqrt(1/2)
  } else {
    // sqrt(2/pi) * (x + 0.044715 x^3)
    Value cubic = n.mul(n.mul(n.mul(x, x), x), 0.044715);
    inside =
        n.unary<nn::TanhOp>(n.mul(n.add(x, cubic), 0.79788456080286535588));
  }
  return n.mul(n.mul(x, 0.5), n.add(inside, 1));
}

void importGelu(Node &n) {
  std::string form = n.choiceAttr("approximate", "none", {"none", "tanh"});
  n.set(buildGelu(n, n.in(), form == "tanh"));
}

void importShrink(Node &n) {
  Value x = n.in();
  double lambda = n.floatAttr("lambd", 0.5), bias = n.floatAttr("bias", 0);
  Value low = n.compare(nn::ComparePredicate::LT, x, n.scalarLike(x, -lambda));
  Value high = n.compare(nn::ComparePredicate::GT, x, n.scalarLike(x, lambda));
  Value inner = n.select(high, n.sub(x, bias), n.scalarLike(x, 0));
  n.set(n.select(low, n.add(x, bias), inner));
}

} // namespace dlc::import
