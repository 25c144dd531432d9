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

/// A constant divided by a number of 64 bits, bit by bit. Where the upper word
/// is less than the divisor it is the first remainder, and 32 bits follow.
class Long {
public:
  Long(arith::DivSIOp op, int64_t dividend)
      : op(op), dividend(dividend), b(op.getLoc(), op) {}

  void replace() {
    Value zero = constant(0), divisor = op.getRhs();
    Value negative = compare(arith::CmpIPredicate::slt, divisor, zero);
    divisor = select(negative, sub(zero, divisor), divisor);
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
    Value quotient = loop.getResult(1);
    op.replaceAllUsesWith(select(negative, sub(zero, quotient), quotient));
    op.erase();
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
};

struct ExpandQuotients : dlc::math::impl::ExpandQuotientsBase<ExpandQuotients> {
  void runOnOperation() override {
    dlc::targets::TargetInfo target =
        dlc::targets::getTargetInfo(getOperation());
    if (!target.longMultiply && failed(expandSmall()))
      return signalPassFailure();
    if (target.indexBits == kWord)
      expandLong();
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

  void expandLong() {
    SmallVector<std::pair<arith::DivSIOp, int64_t>> work;
    getOperation()->walk([&](arith::DivSIOp op) {
      std::optional<int64_t> dividend = constantOf(op.getLhs());
      if (op.getType().isInteger(kLong) && dividend && *dividend > 0)
        work.emplace_back(op, *dividend);
    });
    for (auto [op, dividend] : work)
      Long(op, dividend).replace();
  }
};

} // namespace
