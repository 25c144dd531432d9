//===- Thresholds.cpp - Steps of sums as rescales -------------------------===//
//
// A step of a * factor + offset, with a positive factor and an accumulator a,
// is one at the integer where that passes the step's place. With results n
// below and p = n + d from t on it is clamp((a - t + 1) d + n): no result lies
// between.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/signs/Thresholds.h"
#include "compiler/quantize/Build.h"
#include "compiler/quantize/RescaleParameters.h"
#include "compiler/quantize/signs/Steps.h"
#include "compiler/quantize/sums/RisingSums.h"

using namespace mlir;

namespace dlc::quantize {

namespace {
class SumComparison {
public:
  SumComparison(OpBuilder &builder, LinearReader &linear, IntegerType storage)
      : builder(builder), linear(linear), storage(storage) {}

  Value build(Step step);

private:
  /// One channel, whose accumulator passes the step's place at `place`.
  static std::optional<RescaleTask> taskOf(const Step &step,
                                           const Fraction &place, Reach reach);

  OpBuilder &builder;
  LinearReader &linear;
  IntegerType storage;
  unsigned depth = 0;
};
} // namespace

std::optional<RescaleTask>
SumComparison::taskOf(const Step &step, const Fraction &place, Reach reach) {
  if (!place.isExact())
    return std::nullopt;
  auto below = int64_t(step.values[0]), there = int64_t(step.values[1]),
       above = int64_t(step.values[2]);
  Reach clamp{below, above};
  bool hasMiddle = there != below && there != above && place.isInteger();
  Wide first = there == above ? place.ceil() : place.floor() + 1;
  // Beyond what the sums reach it makes no difference where.
  first = std::clamp(first, Wide(reach.least), Wide(reach.greatest) + 1);
  int64_t rise = above - below;
  Fraction offset = Fraction((1 - int64_t(first)) * rise + below);
  if (hasMiddle) {
    rise = there - below;
    if (above - there != rise)
      return std::nullopt;
    offset = Fraction(there) - place * Fraction(rise);
  }
  return RescaleTask{{Fraction(rise), offset, 0, clamp}, reach};
}

Value SumComparison::build(Step step) {
  constexpr unsigned kDeepest = 64;
  if (!step.doesNotFall() || step.values[0] == step.values[2] ||
      ++depth > kDeepest)
    return {};
  Operation *op = step.x.getDefiningOp();
  if (auto relu = dyn_cast_or_null<nn::ReluOp>(op)) {
    if (step.at < 0)
      return {};
    if (step.at == 0)
      step.values[0] = step.values[1];
    step.x = relu.getInput();
    return build(step);
  }
  auto type = RankedTensorType::get(typeOf(step.x).getShape(), storage);
  if (movedBy(op) == SmallVector<Value>{op ? op->getOperand(0) : Value()} &&
      !isa<nn::PadOp>(op)) {
    step.x = op->getOperand(0);
    Value inner = build(step);
    return inner ? rebuild(builder, op, inner, type) : inner;
  }
  std::optional<Linear> sum = linear.read(step.x);
  if (!sum || sum->terms.size() != 1 || !sum->terms.front().isAccumulator)
    return {};
  std::optional<Term> term = sum->terms.front();
  if (!rises(*term))
    term = risingTerm(builder, *term);
  if (!term)
    return {};
  bool found = true;
  auto tasks = combine(
      [&](const Fraction &factor, const Fraction &offset, int64_t origin,
          Reach reach) {
        Fraction place =
            (Fraction::of(step.at) - offset) / factor + Fraction(origin);
        auto task = taskOf(step, place, reach);
        found &= task.has_value();
        return task.value_or(RescaleTask());
      },
      term->factor, sum->offset, term->origin, term->reach);
  auto chosen = found && tasks ? chooseRescale(tasks->values) : std::nullopt;
  if (!chosen)
    return {};
  return buildRescale(builder, op->getLoc(), term->integers,
                      {tasks->shape, {chosen->begin(), chosen->end()}}, storage,
                      {int64_t(step.values[0]), int64_t(step.values[2])});
}

Value compareSums(OpBuilder &builder, LinearReader &linear, Value integers) {
  auto storage = dyn_cast<IntegerType>(typeOf(integers).getElementType());
  std::optional<Step> step = stepOf(integers);
  if (!step || !storage || storage.getWidth() != 8 || storage.isUnsigned() ||
      !step->isWithin(-128, 127))
    return {};
  return SumComparison(builder, linear, storage).build(*step);
}

} // namespace dlc::quantize
