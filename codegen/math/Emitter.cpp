//===- Emitter.cpp - Numeric code written as formulas ---------------------===//

#include "codegen/math/Emitter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace dlc::math;

namespace {

/// `type` with other elements, scalar or vector.
Type withElement(Type type, Type element) {
  if (auto shaped = dyn_cast<VectorType>(type))
    return shaped.clone(element);
  return element;
}

Value splat(Emitter &e, Type type, TypedAttr value) {
  if (auto shaped = dyn_cast<VectorType>(type))
    value = DenseElementsAttr::get(shaped, Attribute(value));
  return arith::ConstantOp::create(e.builder, type, value);
}

template <typename Op> Float binary(Float a, Float b) {
  return {a.e, Op::create(a.e->builder, a.value, b.value)};
}
template <typename Op> Int binary(Int a, Int b) {
  return {a.e, Op::create(a.e->builder, a.value, b.value)};
}
template <typename Op> Mask binary(Mask a, Mask b) {
  return {a.e, Op::create(a.e->builder, a.value, b.value)};
}

Mask compare(arith::CmpFPredicate predicate, Float a, Float b) {
  return {a.e,
          arith::CmpFOp::create(a.e->builder, predicate, a.value, b.value)};
}
Mask compare(arith::CmpIPredicate predicate, Int a, Int b) {
  return {a.e,
          arith::CmpIOp::create(a.e->builder, predicate, a.value, b.value)};
}

} // namespace

Emitter::Emitter(ImplicitLocOpBuilder &builder, Type type, Capabilities machine)
    : builder(builder), machine(machine) {
  bits = getElementTypeOrSelf(type).getIntOrFloatBitWidth();
  intType = withElement(type, builder.getIntegerType(bits));
  maskType = withElement(type, builder.getI1Type());
  floatType = bits == 32   ? withElement(type, builder.getF32Type())
              : bits == 64 ? withElement(type, builder.getF64Type())
                           : Type();
}

Float Emitter::real(double value) {
  Type element = getElementTypeOrSelf(floatType);
  return {this, splat(*this, floatType, builder.getFloatAttr(element, value))};
}

Int Emitter::integer(int64_t value) {
  APInt low(bits, static_cast<uint64_t>(value), /*isSigned=*/false,
            /*implicitTrunc=*/true);
  Type element = getElementTypeOrSelf(intType);
  return {this, splat(*this, intType, builder.getIntegerAttr(element, low))};
}

Value Emitter::anyLane(Mask mask) {
  auto shaped = dyn_cast<VectorType>(mask.value.getType());
  if (!shaped)
    return mask.value;
  Value flat = mask.value;
  if (shaped.getRank() != 1)
    flat = vector::ShapeCastOp::create(
        builder,
        VectorType::get({shaped.getNumElements()}, shaped.getElementType()),
        flat);
  return vector::ReductionOp::create(builder, vector::CombiningKind::OR, flat);
}

SmallVector<Float>
Emitter::branchIfAny(Mask condition, ArrayRef<Float> otherwise,
                     llvm::function_ref<SmallVector<Float>()> taken) {
  SmallVector<Type> types(otherwise.size(), floatType);
  auto branch = scf::IfOp::create(builder, types, anyLane(condition),
                                  /*withElseRegion=*/true);
  auto fill = [&](Block *block, ArrayRef<Float> values) {
    SmallVector<Value> yielded;
    for (Float value : values)
      yielded.push_back(value.value);
    builder.setInsertionPointToEnd(block);
    scf::YieldOp::create(builder, yielded);
  };
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  fill(branch.thenBlock(), taken());
  fill(branch.elseBlock(), otherwise);
  SmallVector<Float> results;
  for (Value result : branch.getResults())
    results.push_back(wrapFloat(result));
  return results;
}

SmallVector<Int> Emitter::loopWhileAny(
    ArrayRef<Int> state, llvm::function_ref<Mask(ArrayRef<Int>)> condition,
    llvm::function_ref<SmallVector<Int>(ArrayRef<Int>)> body) {
  auto wrap = [&](ValueRange values) {
    SmallVector<Int> wrapped;
    for (Value value : values)
      wrapped.push_back(wrapInt(value));
    return wrapped;
  };
  auto unwrap = [](ArrayRef<Int> values) {
    SmallVector<Value> unwrapped;
    for (Int value : values)
      unwrapped.push_back(value.value);
    return unwrapped;
  };
  SmallVector<Value> initial = unwrap(state);
  SmallVector<Type> types(initial.size(), intType);
  SmallVector<Location> locations(initial.size(), builder.getLoc());
  auto loop = scf::WhileOp::create(builder, types, initial);
  OpBuilder::InsertionGuard guard(builder);
  Block *before = builder.createBlock(&loop.getBefore(), {}, types, locations);
  Value go = anyLane(condition(wrap(before->getArguments())));
  scf::ConditionOp::create(builder, go, before->getArguments());
  Block *after = builder.createBlock(&loop.getAfter(), {}, types, locations);
  scf::YieldOp::create(builder, unwrap(body(wrap(after->getArguments()))));
  return wrap(loop.getResults());
}

namespace dlc::math {

Float operator+(Float a, Float b) { return binary<arith::AddFOp>(a, b); }
Float operator-(Float a, Float b) { return binary<arith::SubFOp>(a, b); }
Float operator*(Float a, Float b) { return binary<arith::MulFOp>(a, b); }
Float operator/(Float a, Float b) { return binary<arith::DivFOp>(a, b); }
Float operator-(Float a) {
  return {a.e, arith::NegFOp::create(a.e->builder, a.value)};
}
Float operator+(Float a, double b) { return a + a.e->real(b); }
Float operator-(Float a, double b) { return a - a.e->real(b); }
Float operator-(double a, Float b) { return b.e->real(a) - b; }
Float operator*(Float a, double b) { return a * a.e->real(b); }
Float operator/(double a, Float b) { return b.e->real(a) / b; }

Float mad(Float a, Float b, Float c) {
  ImplicitLocOpBuilder &builder = a.e->builder;
  constexpr auto contract = arith::FastMathFlags::contract;
  Value product = arith::MulFOp::create(builder, a.value, b.value, contract);
  return {a.e, arith::AddFOp::create(builder, product, c.value, contract)};
}
Float mad(Float a, double b, Float c) { return mad(a, a.e->real(b), c); }
Float mad(Float a, double b, double c) {
  return mad(a, a.e->real(b), a.e->real(c));
}
Float mad(Float a, Float b, double c) { return mad(a, b, a.e->real(c)); }

Float fused(Float a, Float b, Float c) {
  return {a.e,
          mlir::math::FmaOp::create(a.e->builder, a.value, b.value, c.value)};
}

Float native(Instruction instruction, Float a) {
  ImplicitLocOpBuilder &b = a.e->builder;
  switch (instruction) {
  case Instruction::Sqrt:
    return {a.e, mlir::math::SqrtOp::create(b, a.value)};
  case Instruction::Floor:
    return {a.e, mlir::math::FloorOp::create(b, a.value)};
  case Instruction::Ceil:
    return {a.e, mlir::math::CeilOp::create(b, a.value)};
  case Instruction::Trunc:
    return {a.e, mlir::math::TruncOp::create(b, a.value)};
  case Instruction::RoundEven:
    return {a.e, mlir::math::RoundEvenOp::create(b, a.value)};
  }
  llvm_unreachable("all instructions are above");
}

Float horner(Float x, std::initializer_list<double> c) {
  const double *next = c.end();
  Float sum = x.e->real(*--next);
  while (next != c.begin())
    sum = mad(sum, x, *--next);
  return sum;
}

Float abs(Float a) {
  return {a.e, mlir::math::AbsFOp::create(a.e->builder, a.value)};
}
Float copysign(Float a, Float b) {
  return {a.e, mlir::math::CopySignOp::create(a.e->builder, a.value, b.value)};
}
Float clampAbove(Float a, double b) { return select(a > b, b, a); }
Float clampBelow(Float a, double b) { return select(a < b, b, a); }

Int operator+(Int a, Int b) { return binary<arith::AddIOp>(a, b); }
Int operator-(Int a, Int b) { return binary<arith::SubIOp>(a, b); }
Int operator*(Int a, Int b) { return binary<arith::MulIOp>(a, b); }
Int operator&(Int a, Int b) { return binary<arith::AndIOp>(a, b); }
Int operator|(Int a, Int b) { return binary<arith::OrIOp>(a, b); }
Int operator^(Int a, Int b) { return binary<arith::XOrIOp>(a, b); }
Int operator+(Int a, int64_t b) { return a + a.e->integer(b); }
Int operator-(Int a, int64_t b) { return a - a.e->integer(b); }
Int operator-(int64_t a, Int b) { return b.e->integer(a) - b; }
Int operator*(Int a, int64_t b) { return a * a.e->integer(b); }
Int operator&(Int a, int64_t b) { return a & a.e->integer(b); }
Int operator|(Int a, int64_t b) { return a | a.e->integer(b); }
Int operator^(Int a, int64_t b) { return a ^ a.e->integer(b); }
Int operator<<(Int a, Int b) { return binary<arith::ShLIOp>(a, b); }
Int operator<<(Int a, int64_t b) { return a << a.e->integer(b); }
Int operator>>(Int a, int64_t b) {
  return binary<arith::ShRSIOp>(a, a.e->integer(b));
}
Int shiftRight(Int a, Int b) { return binary<arith::ShRUIOp>(a, b); }
Int shiftRight(Int a, int64_t b) { return shiftRight(a, a.e->integer(b)); }
Int multiplyHigh(Int a, Int b) {
  auto product = arith::MulUIExtendedOp::create(a.e->builder, a.value, b.value);
  return {a.e, product.getHigh()};
}
Int remainder(Int a, Int b) { return binary<arith::RemUIOp>(a, b); }

Int bitsOf(Float a) {
  return {a.e, arith::BitcastOp::create(a.e->builder, a.e->intType, a.value)};
}
Float floatOf(Int a) {
  return {a.e, arith::BitcastOp::create(a.e->builder, a.e->floatType, a.value)};
}
Float toFloat(Int a) {
  return {a.e, arith::SIToFPOp::create(a.e->builder, a.e->floatType, a.value)};
}
Int toInt(Float a) {
  return {a.e, arith::FPToSIOp::create(a.e->builder, a.e->intType, a.value)};
}

using arith::CmpFPredicate;
using arith::CmpIPredicate;

Mask operator<(Float a, Float b) { return compare(CmpFPredicate::OLT, a, b); }
Mask operator<=(Float a, Float b) { return compare(CmpFPredicate::OLE, a, b); }
Mask operator>(Float a, Float b) { return compare(CmpFPredicate::OGT, a, b); }
Mask operator>=(Float a, Float b) { return compare(CmpFPredicate::OGE, a, b); }
Mask operator==(Float a, Float b) { return compare(CmpFPredicate::OEQ, a, b); }
Mask operator<(Float a, double b) { return a < a.e->real(b); }
Mask operator<=(Float a, double b) { return a <= a.e->real(b); }
Mask operator>(Float a, double b) { return a > a.e->real(b); }
Mask operator>=(Float a, double b) { return a >= a.e->real(b); }
Mask operator==(Float a, double b) { return a == a.e->real(b); }
Mask isNaN(Float a) { return compare(CmpFPredicate::UNO, a, a); }

Mask operator<(Int a, Int b) { return compare(CmpIPredicate::slt, a, b); }
Mask operator<(Int a, int64_t b) { return a < a.e->integer(b); }
Mask operator>=(Int a, int64_t b) {
  return compare(CmpIPredicate::sge, a, a.e->integer(b));
}
Mask operator==(Int a, int64_t b) {
  return compare(CmpIPredicate::eq, a, a.e->integer(b));
}
Mask operator==(Int a, Int b) { return compare(CmpIPredicate::eq, a, b); }
Mask operator!=(Int a, int64_t b) {
  return compare(CmpIPredicate::ne, a, a.e->integer(b));
}
Mask below(Int a, Int b) { return compare(CmpIPredicate::ult, a, b); }
Mask operator&(Mask a, Mask b) { return binary<arith::AndIOp>(a, b); }
Mask operator|(Mask a, Mask b) { return binary<arith::OrIOp>(a, b); }
Mask operator!(Mask a) {
  TypedAttr yes = a.e->builder.getBoolAttr(true);
  return binary<arith::XOrIOp>(a, Mask{a.e, splat(*a.e, a.e->maskType, yes)});
}

Float select(Mask m, Float a, Float b) {
  return {m.e,
          arith::SelectOp::create(m.e->builder, m.value, a.value, b.value)};
}
Float select(Mask m, double a, Float b) { return select(m, m.e->real(a), b); }
Float select(Mask m, Float a, double b) { return select(m, a, m.e->real(b)); }
Float select(Mask m, double a, double b) {
  return select(m, m.e->real(a), m.e->real(b));
}
Int select(Mask m, Int a, Int b) {
  return {m.e,
          arith::SelectOp::create(m.e->builder, m.value, a.value, b.value)};
}
Int select(Mask m, int64_t a, Int b) { return select(m, m.e->integer(a), b); }
Int select(Mask m, Int a, int64_t b) { return select(m, a, m.e->integer(b)); }
Int select(Mask m, int64_t a, int64_t b) {
  return select(m, m.e->integer(a), m.e->integer(b));
}

} // namespace dlc::math
