//===- BlockFixedArithmetic.cpp - Floats to integers and back -------------===//

#include "codegen/loops/block_fixed/BlockFixedArithmetic.h"
#include "codegen/loops/block_fixed/BlockFixedNumbers.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kImplicitBit = 0x80000000, kSign = 0x80000000;
constexpr int64_t kNonFinite = 0xff000000;
/// A mantissa of 31 bits shifted by so much is below 2^60, and a sum of
/// products is at most 2^62.
constexpr int64_t kMostShift = 29;
} // namespace

Value BlockFixedArithmetic::widen(Value value) {
  return arith::ExtSIOp::create(b, loc, b.getI64Type(), value);
}

Value BlockFixedArithmetic::fromWords(Value high, Value low) {
  Value top =
      arith::ShLIOp::create(b, loc, widen(high), constant(b.getI64Type(), 32));
  Value bottom = arith::ExtUIOp::create(b, loc, b.getI64Type(), low);
  return arith::OrIOp::create(b, loc, top, bottom);
}

Value BlockFixedArithmetic::compare(arith::CmpIPredicate predicate, Value value,
                                    int64_t bound) {
  return arith::CmpIOp::create(b, loc, predicate, value,
                               constant(value.getType(), bound));
}

SmallVector<Value> BlockFixedArithmetic::choose(Value condition, Branch yes,
                                                Branch no) {
  auto emit = [](Branch branch) {
    return [branch](OpBuilder &inner, Location loc) {
      scf::YieldOp::create(inner, loc, branch());
    };
  };
  OpBuilder::InsertionGuard guard(b);
  auto op = scf::IfOp::create(b, loc, condition, emit(yes), emit(no));
  return SmallVector<Value>(op.getResults());
}

Value BlockFixedArithmetic::magnitude(Value bits) {
  return arith::ShLIOp::create(b, loc, bits, i32(1));
}

Value BlockFixedArithmetic::isNonFinite(Value magnitude) {
  return compare(arith::CmpIPredicate::uge, magnitude, kNonFinite);
}

Value BlockFixedArithmetic::blockExponent(Value magnitude) {
  Value exponent = arith::ShRUIOp::create(b, loc, magnitude, i32(24));
  return arith::MaxSIOp::create(b, loc, exponent, i32(kSmallestExponent));
}

Value BlockFixedArithmetic::exponentOf(Value bits) {
  return arith::AndIOp::create(
      b, loc, arith::ShRUIOp::create(b, loc, bits, i32(23)), i32(0xff));
}

Value BlockFixedArithmetic::toFixed(Value bits, Value blockExponent,
                                    unsigned fixedBits) {
  // The mantissa with its implicit bit on top, shifted by what this exponent is
  // below the block's and by what the block leaves out.
  Value exponent = exponentOf(bits);
  Value top = arith::AddIOp::create(b, loc, blockExponent, i32(32 - fixedBits));
  Value shift = arith::SubIOp::create(b, loc, top, exponent);
  Value mantissa = arith::OrIOp::create(
      b, loc, arith::ShLIOp::create(b, loc, bits, i32(8)), i32(kImplicitBit));
  Value shifted = arith::ShRUIOp::create(b, loc, mantissa, shift);
  Value tooFar = compare(arith::CmpIPredicate::ugt, shift, 31);
  Value integer = arith::SelectOp::create(b, loc, tooFar, i32(0), shifted);
  Value sign = arith::ShRSIOp::create(b, loc, bits, i32(31));
  Value flipped = arith::XOrIOp::create(b, loc, integer, sign);
  return arith::SubIOp::create(b, loc, flipped, sign);
}

Value BlockFixedArithmetic::multiplyAdd(Value sum, Value x, Value y) {
  Value product = arith::MulIOp::create(b, loc, widen(x), widen(y));
  return arith::AddIOp::create(b, loc, sum, product);
}

Value BlockFixedArithmetic::highLimb(Value limbs) {
  return arith::ShRSIOp::create(b, loc, limbs, i32(16));
}

Value BlockFixedArithmetic::lowLimb(Value limbs) {
  return arith::ShRSIOp::create(
      b, loc, arith::ShLIOp::create(b, loc, limbs, i32(16)), i32(16));
}

Value BlockFixedArithmetic::toLimbs(Value integer) {
  Value rounded =
      arith::AddIOp::create(b, loc, integer, i32(1 << (kLimbBits - 1)));
  Value high = arith::ShRSIOp::create(b, loc, rounded, i32(kLimbBits));
  Value low = arith::SubIOp::create(
      b, loc, integer, arith::ShLIOp::create(b, loc, high, i32(kLimbBits)));
  return arith::OrIOp::create(b, loc,
                              arith::ShLIOp::create(b, loc, high, i32(16)),
                              arith::AndIOp::create(b, loc, low, i32(0xffff)));
}

Value BlockFixedArithmetic::fromLimbs(Value limbs) {
  Value high = arith::ShLIOp::create(b, loc, highLimb(limbs), i32(kLimbBits));
  return arith::AddIOp::create(b, loc, high, lowLimb(limbs));
}

BlockFixedArithmetic::LimbSum
BlockFixedArithmetic::multiplyAdd(LimbSum sum, Value x, Value y) {
  auto add = [&](Value to, Value p, Value q) -> Value {
    return arith::AddIOp::create(b, loc, to,
                                 arith::MulIOp::create(b, loc, p, q));
  };
  Value middle = add(sum.middle, lowLimb(x), highLimb(y));
  Value high = add(sum.high, highLimb(x), highLimb(y));
  return {high, add(middle, highLimb(x), lowLimb(y))};
}

Value BlockFixedArithmetic::fold(Value sum, LimbSum limbs) {
  auto shifted = [&](Value word, unsigned by) -> Value {
    return arith::ShLIOp::create(b, loc, widen(word),
                                 constant(b.getI64Type(), by));
  };
  sum = arith::AddIOp::create(b, loc, sum, shifted(limbs.high, 2 * kLimbBits));
  return arith::AddIOp::create(b, loc, sum, shifted(limbs.middle, kLimbBits));
}

BlockFixedArithmetic::Sum BlockFixedArithmetic::addFloat(Sum sum, Value bits) {
  // The float is mantissa * 2^(exponent - 157) with 2^30 <= |mantissa| < 2^31;
  // that unit is 2^shift units of the sum.
  Value top = arith::OrIOp::create(
      b, loc, arith::ShLIOp::create(b, loc, bits, i32(8)), i32(kImplicitBit));
  Value sign = arith::ShRSIOp::create(b, loc, bits, i32(31));
  Value magnitude = arith::ShRUIOp::create(b, loc, top, i32(1));
  Value mantissa = arith::SubIOp::create(
      b, loc, arith::XOrIOp::create(b, loc, magnitude, sign), sign);
  Value exponent = exponentOf(bits);
  Value shift = arith::SubIOp::create(
      b, loc, arith::AddIOp::create(b, loc, exponent, i32(kScaleOfSum - 157)),
      sum.scale);
  auto plus = [&](Value wide, Value addend) -> Value {
    return arith::AddIOp::create(b, loc, wide, addend);
  };
  auto near = [&]() -> SmallVector<Value> {
    // Two words are shorter than a shift of 64 bits.
    Value rest = arith::SubIOp::create(b, loc, i32(31), shift);
    Value high = arith::ShRSIOp::create(
        b, loc, arith::ShRSIOp::create(b, loc, mantissa, rest), i32(1));
    Value low = arith::ShLIOp::create(b, loc, mantissa, shift);
    return {plus(sum.value, fromWords(high, low)), sum.scale};
  };
  auto below = [&]() -> SmallVector<Value> {
    Value right = arith::SubIOp::create(b, loc, i32(0), shift);
    right = arith::MinSIOp::create(b, loc, right, i32(31));
    Value shifted = arith::ShRSIOp::create(b, loc, mantissa, right);
    return {plus(sum.value, widen(shifted)), sum.scale};
  };
  auto above = [&]() -> SmallVector<Value> {
    Value excess = arith::SubIOp::create(b, loc, shift, i32(kMostShift));
    Value right = arith::MinSIOp::create(b, loc, excess, i32(63));
    Value reduced = arith::ShRSIOp::create(b, loc, sum.value, widen(right));
    Value shifted = arith::ShLIOp::create(b, loc, widen(mantissa),
                                          constant(b.getI64Type(), kMostShift));
    return {plus(reduced, shifted), plus(sum.scale, excess)};
  };
  auto far = [&]() -> SmallVector<Value> {
    return choose(compare(arith::CmpIPredicate::slt, shift, 0), below, above);
  };
  auto nonZero = [&]() -> SmallVector<Value> {
    return choose(compare(arith::CmpIPredicate::ule, shift, kMostShift), near,
                  far);
  };
  auto zero = [&]() -> SmallVector<Value> { return {sum.value, sum.scale}; };
  SmallVector<Value> result =
      choose(compare(arith::CmpIPredicate::ne, exponent, 0), nonZero, zero);
  return {result[0], result[1]};
}

Value BlockFixedArithmetic::toFloat(Sum sum) {
  Value negative = compare(arith::CmpIPredicate::slt, sum.value, 0);
  Value opposite =
      arith::SubIOp::create(b, loc, constant(b.getI64Type(), 0), sum.value);
  Value absolute =
      arith::SelectOp::create(b, loc, negative, opposite, sum.value);
  Value low = arith::TruncIOp::create(b, loc, b.getI32Type(), absolute);
  Value high = arith::TruncIOp::create(
      b, loc, b.getI32Type(),
      arith::ShRUIOp::create(b, loc, absolute, constant(b.getI64Type(), 32)));
  auto zeros = [&](Value word) -> Value {
    return math::CountLeadingZerosOp::create(b, loc, word);
  };
  // The 32 bits from the leading one on, and how far it is from the top. The
  // sum is below 2^63, so a high word that is not zero has a leading zero.
  auto wide = [&]() -> SmallVector<Value> {
    Value left = zeros(high);
    Value right = arith::SubIOp::create(b, loc, i32(32), left);
    Value bits =
        arith::OrIOp::create(b, loc, arith::ShLIOp::create(b, loc, high, left),
                             arith::ShRUIOp::create(b, loc, low, right));
    return {bits, left};
  };
  auto narrow = [&]() -> SmallVector<Value> {
    Value isZero = compare(arith::CmpIPredicate::eq, low, 0);
    Value left = arith::SelectOp::create(b, loc, isZero, i32(0), zeros(low));
    // A zero gets an exponent far below that of any float.
    Value distance =
        arith::SelectOp::create(b, loc, isZero, i32(1 << 16),
                                arith::AddIOp::create(b, loc, left, i32(32)));
    return {arith::ShLIOp::create(b, loc, low, left), distance};
  };
  SmallVector<Value> normal =
      choose(compare(arith::CmpIPredicate::ne, high, 0), wide, narrow);
  Value exponent = arith::SubIOp::create(b, loc, sum.scale, normal[1]);
  // The mantissa's implicit bit adds one to the exponent; so may rounding.
  Value mantissa = arith::ShRUIOp::create(b, loc, normal[0], i32(8));
  Value half = arith::AndIOp::create(
      b, loc, arith::ShRUIOp::create(b, loc, normal[0], i32(7)), i32(1));
  Value bits = arith::AddIOp::create(
      b, loc, arith::ShLIOp::create(b, loc, exponent, i32(23)),
      arith::AddIOp::create(b, loc, mantissa, half));
  Value inRange = compare(arith::CmpIPredicate::ult, exponent, 254);
  auto floating = [&]() -> SmallVector<Value> { return {bits}; };
  auto extreme = [&]() -> SmallVector<Value> {
    Value small = compare(arith::CmpIPredicate::slt, exponent, 0);
    return {arith::SelectOp::create(b, loc, small, i32(0), i32(0x7f800000))};
  };
  Value magnitude = choose(inRange, floating, extreme)[0];
  Value top = arith::TruncIOp::create(
      b, loc, b.getI32Type(),
      arith::ShRUIOp::create(b, loc, sum.value, constant(b.getI64Type(), 32)));
  Value sign = arith::AndIOp::create(b, loc, top, i32(kSign));
  return arith::OrIOp::create(b, loc, magnitude, sign);
}

Value BlockFixedArithmetic::toPositiveFloat(Sum sum) {
  auto zero = [&]() -> SmallVector<Value> { return {i32(0)}; };
  auto floating = [&]() -> SmallVector<Value> { return {toFloat(sum)}; };
  return choose(compare(arith::CmpIPredicate::slt, sum.value, 0), zero,
                floating)[0];
}

} // namespace dlc::loops
