//===- ExpandMath.cpp - Functions of libm into arithmetic -----------------===//

#include "codegen/math/Functions.h"
#include "codegen/math/Passes.h"
#include "targets/description/TargetAttr.h"

#include "mlir/IR/Matchers.h"
#include "llvm/ADT/StringSwitch.h"

namespace dlc::math {
#define GEN_PASS_DEF_EXPANDMATH
#include "codegen/math/Passes.h.inc"
} // namespace dlc::math

using namespace mlir;
using namespace dlc::math;

namespace {

using Unary = Float (*)(Float);
using Binary = Float (*)(Float, Float);

/// The expansion of a function of one argument; null for other operations.
Unary unaryExpansion(StringRef name) {
  return llvm::StringSwitch<Unary>(name)
      .Case("math.acos", arcCosine)
      .Case("math.acosh", inverseHyperbolicCosine)
      .Case("math.asin", arcSine)
      .Case("math.asinh", inverseHyperbolicSine)
      .Case("math.atan", arcTangent)
      .Case("math.atanh", inverseHyperbolicTangent)
      .Case("math.ceil", roundUp)
      .Case("math.cbrt", cubeRoot)
      .Case("math.cos", cosine)
      .Case("math.cosh", hyperbolicCosine)
      .Case("math.erf", errorFunction)
      .Case("math.exp", exponential)
      .Case("math.exp2", exponential2)
      .Case("math.expm1", exponentialMinus1)
      .Case("math.floor", roundDown)
      .Case("math.log", logarithm)
      .Case("math.log10", logarithm10)
      .Case("math.log1p", logarithm1p)
      .Case("math.log2", logarithm2)
      .Case("math.round", roundHalfAway)
      .Case("math.roundeven", roundToEven)
      .Case("math.rsqrt", reciprocalSquareRoot)
      .Case("math.sin", sine)
      .Case("math.sinh", hyperbolicSine)
      .Case("math.sqrt", squareRoot)
      .Case("math.tan", tangent)
      .Case("math.tanh", hyperbolicTangent)
      .Case("math.trunc", roundToZero)
      .Default(nullptr);
}

Float smallerNumber(Float a, Float b) {
  return select((a < b) | isNaN(b), a, b);
}
Float largerNumber(Float a, Float b) {
  return select((a > b) | isNaN(b), a, b);
}

Float powerOrRoots(Float x, Float y) {
  FloatAttr constant;
  DenseFPElementsAttr elements;
  if (matchPattern(y.value, m_Constant(&elements)) && elements.isSplat())
    constant = elements.getSplatValue<FloatAttr>();
  else
    (void)matchPattern(y.value, m_Constant(&constant));
  if (constant)
    if (auto simple = powerOfConstant(x, constant.getValueAsDouble()))
      return *simple;
  return power(x, y);
}

Binary binaryExpansion(StringRef name) {
  return llvm::StringSwitch<Binary>(name)
      .Case("arith.maxnumf", largerNumber)
      .Case("arith.minnumf", smallerNumber)
      .Case("arith.remf", fmod)
      .Case("math.atan2", arcTangent2)
      .Case("math.powf", powerOrRoots)
      .Default(nullptr);
}

/// Whether the expansion is written for double precision as well.
bool coversDouble(Operation *op) {
  using namespace mlir::math;
  return isa<arith::MaxNumFOp, arith::MinNumFOp, arith::RemFOp, CeilOp,
             ClampFOp, Exp2Op, ExpOp, FloorOp, FmaOp, FPowIOp, LogOp, PowFOp,
             RoundEvenOp, RoundOp, RsqrtOp, SqrtOp, TanhOp, TruncOp>(op);
}

/// LLVM makes instructions of these on every machine.
bool isAlwaysInline(Operation *op) {
  return isa<mlir::math::AbsFOp, mlir::math::AbsIOp, mlir::math::CopySignOp,
             mlir::math::CountLeadingZerosOp, mlir::math::CountTrailingZerosOp,
             mlir::math::IsFiniteOp, mlir::math::IsInfOp, mlir::math::IsNaNOp,
             mlir::math::IsNormalOp>(op);
}

bool isInstruction(Operation *op, const Capabilities &machine) {
  if (isa<mlir::math::SqrtOp>(op))
    return machine.sqrt;
  if (isa<mlir::math::FmaOp>(op))
    return machine.fma;
  if (isa<mlir::math::CtPopOp>(op))
    return machine.popcount;
  if (isa<mlir::math::FloorOp, mlir::math::CeilOp, mlir::math::TruncOp,
          mlir::math::RoundEvenOp>(op))
    return machine.rounding;
  return isAlwaysInline(op);
}

/// What a machine does in an instruction with floats of this width.
Capabilities capabilitiesFor(const dlc::targets::TargetInfo &target,
                             unsigned bits) {
  bool vectors = target.fpu && target.vectorBits > 0;
  // Small cores have at most single precision.
  bool scalars = bits == 64 ? vectors : target.fpu;
  Capabilities machine;
  machine.fma = target.fma && scalars;
  machine.sqrt = scalars;
  machine.rounding = vectors || (target.rounding && bits == 32);
  machine.popcount = vectors;
  return machine;
}

/// Set bits of each byte's worth of bits, added up in place.
Int countOfOnes(Int x) {
  auto mask = [&](uint64_t byte) {
    return static_cast<int64_t>(0x0101010101010101ull * byte);
  };
  Int pairs = x - (shiftRight(x, 1) & mask(0x55));
  Int quads = (pairs & mask(0x33)) + (shiftRight(pairs, 2) & mask(0x33));
  Int sum = (quads + shiftRight(quads, 4)) & mask(0x0f);
  for (unsigned shift = 8; shift < x.e->width(); shift *= 2)
    sum = sum + shiftRight(sum, shift);
  return sum & 0x7f;
}

class Expander {
public:
  Expander(Operation *op, const dlc::targets::TargetInfo &target)
      : op(op), builder(op->getLoc(), op), target(target) {}

  /// Whether `op` needs no expansion, or has got one.
  LogicalResult run();

private:
  LogicalResult expandInteger(Emitter &e);
  LogicalResult expandFloat(Emitter &e);
  void replace(Float value) { replaceWith(value.value); }
  void replace(Int value) { replaceWith(value.value); }
  void replaceWith(Value value);
  /// To the type of the result, from the wider one it was computed in.
  Value narrow(Value value);
  LogicalResult unsupported();

  Operation *op;
  ImplicitLocOpBuilder builder;
  const dlc::targets::TargetInfo &target;
};

LogicalResult Expander::unsupported() {
  return op->emitError("'")
         << op->getName() << "' has no expansion for "
         << getElementTypeOrSelf(op->getOperand(0).getType());
}

Value Expander::narrow(Value value) {
  Type type = op->getResult(0).getType();
  if (value.getType() == type)
    return value;
  return arith::TruncFOp::create(builder, type, value);
}

void Expander::replaceWith(Value value) {
  op->getResult(0).replaceAllUsesWith(narrow(value));
  op->erase();
}

LogicalResult Expander::expandInteger(Emitter &e) {
  Int first = e.wrapInt(op->getOperand(0));
  if (isa<mlir::math::CtPopOp>(op)) {
    if (e.width() < 8)
      return unsupported();
    return replace(countOfOnes(first)), success();
  }
  if (isa<mlir::math::IPowIOp>(op))
    return replace(integerPower(first, e.wrapInt(op->getOperand(1)))),
           success();
  return unsupported();
}

LogicalResult Expander::expandFloat(Emitter &e) {
  auto operand = [&](unsigned i) {
    Value value = op->getOperand(i);
    if (value.getType() != e.floatType)
      value = arith::ExtFOp::create(builder, e.floatType, value);
    return e.wrapFloat(value);
  };
  StringRef name = op->getName().getStringRef();
  if (Unary expansion = unaryExpansion(name))
    return replace(expansion(operand(0))), success();
  if (Binary expansion = binaryExpansion(name))
    return replace(expansion(operand(0), operand(1))), success();
  if (isa<mlir::math::FmaOp>(op))
    return replace(mad(operand(0), operand(1), operand(2))), success();
  if (isa<mlir::math::ClampFOp>(op)) {
    Float low = select(operand(0) < operand(1), operand(1), operand(0));
    return replace(select(low > operand(2), operand(2), low)), success();
  }
  if (isa<mlir::math::SincosOp>(op)) {
    Value sine = narrow(dlc::math::sine(operand(0)).value);
    Value cosine = narrow(dlc::math::cosine(operand(0)).value);
    op->replaceAllUsesWith(ValueRange{sine, cosine});
    return op->erase(), success();
  }
  if (isa<mlir::math::FPowIOp>(op)) {
    Value n = op->getOperand(1);
    unsigned bits = getElementTypeOrSelf(n.getType()).getIntOrFloatBitWidth();
    if (bits > 32)
      return op->emitError("'math.fpowi' has no expansion for exponents of ")
             << bits << " bits";
    if (bits < e.width())
      n = arith::ExtSIOp::create(builder, e.intType, n);
    return replace(powerOfInteger(operand(0), e.wrapInt(n))), success();
  }
  return unsupported();
}

LogicalResult Expander::run() {
  Type type = op->getOperand(0).getType();
  Type element = getElementTypeOrSelf(type);
  if (!element.isIntOrFloat())
    return isAlwaysInline(op) ? success() : unsupported();
  unsigned bits = element.getIntOrFloatBitWidth();
  bool small = isa<FloatType>(element) && bits < 32;
  Capabilities machine = capabilitiesFor(target, small ? 32 : bits);
  if (isAlwaysInline(op) || (!small && isInstruction(op, machine)))
    return success();
  if (isa<FloatType>(element) && bits > 32 && !(bits == 64 && coversDouble(op)))
    return unsupported();
  if (small)
    type = isa<VectorType>(type)
               ? Type(cast<VectorType>(type).clone(builder.getF32Type()))
               : builder.getF32Type();
  Emitter emitter(builder, type, machine);
  return isa<FloatType>(element) ? expandFloat(emitter)
                                 : expandInteger(emitter);
}

struct ExpandMath : dlc::math::impl::ExpandMathBase<ExpandMath> {
  void runOnOperation() override {
    SmallVector<Operation *> work;
    getOperation()->walk([&](Operation *op) {
      if (isa_and_nonnull<mlir::math::MathDialect>(op->getDialect()) ||
          binaryExpansion(op->getName().getStringRef()))
        work.push_back(op);
    });
    dlc::targets::TargetInfo target =
        dlc::targets::getTargetInfo(getOperation());
    // All that is unsupported is reported, not the first alone.
    for (Operation *op : work)
      if (failed(Expander(op, target).run()))
        signalPassFailure();
  }
};

} // namespace
