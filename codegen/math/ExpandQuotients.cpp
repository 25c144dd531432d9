//===- ExpandQuotients.cpp - Divisions that would be calls ----------------===//

#include "codegen/math/Passes.h"
#include "targets/description/TargetAttr.h"

#include "mlir/Analysis/DataFlow/DeadCodeAnalysis.h"
#include "mlir/Analysis/DataFlow/IntegerRangeAnalysis.h"
#include "mlir/Analysis/DataFlow/SparseAnalysis.h"
#include "mlir/Analysis/DataFlow/Utils.h"
#include "mlir/Analysis/DataFlowFramework.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Matchers.h"

namespace dlc::math {
#define GEN_PASS_DEF_EXPANDQUOTIENTS
#include "codegen/math/Passes.h.inc"
} // namespace dlc::math

using namespace mlir;

namespace {

constexpr unsigned kWord = 32, kLong = 64;

std::optional<int64_t> constantOf(Value value) {
  APInt number;
  if (!matchPattern(value, m_ConstantInt(&number)))
    return std::nullopt;
  return number.getSExtValue();
}

bool isRemainder(Operation *op) {
  return isa<arith::RemSIOp, arith::RemUIOp>(op);
}

/// x / divisor is (x * factor) >> shift.
struct Reciprocal {
  uint64_t factor;
  unsigned shift;
};

/// For 0 <= x <= most, in 32 bits: with factor = (2^shift + e) / divisor the
/// product is x * e / divisor too large, in units of the shift, which reaches
/// no further quotient while it is less than 2^shift / divisor (T. Granlund and
/// P. L. Montgomery, "Division by invariant integers using multiplication",
/// 1994). None where no shift does.
std::optional<Reciprocal> reciprocalOf(uint64_t divisor, uint64_t most) {
  for (unsigned shift = 0; shift < kWord; ++shift) {
    uint64_t power = uint64_t(1) << shift;
    uint64_t factor = llvm::divideCeil(power, divisor);
    if (most * factor >= uint64_t(1) << kWord)
      return std::nullopt; // larger ones of larger shifts
    if (most * (factor * divisor - power) < power)
      return Reciprocal{factor, shift};
  }
  return std::nullopt;
}

/// A division of small numbers by a constant as a product.
class Small {
public:
  Small(Operation *op, Reciprocal by) : op(op), by(by), b(op->getLoc(), op) {}

  void replace() {
    Value x = op->getOperand(0);
    Value q = arith::MulIOp::create(b, x, constant(by.factor));
    q = arith::ShRUIOp::create(b, q, constant(by.shift));
    if (isRemainder(op)) {
      Value whole = arith::MulIOp::create(b, q, op->getOperand(1));
      q = arith::SubIOp::create(b, x, whole);
    }
    op->getResult(0).replaceAllUsesWith(q);
    op->erase();
  }

private:
  Value constant(uint64_t value) {
    Type type = op->getOperand(0).getType();
    return arith::ConstantOp::create(
        b, b.getIntegerAttr(type, static_cast<int64_t>(value)));
  }

  Operation *op;
  Reciprocal by;
  ImplicitLocOpBuilder b;
};

/// A constant divided by a number of 64 bits.
class Quotient {
public:
  Quotient(arith::DivSIOp op, int64_t dividend)
      : op(op), dividend(dividend), b(op.getLoc(), op) {}

protected:
  /// What the divisor is not less than, which its maker says; 0: nothing.
  int64_t leastDivisor() {
    auto larger = op.getRhs().getDefiningOp<arith::MaxSIOp>();
    return larger
               ? std::max<int64_t>(constantOf(larger.getRhs()).value_or(0), 0)
               : 0;
  }
  /// Of the divisor, whose sign the quotient gets.
  Value magnitude() {
    Value zero = constant(0), divisor = op.getRhs();
    if (leastDivisor() > 0)
      return divisor;
    negative = compare(arith::CmpIPredicate::slt, divisor, zero);
    return select(negative, sub(zero, divisor), divisor);
  }
  void replaceBy(Value quotient) {
    if (negative)
      quotient = select(negative, sub(constant(0), quotient), quotient);
    op.replaceAllUsesWith(quotient);
    op.erase();
  }

  Value constant(int64_t value) {
    return arith::ConstantOp::create(b, b.getI64IntegerAttr(value));
  }
  Value index(int64_t value) {
    return arith::ConstantOp::create(b, b.getIndexAttr(value));
  }
  Value sub(Value x, Value y) { return arith::SubIOp::create(b, x, y); }
  Value compare(arith::CmpIPredicate predicate, Value x, Value y) {
    return arith::CmpIOp::create(b, predicate, x, y);
  }
  Value select(Value condition, Value x, Value y) {
    return arith::SelectOp::create(b, condition, x, y);
  }

  arith::DivSIOp op;
  int64_t dividend;
  ImplicitLocOpBuilder b;

private:
  Value negative;
};

/// A constant divided by a number of 64 bits, bit by bit. Where the upper word
/// is less than the divisor it is the first remainder, and 32 bits follow.
class Long : Quotient {
public:
  using Quotient::Quotient;

  void replace() {
    Value zero = constant(0), divisor = magnitude();
    Value upper = constant(dividend >> kWord);
    Value isLess = compare(arith::CmpIPredicate::ult, upper, divisor);
    Value remainder = select(isLess, upper, zero);
    auto lowerFirst =
        static_cast<int64_t>(static_cast<uint64_t>(dividend) << kWord);
    Value bits = select(isLess, constant(lowerFirst), constant(dividend));
    Value count = select(isLess, index(kWord), index(kLong));
    auto loop = scf::ForOp::create(
        b, index(0), count, index(1), ValueRange{remainder, bits},
        [&](OpBuilder &builder, Location loc, Value, ValueRange carried) {
          b.setInsertionPointToEnd(builder.getInsertionBlock());
          auto [rest, quotient] = step(carried[0], carried[1], divisor);
          scf::YieldOp::create(builder, loc, ValueRange{rest, quotient});
        });
    b.setInsertionPointAfter(loop);
    replaceBy(loop.getResult(1));
  }

private:
  /// The bits of the dividend leave at the top, those of the quotient follow.
  std::pair<Value, Value> step(Value rest, Value bits, Value divisor) {
    Value one = constant(1);
    Value top = arith::ShRUIOp::create(b, bits, constant(kLong - 1));
    rest = arith::OrIOp::create(b, arith::ShLIOp::create(b, rest, one), top);
    Value reaches = compare(arith::CmpIPredicate::uge, rest, divisor);
    Value bit = arith::ExtUIOp::create(b, b.getI64Type(), reaches);
    bits = arith::OrIOp::create(b, arith::ShLIOp::create(b, bits, one), bit);
    return {select(reaches, sub(rest, divisor), rest), bits};
  }
};

/// A constant divided by a number of 64 bits, word by word, where a machine
/// multiplies words to all 64 bits of the product.
///
/// Both are shifted until the divisor's first word V has its top bit set, and
/// V's reciprocal is made by Newton's method, which does not exceed it: x =
/// X / 2^31 for v = V / 2^32 becomes x * (2 - v * x), rounded down, as are all
/// steps, so that X has 32 bits: exactly 2^32 would be for V = 2^31 alone,
/// where it is not reached. The first x is the line 48/17 - 32/17 v, at most
/// 1/17 off, of which three steps leave 2^-32.7. So a quotient that is made of
/// it is too small by a few units at most, which single steps make up for.
/// Beyond words V leaves bits of the divisor out and the quotient may be one
/// too large, as long as it is less than 2^31: one is taken off, whatever it
/// is.
class ByReciprocal : Quotient {
public:
  /// The larger ones of 64 bits have no room for a remainder in between.
  static constexpr int64_t kMost = (int64_t(1) << 62) - 1;

  using Quotient::Quotient;

  void replace() {
    Value zero = constant(0), divisor = magnitude();
    // Nothing is said of a quotient by 0, but that it ends.
    if (leastDivisor() == 0)
      divisor = arith::MaxUIOp::create(b, divisor, constant(1));
    prepare(divisor);
    if (leastDivisor() > dividend >> kWord)
      return replaceBy(divide(constant(dividend), divisor).first);
    Value upper = constant(dividend >> kWord);
    Value isLess = compare(arith::CmpIPredicate::ult, upper, divisor);
    auto lowerFirst =
        static_cast<int64_t>(static_cast<uint64_t>(dividend) << kWord);
    auto loop = scf::ForOp::create(
        b, select(isLess, index(1), index(0)), index(2), index(1),
        ValueRange{select(isLess, upper, zero),
                   select(isLess, constant(lowerFirst), constant(dividend)),
                   zero},
        [&](OpBuilder &builder, Location loc, Value, ValueRange carried) {
          b.setInsertionPointToEnd(builder.getInsertionBlock());
          Value next = arith::ShRUIOp::create(b, carried[1], word());
          auto [quotient, rest] =
              divide(arith::OrIOp::create(b, shift(carried[0]), next), divisor);
          Value all = arith::OrIOp::create(b, shift(carried[2]), quotient);
          scf::YieldOp::create(builder, loc,
                               ValueRange{rest, shift(carried[1]), all});
        });
    b.setInsertionPointAfter(loop);
    replaceBy(loop.getResult(2));
  }

private:
  /// The shift, and the reciprocal in 32 bits.
  void prepare(Value divisor) {
    zeros = mlir::math::CountLeadingZerosOp::create(b, divisor);
    Value first = arith::ShRUIOp::create(
        b, arith::ShLIOp::create(b, divisor, zeros), word());
    // Modulo 2^32, which the difference is below.
    constexpr int64_t line = 6063233520 & UINT32_MAX, slope = 4042322161;
    reciprocal = low(sub(constant(line), high(first, constant(slope))));
    for (int i = 0; i < 3; ++i) {
      Value left =
          low(arith::XOrIOp::create(b, high(first, reciprocal), constant(-1)));
      reciprocal = low(arith::ShRUIOp::create(
          b, arith::MulIOp::create(b, reciprocal, left), constant(kWord - 1)));
    }
  }

  /// Of a number whose quotient has 32 bits: it, and what is left.
  std::pair<Value, Value> divide(Value number, Value divisor) {
    // Its first word, as the divisor is shifted: nothing leaves at the top.
    // A number has a zero more than 2^63 has.
    bool isPositive = leastDivisor() > 0;
    Value first = arith::ShRUIOp::create(
        b, number, sub(constant(isPositive ? kLong : kLong - 1), zeros));
    if (!isPositive)
      first = arith::ShRUIOp::create(b, first, constant(1));
    first = low(first);
    Value quotient = low(arith::ShRUIOp::create(
        b, arith::MulIOp::create(b, first, reciprocal), constant(kWord - 1)));
    quotient =
        sub(arith::MaxUIOp::create(b, quotient, constant(1)), constant(1));
    Value rest = sub(number, arith::MulIOp::create(b, quotient, divisor));
    auto loop = scf::WhileOp::create(
        b, TypeRange{b.getI64Type(), b.getI64Type()},
        ValueRange{quotient, rest},
        [&](OpBuilder &builder, Location loc, ValueRange carried) {
          Value goesOn = arith::CmpIOp::create(
              builder, loc, arith::CmpIPredicate::uge, carried[1], divisor);
          scf::ConditionOp::create(builder, loc, goesOn, carried);
        },
        [&](OpBuilder &builder, Location loc, ValueRange carried) {
          b.setInsertionPointToEnd(builder.getInsertionBlock());
          Value more = arith::AddIOp::create(b, carried[0], constant(1));
          scf::YieldOp::create(builder, loc,
                               ValueRange{more, sub(carried[1], divisor)});
        });
    b.setInsertionPointAfter(loop);
    return {loop.getResult(0), loop.getResult(1)};
  }

  Value word() { return constant(kWord); }
  Value shift(Value x) { return arith::ShLIOp::create(b, x, word()); }
  /// The lower word, and the upper one of words' product.
  Value low(Value x) {
    return arith::AndIOp::create(b, x, constant(UINT32_MAX));
  }
  Value high(Value x, Value y) {
    return arith::ShRUIOp::create(b, arith::MulIOp::create(b, x, y), word());
  }

  Value zeros, reciprocal;
};

struct ExpandQuotients : dlc::math::impl::ExpandQuotientsBase<ExpandQuotients> {
  void runOnOperation() override {
    dlc::targets::TargetInfo target =
        dlc::targets::getTargetInfo(getOperation());
    if (!target.longMultiply && failed(expandSmall()))
      return signalPassFailure();
    if (target.indexBits == kWord)
      expandLong(target.longMultiply);
  }

  LogicalResult expandSmall() {
    SmallVector<Operation *> divisions;
    getOperation()->walk([&](Operation *op) {
      if (isa<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp>(
              op) &&
          (op->getResult(0).getType().isIndex() ||
           op->getResult(0).getType().isInteger(kWord)))
        divisions.push_back(op);
    });
    if (divisions.empty())
      return success();
    DataFlowSolver solver;
    dataflow::loadBaselineAnalyses(solver);
    solver.load<dataflow::IntegerRangeAnalysis>();
    if (failed(solver.initializeAndRun(getOperation())))
      return failure();
    // Ranges are asked before anything changes.
    SmallVector<std::pair<Operation *, Reciprocal>> work;
    for (Operation *op : divisions)
      if (auto by = smallReciprocal(op, solver))
        work.emplace_back(op, *by);
    for (auto [op, by] : work)
      Small(op, by).replace();
    return success();
  }

  static std::optional<Reciprocal> smallReciprocal(Operation *op,
                                                   DataFlowSolver &solver) {
    std::optional<int64_t> divisor = constantOf(op->getOperand(1));
    // A power of two is a shift.
    if (!divisor || *divisor <= 0 || llvm::isPowerOf2_64(*divisor))
      return std::nullopt;
    const auto *lattice =
        solver.lookupState<dataflow::IntegerValueRangeLattice>(
            op->getOperand(0));
    if (!lattice || lattice->getValue().isUninitialized())
      return std::nullopt;
    const ConstantIntRanges &range = lattice->getValue().getValue();
    if (range.smin().isNegative() || range.smax().getActiveBits() > kWord)
      return std::nullopt;
    return reciprocalOf(*divisor, range.smax().getZExtValue());
  }

  void expandLong(bool multiplies) {
    SmallVector<std::pair<arith::DivSIOp, int64_t>> work;
    getOperation()->walk([&](arith::DivSIOp op) {
      std::optional<int64_t> dividend = constantOf(op.getLhs());
      if (op.getType().isInteger(kLong) && dividend && *dividend > 0)
        work.emplace_back(op, *dividend);
    });
    for (auto [op, dividend] : work)
      if (multiplies && dividend <= ByReciprocal::kMost)
        ByReciprocal(op, dividend).replace();
      else
        Long(op, dividend).replace();
  }
};

} // namespace
