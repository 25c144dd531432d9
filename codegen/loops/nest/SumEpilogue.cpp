//===- SumEpilogue.cpp - How the epilogue of a sum begins -----------------===//

#include "codegen/loops/nest/SumEpilogue.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
class Reader {
public:
  explicit Reader(const Nest &nest) : epilogue(nest.epilogue) {
    const auto *sum = llvm::find(nest.epilogueInputs, std::nullopt);
    read.sum = static_cast<int>(sum - nest.epilogueInputs.begin());
    value = body().getArgument(read.sum);
  }

  SumEpilogue run() {
    takeBias();
    takeRescale();
    while (takeBound())
      ;
    for (int i = 0; i < static_cast<int>(epilogue.getNumDpsInputs()); ++i)
      if (i != read.sum && i != read.bias && !isOfRescale(i))
        read.others.push_back(i);
    return read;
  }

private:
  Block &body() { return *epilogue.getBody(); }

  Operation *onlyUser(Value of) {
    return of.hasOneUse() ? *of.user_begin() : nullptr;
  }

  /// The input of the epilogue that a value of its body is, extended or not;
  /// -1: none.
  int inputOf(Value of) {
    while (auto extend = of.getDefiningOp<arith::ExtSIOp>())
      of = extend.getIn();
    auto argument = dyn_cast<BlockArgument>(of);
    bool input = argument && argument.getOwner() == &body() &&
                 argument.getArgNumber() < epilogue.getNumDpsInputs();
    return input ? static_cast<int>(argument.getArgNumber()) : -1;
  }

  void takeBias() {
    Operation *add = onlyUser(value);
    if (!isa_and_nonnull<arith::AddFOp, arith::AddIOp>(add))
      return;
    Value other = add->getOperand(add->getOperand(0) == value ? 1 : 0);
    int input = isa<BlockArgument>(other) ? inputOf(other) : -1;
    if (input < 0 || !other.hasOneUse())
      return;
    read.bias = input;
    value = add->getResult(0);
  }

  std::optional<BodyScalar> scalarOf(Value of) {
    BodyScalar scalar;
    if (matchPattern(of, m_Constant(&scalar.constant)))
      return scalar;
    scalar.input = inputOf(of);
    if (scalar.input >= 0)
      return scalar;
    if (of.getParentBlock() == &body())
      return std::nullopt;
    scalar.outside = of;
    return scalar;
  }

  bool isOfRescale(int input) const {
    return read.rescale &&
           (read.rescale->multiplier.input == input ||
            read.rescale->addend.input == input ||
            read.rescale->shift.input == input ||
            (read.rescale->tie && read.rescale->tie->input == input));
  }

  /// The other operand of the value's only user, an `Op`; moves on to its
  /// result.
  template <typename Op> std::optional<BodyScalar> step(Value &at) {
    auto op = dyn_cast_or_null<Op>(onlyUser(at));
    if (!op)
      return std::nullopt;
    bool first = op->getOperand(0) == at;
    if (!first && !op->template hasTrait<OpTrait::IsCommutative>())
      return std::nullopt;
    at = op->getResult(0);
    return scalarOf(op->getOperand(first ? 1 : 0));
  }

  void takeRescale() {
    auto extend = dyn_cast_or_null<arith::ExtSIOp>(onlyUser(value));
    if (!extend)
      return;
    Value at = extend.getOut();
    const bool isWide = at.hasNUses(2);
    auto multiplier = isWide ? stepWide(at) : step<arith::MulIOp>(at);
    auto addend = multiplier ? step<arith::AddIOp>(at) : std::nullopt;
    if (!addend)
      return;
    Rescale found{*multiplier, *addend, {}, std::nullopt, false};
    if (auto shift = step<arith::ShRSIOp>(at)) {
      found.shift = *shift;
      read.rescale = found;
      value = at;
      return;
    }
    takeTie(at, found);
  }

  static bool isWordShift(Value by) {
    APInt bits;
    return matchPattern(by, m_ConstantInt(&bits)) && bits == 32;
  }

  /// The two words of a multiplier of 64 bits, the lower one with its sign.
  std::optional<BodyScalar> wordsOf(Value low, Value high) {
    APInt lower, upper;
    if (matchPattern(low, m_ConstantInt(&lower)) &&
        matchPattern(high, m_ConstantInt(&upper))) {
      BodyScalar scalar;
      scalar.constant = IntegerAttr::get(low.getType(), (upper << 32) + lower);
      return scalar;
    }
    auto extend = low.getDefiningOp<arith::ExtSIOp>();
    auto word = extend ? extend.getIn().getDefiningOp<arith::TruncIOp>()
                       : arith::TruncIOp();
    auto shift = high.getDefiningOp<arith::ShRSIOp>();
    auto rest =
        shift ? shift.getLhs().getDefiningOp<arith::SubIOp>() : arith::SubIOp();
    if (!word || !word.getType().isInteger(32) || !rest ||
        rest.getLhs() != word.getIn() || rest.getRhs() != low ||
        !isWordShift(shift.getRhs()))
      return std::nullopt;
    return scalarOf(word.getIn());
  }

  /// The product with a multiplier of 64 bits, shifted by 32
  /// (codegen/lower/operators/LowerRescale.cpp); moves on to it.
  std::optional<BodyScalar> stepWide(Value &at) {
    arith::MulIOp low, high;
    Operation *carried = nullptr;
    for (Operation *user : at.getUsers()) {
      auto product = dyn_cast<arith::MulIOp>(user);
      Operation *next = product ? onlyUser(product.getResult()) : nullptr;
      auto shift = dyn_cast_or_null<arith::ShRSIOp>(next);
      if (shift && isWordShift(shift.getRhs())) {
        low = product;
        carried = shift;
      } else if (next) {
        high = product;
      }
    }
    auto sum = high ? dyn_cast<arith::AddIOp>(onlyUser(high.getResult()))
                    : arith::AddIOp();
    if (!low || !sum || onlyUser(carried->getResult(0)) != sum)
      return std::nullopt;
    auto other = [&](arith::MulIOp product) {
      return product.getLhs() == at ? product.getRhs() : product.getLhs();
    };
    auto multiplier = wordsOf(other(low), other(high));
    if (multiplier)
      at = sum.getResult();
    return multiplier;
  }

  /// The shift of `sum`, and the subtraction from its result that rounds ties:
  ///   q - (sum - (q << shift) < tie ? last bit of q : 0)
  /// where the last bit may be turned over.
  void takeTie(Value sum, Rescale rescale) {
    if (!sum.hasNUses(2))
      return;
    for (Operation *user : sum.getUsers()) {
      auto shift = dyn_cast<arith::ShRSIOp>(user);
      if (!shift || !shift.getResult().hasNUses(3))
        continue;
      Value q = shift.getResult();
      for (Operation *last : q.getUsers()) {
        auto result = dyn_cast<arith::SubIOp>(last);
        if (!result || result.getLhs() != q || !readTie(result, sum, rescale))
          continue;
        auto by = scalarOf(shift.getRhs());
        if (!by)
          return;
        rescale.shift = *by;
        read.rescale = rescale;
        value = result.getResult();
        return;
      }
    }
  }

  bool readTie(arith::SubIOp result, Value sum, Rescale &rescale) {
    Value q = result.getLhs();
    auto select = result.getRhs().getDefiningOp<arith::SelectOp>();
    auto isTie = select ? select.getCondition().getDefiningOp<arith::CmpIOp>()
                        : arith::CmpIOp();
    auto above =
        isTie ? isTie.getLhs().getDefiningOp<arith::SubIOp>() : arith::SubIOp();
    auto start =
        above ? above.getRhs().getDefiningOp<arith::ShLIOp>() : arith::ShLIOp();
    if (!start || start.getLhs() != q || above.getLhs() != sum ||
        start.getRhs() != q.getDefiningOp()->getOperand(1) ||
        isTie.getPredicate() != arith::CmpIPredicate::slt ||
        !matchPattern(select.getFalseValue(), m_Zero()))
      return false;
    Value last = select.getTrueValue();
    if (auto turned = last.getDefiningOp<arith::XOrIOp>()) {
      if (!matchPattern(turned.getRhs(), m_One()))
        return false;
      rescale.tiesToOdd = true;
      last = turned.getLhs();
    }
    auto bit = last.getDefiningOp<arith::AndIOp>();
    if (!bit || bit.getLhs() != q || !matchPattern(bit.getRhs(), m_One()))
      return false;
    rescale.tie = scalarOf(isTie.getRhs());
    return rescale.tie.has_value();
  }

  /// One bound by an instruction for it, or by a comparison and a selection.
  bool takeBound() {
    TypedAttr bound;
    if (Operation *op = onlyUser(value)) {
      bool lower = isa<arith::MaximumFOp, arith::MaxSIOp>(op);
      if (!lower && !isa<arith::MinimumFOp, arith::MinSIOp>(op))
        return false;
      Value other = op->getOperand(op->getOperand(0) == value ? 1 : 0);
      return matchPattern(other, m_Constant(&bound)) &&
             keepBound(op, bound, lower);
    }
    if (!value.hasNUses(2))
      return false;
    for (Operation *user : value.getUsers()) {
      auto select = dyn_cast<arith::SelectOp>(user);
      if (!select || select.getFalseValue() != value ||
          !matchPattern(select.getTrueValue(), m_Constant(&bound)))
        continue;
      if (std::optional<bool> lower = isBelow(select.getCondition(), bound))
        return keepBound(select, bound, *lower);
    }
    return false;
  }

  /// Whether a condition is value < bound (true) or value > bound (false).
  std::optional<bool> isBelow(Value condition, TypedAttr bound) {
    Operation *op = condition.getDefiningOp();
    TypedAttr compared;
    if (!op || !op->hasOneUse() || op->getNumOperands() != 2 ||
        op->getOperand(0) != value ||
        !matchPattern(op->getOperand(1), m_Constant(&compared)) ||
        !isSameNumber(compared, bound))
      return std::nullopt;
    if (auto compare = dyn_cast<arith::CmpFOp>(op)) {
      if (compare.getPredicate() == arith::CmpFPredicate::OLT)
        return true;
      if (compare.getPredicate() == arith::CmpFPredicate::OGT)
        return false;
    }
    if (auto compare = dyn_cast<arith::CmpIOp>(op)) {
      if (compare.getPredicate() == arith::CmpIPredicate::slt)
        return true;
      if (compare.getPredicate() == arith::CmpIPredicate::sgt)
        return false;
    }
    return std::nullopt;
  }

  /// Zeros of both signs compare equal.
  static bool isSameNumber(TypedAttr x, TypedAttr y) {
    auto real = dyn_cast<FloatAttr>(x), other = dyn_cast<FloatAttr>(y);
    return x == y || (real && other && real.getValue().isZero() &&
                      other.getValue().isZero());
  }

  bool keepBound(Operation *op, TypedAttr bound, bool lower) {
    TypedAttr &known = lower ? read.clamp.lower : read.clamp.upper;
    if (known)
      return false;
    known = bound;
    (lower ? read.clamp.lowerOp : read.clamp.upperOp) = op;
    value = op->getResult(0);
    return true;
  }

  linalg::GenericOp epilogue;
  SumEpilogue read;
  Value value; // as far as it has been read
};
} // namespace

SumEpilogue readSumEpilogue(const Nest &nest) {
  return nest.epilogue ? Reader(nest).run() : SumEpilogue();
}

bool hasWideMultiplier(const Nest &nest, const Rescale &rescale) {
  const BodyScalar &multiplier = rescale.multiplier;
  if (multiplier.input >= 0) {
    const std::optional<Access> &input = nest.epilogueInputs[multiplier.input];
    return input && input->buffer.element.isInteger(64);
  }
  // Others have 31 bits.
  auto constant = dyn_cast_or_null<IntegerAttr>(multiplier.constant);
  return constant && !llvm::isInt<32>(constant.getInt());
}

bool holdsTruthValues(const Nest &nest) {
  auto isOne = [](const Access &access) {
    return access.buffer.element.isInteger(1);
  };
  return llvm::any_of(nest.outputs, isOne) ||
         llvm::any_of(nest.epilogueInputs,
                      [&](const std::optional<Access> &input) {
                        return input && isOne(*input);
                      });
}

} // namespace dlc::loops
