//===- Steps.cpp - Tensors that are steps of another ----------------------===//

#include "compiler/quantize/signs/Steps.h"
#include "dialects/nn/Constants.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;

namespace dlc::quantize {

/// Longer chains are no activation's.
static constexpr unsigned kDeepest = 16;

bool Step::isWithin(double least, double greatest) const {
  return llvm::all_of(values, [&](double value) {
    return value >= least && value <= greatest && value == std::floor(value);
  });
}

SmallVector<Value> movedBy(Operation *op) {
  SmallVector<Value> operands;
  auto integer = dyn_cast_or_null<IntegerOpInterface>(op);
  if (integer && integer.getIntegerForm() == IntegerForm::Moved)
    for (unsigned i : integer.getMovedOperands())
      operands.push_back(op->getOperand(i));
  return operands;
}

static bool holds(nn::ComparePredicate predicate, double a, double b) {
  switch (predicate) {
  case nn::ComparePredicate::EQ:
    return a == b;
  case nn::ComparePredicate::LT:
    return a < b;
  case nn::ComparePredicate::LE:
    return a <= b;
  case nn::ComparePredicate::GT:
    return a > b;
  case nn::ComparePredicate::GE:
    return a >= b;
  }
  return false;
}

namespace {
class StepReader {
public:
  std::optional<Step> read(Value value) {
    Operation *op = value.getDefiningOp();
    if (!op || depth == kDeepest)
      return std::nullopt;
    ++depth;
    auto step = readOp(op);
    --depth;
    // A constant that has more elements makes more of them.
    auto type = cast<RankedTensorType>(value.getType());
    if (step &&
        cast<RankedTensorType>(step->x.getType()).getShape() != type.getShape())
      return std::nullopt;
    if (step && type.getElementType().isF32())
      for (double &number : step->values)
        number = static_cast<float>(number);
    return step;
  }

private:
  std::optional<Step> readOp(Operation *op) {
    using Result = std::optional<Step>;
    return llvm::TypeSwitch<Operation *, Result>(op)
        .Case([&](nn::SignOp sign) { return readSign(sign); })
        .Case([&](nn::CompareOp compare) { return readCompare(compare); })
        .Case([&](nn::SelectOp select) { return readSelect(select); })
        .Case([&](nn::CastOp cast) { return readCast(cast); })
        .Case([&](nn::ReluOp relu) {
          return mapped(relu.getInput(),
                        [](double v) { return std::max(v, 0.0); });
        })
        .Case([&](nn::NotOp invert) {
          return mapped(invert.getInput(), [](double v) { return v == 0; });
        })
        .Case([&](nn::ClipOp clip) {
          double low = clip.getMin() ? clip.getMin()->convertToDouble()
                                     : -HUGE_VAL,
                 high = clip.getMax() ? clip.getMax()->convertToDouble()
                                      : HUGE_VAL;
          return mapped(clip.getInput(), [&](double v) {
            return std::min(std::max(v, low), high);
          });
        })
        .Case([&](nn::AddOp) {
          return withNumber(op, [](double a, double b) { return a + b; });
        })
        .Case([&](nn::SubOp) {
          return withNumber(op, [](double a, double b) { return a - b; });
        })
        .Case([&](nn::MulOp) {
          return withNumber(op, [](double a, double b) { return a * b; });
        })
        .Default([](Operation *) { return Result(); });
  }

  template <typename Fn> std::optional<Step> mapped(Value input, Fn fn) {
    auto step = read(input);
    if (step)
      for (double &number : step->values)
        number = fn(number);
    return step;
  }

  /// A function of a step's values and a constant number, in their order.
  template <typename Fn> std::optional<Step> withNumber(Operation *op, Fn fn) {
    if (!cast<RankedTensorType>(op->getResult(0).getType())
             .getElementType()
             .isF32())
      return std::nullopt;
    if (auto right = nn::splatOf(op->getOperand(1)))
      return mapped(op->getOperand(0), [&](double v) { return fn(v, *right); });
    if (auto left = nn::splatOf(op->getOperand(0)))
      return mapped(op->getOperand(1), [&](double v) { return fn(*left, v); });
    return std::nullopt;
  }

  std::optional<Step> readSign(nn::SignOp op) {
    auto sign = [](double v) { return double((v > 0) - (v < 0)); };
    if (auto step = mapped(op.getInput(), sign))
      return step;
    return Step{op.getInput(), 0, {-1, 0, 1}};
  }

  std::optional<Step> readCompare(nn::CompareOp op) {
    auto right = nn::splatOf(op.getRhs());
    if (!right ||
        !isa<FloatType>(
            cast<RankedTensorType>(op.getLhs().getType()).getElementType()))
      return std::nullopt;
    nn::ComparePredicate predicate = op.getPredicate();
    if (auto step = mapped(op.getLhs(), [&](double v) {
          return double(holds(predicate, v, *right));
        }))
      return step;
    if (!std::isfinite(*right))
      return std::nullopt;
    Step step{op.getLhs(), *right, {}};
    for (int side : {0, 1, 2})
      step.values[side] = holds(predicate, side - 1, 0);
    return step;
  }

  std::optional<Step> readSelect(nn::SelectOp op) {
    auto yes = nn::splatOf(op.getOnTrue()), no = nn::splatOf(op.getOnFalse());
    if (!yes || !no)
      return std::nullopt;
    return mapped(op.getCondition(),
                  [&](double v) { return v != 0 ? *yes : *no; });
  }

  std::optional<Step> readCast(nn::CastOp op) {
    auto step = read(op.getInput());
    auto type = cast<RankedTensorType>(op.getType()).getElementType();
    if (!step || isa<FloatType>(type))
      return step;
    if (type.isInteger(1)) {
      for (double &number : step->values)
        number = number != 0;
      return step;
    }
    // Beyond it a conversion may be anything.
    return step->isWithin(type.isUnsignedInteger() ? 0 : -128, 127)
               ? step
               : std::nullopt;
  }

  unsigned depth = 0;
};
} // namespace

std::optional<Step> stepOf(Value value) { return StepReader().read(value); }

} // namespace dlc::quantize
