//===- ComputeInIntegers.cpp - Quantised networks in integers -------------===//

#include "compiler/quantize/Build.h"
#include "compiler/quantize/OpenEnds.h"
#include "compiler/quantize/Passes.h"
#include "compiler/quantize/Table.h"
#include "compiler/quantize/signs/Thresholds.h"
#include "compiler/quantize/sums/TransposedConvs.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/ScopeExit.h"

using namespace mlir;

namespace dlc::quantize {
#define GEN_PASS_DEF_COMPUTEININTEGERS
#include "compiler/quantize/Passes.h.inc"

namespace {
/// Quantises real numbers where they are computed from integers.
class Quantiser {
public:
  explicit Quantiser(OpBuilder &builder)
      : builder(builder), stored(builder), linear(builder, stored) {}

  /// The integers of `value`; null where they are not computed from integers.
  Value quantise(Location loc, Value value, const Target &target);
  /// Integers that are signs of what is computed from integers; else null.
  Value compare(Value integers) {
    return compareSums(builder, linear, integers);
  }

private:
  Value quantiseAny(Location loc, Value value, const Target &target);
  Value quantiseStored(Location loc, const Stored &from, const Target &target);
  Value quantiseMoved(Location loc, Operation *op, const Target &target);
  Value quantiseClamped(Location loc, Operation *op, Target target);
  Value quantiseConstant(Location loc, Value value, const Target &target);
  Value quantisePrelu(Location loc, nn::PreluOp op, const Target &target);

  OpBuilder &builder;
  StoredReader stored;
  LinearReader linear;
  unsigned depth = 0;
};
} // namespace

/// Longer chains of ops that only move are no layer's.
static constexpr unsigned kDeepest = 64;

Value Quantiser::quantise(Location loc, Value value, const Target &target) {
  // What a constant with more elements makes more of stays as it is.
  Value integers = quantiseAny(loc, value, target);
  return integers && typeOf(integers).getShape() == typeOf(value).getShape()
             ? integers
             : Value();
}

Value Quantiser::quantiseAny(Location loc, Value value, const Target &target) {
  if (depth == kDeepest)
    return {};
  ++depth;
  llvm::scope_exit leave([&] { --depth; });
  if (auto own = stored.read(value))
    if (Value same = quantiseStored(loc, *own, target))
      return same;
  Operation *op = value.getDefiningOp();
  if (!op)
    return {};
  auto integer = dyn_cast<IntegerOpInterface>(op);
  IntegerForm form = integer ? integer.getIntegerForm() : IntegerForm::None;
  if (form == IntegerForm::Moved)
    return quantiseMoved(loc, op, target);
  if (form == IntegerForm::Clamped)
    return quantiseClamped(loc, op, target);
  if (nn::constantOf(value))
    return quantiseConstant(loc, value, target);
  if (auto softmax = dyn_cast<nn::SoftmaxOp>(op))
    return quantiseSoftmax(builder, stored, softmax, target);
  if (auto sum = linear.read(value))
    if (Value integers = requantise(builder, op->getLoc(), *sum, target))
      return integers;
  if (Value integers = quantiseByTable(builder, stored, value, target))
    return integers;
  if (auto prelu = dyn_cast<nn::PreluOp>(op))
    if (Value integers = quantisePrelu(loc, prelu, target))
      return integers;
  return quantiseByPieces(builder, stored, value, target);
}

/// The larger of x and slope * x where no slope is above 1, the smaller where
/// none is below.
Value Quantiser::quantisePrelu(Location loc, nn::PreluOp op,
                               const Target &target) {
  auto slopes = fractionsOf(op.getRhs());
  const Fraction one(1);
  if (!slopes || !target.scale.isOne() ||
      !llvm::all_of(*slopes, [](const Fraction &s) { return s.isExact(); }))
    return {};
  bool below =
           llvm::none_of(*slopes, [&](const Fraction &s) { return one < s; }),
       above =
           llvm::none_of(*slopes, [&](const Fraction &s) { return s < one; });
  if (!below && !above)
    return {};
  Value turned =
      nn::MulOp::create(builder, loc, op.getType(), op.getLhs(), op.getRhs());
  Value as = quantise(loc, op.getLhs(), target),
        scaled = as ? quantise(loc, turned, target) : Value();
  if (!scaled)
    return {};
  return below ? nn::MaxOp::create(builder, loc, as.getType(), as, scaled)
                     .getResult()
               : nn::MinOp::create(builder, loc, as.getType(), as, scaled)
                     .getResult();
}

/// Integers of the same scale and zero point are what is asked for.
Value Quantiser::quantiseStored(Location loc, const Stored &from,
                                const Target &target) {
  if (!target.scale.isOne() || from.scale.one() != target.scale.one() ||
      from.zeroPoint.one() != target.zeroPoint ||
      typeOf(from.integers).getElementType() != target.storage) {
    auto sum = Linear{{{from.integers, from.scale, from.zeroPoint,
                        Spread<Reach>(reachOf(from.integers))}},
                      {}};
    return requantise(builder, loc, sum, target);
  }
  return buildClip(builder, loc, from.integers, target.clamp);
}

Value Quantiser::quantiseConstant(Location loc, Value value,
                                  const Target &target) {
  auto numbers = fractionsOf(value);
  if (!numbers || !target.scale.isOne())
    return {};
  std::vector<int64_t> integers;
  for (const Fraction &number : *numbers) {
    if (!(number / target.scale.values.front()).isExact())
      return {};
    integers.push_back(target(number));
  }
  return buildConstant(builder, loc, target.storage,
                       {Shape(typeOf(value).getShape()), std::move(integers)});
}

/// Quantisation does not fall as numbers grow, so that it can as well be done
/// before elements are moved or the largest of them is taken.
Value Quantiser::quantiseMoved(Location loc, Operation *op,
                               const Target &target) {
  if (!target.scale.isOne())
    return {};
  SmallVector<Value> operands(op->getOperands());
  for (unsigned i : cast<IntegerOpInterface>(op).getMovedOperands()) {
    operands[i] = quantise(loc, operands[i], target);
    if (!operands[i])
      return {};
  }
  auto pad = dyn_cast<nn::PadOp>(op);
  if (pad && pad.getMode() == nn::PadMode::Constant) {
    if (operands.size() == 1)
      operands.push_back(buildConstant(builder, loc, target.storage,
                                       Spread<int64_t>(target(Fraction(0)))));
    else
      operands[1] = quantise(loc, operands[1], target);
    if (!operands[1])
      return {};
  }
  return rebuild(builder, op, operands,
                 RankedTensorType::get(typeOf(op->getResult(0)).getShape(),
                                       target.storage));
}

Value Quantiser::quantiseClamped(Location loc, Operation *op, Target target) {
  auto [least, greatest] = boundsOf(op);
  for (auto &bound : {least, greatest})
    if (bound && (!target.scale.isOne() ||
                  !(*bound / target.scale.values.front()).isExact()))
      return {};

  if (least)
    target.clamp.least = std::max(target.clamp.least, target(*least));
  if (greatest)
    target.clamp.greatest = std::min(target.clamp.greatest, target(*greatest));
  target.clamp.least = std::min(target.clamp.least, target.clamp.greatest);
  return quantise(loc, op->getOperand(0), target);
}

namespace {
struct ComputeInIntegers : impl::ComputeInIntegersBase<ComputeInIntegers> {
  void runOnOperation() override {
    OpBuilder builder(&getContext());
    splitTransposedConvs();
    Quantiser quantiser(builder);
    // In their order, so that what is asked for later is already integers.
    SmallVector<Operation *> ends;
    getOperation()->walk([&](Operation *op) {
      if (isa<nn::QuantizeOp, nn::DequantizeOp>(op))
        ends.push_back(op);
    });
    for (Operation *op : ends) {
      builder.setInsertionPoint(op);
      if (auto quantize = dyn_cast<nn::QuantizeOp>(op)) {
        auto target = targetOf(quantize);
        Value integers =
            target
                ? quantiser.quantise(op->getLoc(), quantize.getInput(), *target)
                : Value();
        if (integers)
          quantize.getOutput().replaceAllUsesWith(integers);
      } else if (Value integers = quantiser.compare(op->getOperand(0))) {
        op->setOperand(0, integers);
      }
    }
    eraseDead();
    dequantiseOpenEnds();
    eraseDead();
  }

  void splitTransposedConvs() {
    OpBuilder builder(&getContext());
    StoredReader stored(builder);
    SmallVector<nn::ConvTransposeOp> convs;
    getOperation()->walk([&](nn::ConvTransposeOp op) { convs.push_back(op); });
    for (nn::ConvTransposeOp op : convs) {
      builder.setInsertionPoint(op);
      if (Value plain = splitTransposedConv(builder, stored, op))
        op.getOutput().replaceAllUsesWith(plain);
    }
  }

  /// What is left of sums has no quantisation behind it that knows integers.
  void dequantiseOpenEnds() {
    OpBuilder builder(&getContext());
    StoredReader stored(builder);
    LinearReader linear(builder, stored);
    SmallVector<Operation *> sums;
    getOperation()->walk([&](Operation *op) {
      if (isa<nn::ConvOp, nn::MatmulOp>(op))
        sums.push_back(op);
    });
    for (Operation *op : sums) {
      builder.setInsertionPoint(op);
      if (Value real = dequantiseSums(builder, linear, op))
        op->getResult(0).replaceAllUsesWith(real);
    }
  }

  /// Last ops first: those that nothing uses any more.
  void eraseDead() {
    for (Block &block : getOperation().getBody())
      for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
        if (isOpTriviallyDead(&op))
          op.erase();
  }
};
} // namespace
} // namespace dlc::quantize
