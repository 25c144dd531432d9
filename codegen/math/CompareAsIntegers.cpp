//===- CompareAsIntegers.cpp - Float comparisons without an FPU -----------===//

#include "codegen/math/Passes.h"
#include "targets/description/TargetAttr.h"

#include "mlir/IR/Matchers.h"

namespace dlc::math {
#define GEN_PASS_DEF_COMPAREASINTEGERS
#include "codegen/math/Passes.h.inc"
} // namespace dlc::math

using namespace mlir;

namespace {

constexpr uint32_t kInfinity = 0x7f800000, kSign = 0x80000000;

/// The floats of one sign whose bits are from `first` to `last`.
struct Range {
  uint32_t first, last;
};

/// The finite or infinite floats that are greater than (or equal to) `bound`,
/// or less; nullopt where they are of both signs.
std::optional<Range> rangeOf(arith::CmpFPredicate predicate, float bound) {
  uint32_t bits = llvm::bit_cast<uint32_t>(bound);
  bool zero = bound == 0, negative = bound < 0;
  switch (predicate) {
  case arith::CmpFPredicate::OGT:
    if (negative)
      return std::nullopt;
    return Range{(zero ? 0 : bits) + 1, kInfinity};
  case arith::CmpFPredicate::OGE:
    if (negative || zero)
      return std::nullopt;
    return Range{bits, kInfinity};
  case arith::CmpFPredicate::OLT:
    if (!negative && !zero)
      return std::nullopt;
    return Range{(zero ? kSign : bits) + 1, kSign | kInfinity};
  case arith::CmpFPredicate::OLE:
    if (!negative)
      return std::nullopt;
    return Range{bits, kSign | kInfinity};
  default:
    return std::nullopt;
  }
}

/// The comparison that holds where an ordered one does not, NaNs apart.
arith::CmpFPredicate complement(arith::CmpFPredicate ordered) {
  using arith::CmpFPredicate;
  switch (ordered) {
  case CmpFPredicate::OGT:
    return CmpFPredicate::OLE;
  case CmpFPredicate::OGE:
    return CmpFPredicate::OLT;
  case CmpFPredicate::OLT:
    return CmpFPredicate::OGE;
  default:
    return CmpFPredicate::OGT;
  }
}

class Comparison {
public:
  Comparison(arith::CmpFOp op) : op(op), b(op) {}

  void replace(float bound) {
    Value value = op.getLhs();
    bits = arith::BitcastOp::create(b, op.getLoc(), b.getI32Type(), value);
    op.replaceAllUsesWith(holds(op.getPredicate(), bound));
    op.erase();
  }

private:
  Value constant(uint32_t value) {
    return arith::ConstantOp::create(
        b, op.getLoc(), b.getI32IntegerAttr(llvm::bit_cast<int32_t>(value)));
  }
  Value compare(arith::CmpIPredicate predicate, Value x, uint32_t y) {
    return arith::CmpIOp::create(b, op.getLoc(), predicate, x, constant(y));
  }
  Value opposite(Value condition) {
    Value yes = arith::ConstantOp::create(b, op.getLoc(), b.getBoolAttr(true));
    return arith::XOrIOp::create(b, op.getLoc(), condition, yes);
  }
  /// Without the sign.
  Value doubled() {
    return arith::ShLIOp::create(b, op.getLoc(), bits, constant(1));
  }
  Value isNaN() {
    return compare(arith::CmpIPredicate::ugt, doubled(), kInfinity << 1);
  }
  Value isNumber() {
    return compare(arith::CmpIPredicate::ule, doubled(), kInfinity << 1);
  }
  Value isIn(Range range) {
    if (range.first > range.last) // beyond an infinity
      return arith::ConstantOp::create(b, op.getLoc(), b.getBoolAttr(false));
    Value offset =
        arith::SubIOp::create(b, op.getLoc(), bits, constant(range.first));
    return compare(arith::CmpIPredicate::ule, offset, range.last - range.first);
  }
  Value equals(float bound) {
    if (bound == 0)
      return compare(arith::CmpIPredicate::eq, doubled(), 0);
    return compare(arith::CmpIPredicate::eq, bits,
                   llvm::bit_cast<uint32_t>(bound));
  }
  /// An ordered inequality.
  Value inequality(arith::CmpFPredicate predicate, float bound) {
    if (std::optional<Range> range = rangeOf(predicate, bound))
      return isIn(*range);
    Value not_ = opposite(isIn(*rangeOf(complement(predicate), bound)));
    return arith::AndIOp::create(b, op.getLoc(), not_, isNumber());
  }

  Value holds(arith::CmpFPredicate predicate, float bound) {
    using arith::CmpFPredicate;
    switch (predicate) {
    case CmpFPredicate::AlwaysFalse:
    case CmpFPredicate::AlwaysTrue:
      return arith::ConstantOp::create(
          b, op.getLoc(),
          b.getBoolAttr(predicate == CmpFPredicate::AlwaysTrue));
    case CmpFPredicate::ORD:
      return isNumber();
    case CmpFPredicate::UNO:
      return isNaN();
    case CmpFPredicate::OEQ:
      return equals(bound);
    case CmpFPredicate::UNE:
      return opposite(equals(bound));
    case CmpFPredicate::ONE:
      return arith::AndIOp::create(b, op.getLoc(), opposite(equals(bound)),
                                   isNumber());
    case CmpFPredicate::UEQ:
      return arith::OrIOp::create(b, op.getLoc(), equals(bound), isNaN());
    case CmpFPredicate::UGT:
      return opposite(inequality(CmpFPredicate::OLE, bound));
    case CmpFPredicate::UGE:
      return opposite(inequality(CmpFPredicate::OLT, bound));
    case CmpFPredicate::ULT:
      return opposite(inequality(CmpFPredicate::OGE, bound));
    case CmpFPredicate::ULE:
      return opposite(inequality(CmpFPredicate::OGT, bound));
    default:
      return inequality(predicate, bound);
    }
  }

  arith::CmpFOp op;
  OpBuilder b;
  Value bits;
};

/// The number a comparison is with, if it can be one of integers. With itself,
/// any number will do: only NaNs differ.
std::optional<float> boundOf(arith::CmpFOp op) {
  if (!op.getLhs().getType().isF32())
    return std::nullopt;
  bool asksForNaN = op.getPredicate() == arith::CmpFPredicate::UNO ||
                    op.getPredicate() == arith::CmpFPredicate::ORD;
  if (asksForNaN && op.getLhs() == op.getRhs())
    return 0.0f;
  FloatAttr bound;
  if (!matchPattern(op.getRhs(), m_Constant(&bound)) ||
      bound.getValue().isNaN())
    return std::nullopt;
  return bound.getValue().convertToFloat();
}

/// Maxima and minima by integers in the same order. A float's bits, those of a
/// negative one but for its sign turned over, are in its order; a constant
/// less, they are so without signs, and NaNs of both signs are at the end that
/// a maximum, or a minimum, comes to. +0 is more than -0.
class Extremes {
public:
  void replace(Operation *op) {
    bool largest = isa<arith::MaximumFOp>(op);
    OpBuilder b(op);
    Location loc = op->getLoc();
    Value x = keyOf(b, loc, op->getOperand(0), largest);
    Value y = keyOf(b, loc, op->getOperand(1), largest);
    Value key = largest ? arith::MaxUIOp::create(b, loc, x, y).getResult()
                        : arith::MinUIOp::create(b, loc, x, y).getResult();
    Value ordered = arith::AddIOp::create(b, loc, key, first(b, loc, largest));
    Value result = arith::BitcastOp::create(b, loc, b.getF32Type(),
                                            turned(b, loc, ordered));
    // An extreme of extremes goes on with the integer.
    keys[{result, largest}] = key;
    op->getResult(0).replaceAllUsesWith(result);
    op->erase();
  }

private:
  static Value constant(OpBuilder &b, Location loc, uint32_t value) {
    return arith::ConstantOp::create(
        b, loc, b.getI32IntegerAttr(llvm::bit_cast<int32_t>(value)));
  }
  /// Of the order: -infinity before a maximum, the NaNs after +infinity before
  /// a minimum.
  static Value first(OpBuilder &b, Location loc, bool largest) {
    return constant(b, loc, largest ? ~kInfinity : kInfinity + 1);
  }
  /// Its own inverse.
  static Value turned(OpBuilder &b, Location loc, Value bits) {
    Value sign = arith::ShRSIOp::create(b, loc, bits, constant(b, loc, 31));
    Value others = arith::ShRUIOp::create(b, loc, sign, constant(b, loc, 1));
    return arith::XOrIOp::create(b, loc, bits, others);
  }
  Value keyOf(OpBuilder &b, Location loc, Value value, bool largest) {
    if (Value known = keys.lookup({value, largest}))
      return known;
    Value bits = arith::BitcastOp::create(b, loc, b.getI32Type(), value);
    return arith::SubIOp::create(b, loc, turned(b, loc, bits),
                                 first(b, loc, largest));
  }

  DenseMap<std::pair<Value, unsigned>, Value> keys;
};

struct CompareAsIntegers
    : dlc::math::impl::CompareAsIntegersBase<CompareAsIntegers> {
  void runOnOperation() override {
    if (dlc::targets::getTargetInfo(getOperation()).fpu)
      return;
    SmallVector<arith::CmpFOp> work;
    getOperation()->walk([&](arith::CmpFOp op) { work.push_back(op); });
    for (arith::CmpFOp op : work)
      if (std::optional<float> bound = boundOf(op))
        Comparison(op).replace(*bound);
    SmallVector<Operation *> extremes;
    getOperation()->walk([&](Operation *op) {
      if (isa<arith::MaximumFOp, arith::MinimumFOp>(op) &&
          op->getResult(0).getType().isF32())
        extremes.push_back(op);
    });
    Extremes rewritten;
    for (Operation *op : extremes)
      rewritten.replace(op);
  }
};

} // namespace
