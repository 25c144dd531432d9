//===- Rules.cpp - What an op needs to be right for all lengths -----------===//

#include "compiler/lengths/Rules.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/search/NnSearchOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace dlc::lengths {

std::string Rules::shapeText(Value value) const {
  std::string text = "[";
  for (int64_t axis = 0; axis < rankOf(value); ++axis)
    text += (axis ? ", " : "") + points.text(observed.sizes(value, axis));
  return text + "]";
}

LogicalResult Rules::refuse(Operation *op, const Twine &what) {
  std::string lengths;
  for (const LengthRange &range : points.ranges())
    lengths += (lengths.empty() ? "" : " and ") + range.name;
  InFlightDiagnostic error = op->emitError();
  error << lengths << (points.ranges().size() == 1 ? " is" : " are")
        << " known when the network runs, and " << what;
  if (op->getNumOperands() && op->getNumResults())
    error << " (" << shapeText(op->getOperand(0)) << " to "
          << shapeText(op->getResult(0)) << ")";
  error << "; compile for one length: " << points.fixedText();
  return error;
}

void Rules::mask(Operation *op, unsigned number, ArrayRef<int64_t> axes,
                 Neutral kind) {
  Value operand = op->getOperand(number);
  Value made = run.masked(operand, axes, kind);
  observed.copy(operand, made);
  op->setOperand(number, made);
}

void Rules::replace(Value result, Value made) {
  observed.copy(result, made);
  result.replaceAllUsesWith(made);
}

bool Rules::isSame(Operation *op, ArrayRef<StringRef> other) const {
  for (DictionaryAttr at : observed.attributes(op)) {
    if (!at)
      continue;
    for (NamedAttribute own : op->getAttrDictionary())
      if (!llvm::is_contained(other, own.getName().strref()) &&
          at.get(own.getName()) != own.getValue())
        return false;
  }
  return true;
}

std::optional<ArrayRef<int64_t>>
Rules::integersAt(Operation *op, StringRef name, size_t point) const {
  ArrayRef<DictionaryAttr> all = observed.attributes(op);
  DictionaryAttr at = all.empty() ? op->getAttrDictionary() : all[point];
  if (!at)
    return std::nullopt;
  return at.getAs<DenseI64ArrayAttr>(name).asArrayRef();
}

/// Dimensions aligned to the right: what is as large as the result's is so at
/// all points, and what is 1 beside a larger one too. The last `except`
/// dimensions do not broadcast.
bool Rules::broadcasts(ValueRange operands, Value result,
                       int64_t except) const {
  int64_t rank = rankOf(result);
  for (Value operand : operands)
    for (int64_t axis = 0; axis < rankOf(operand) - except; ++axis) {
      int64_t to = axis + rank - rankOf(operand);
      bool whole = boundOf(operand, axis) == boundOf(result, to);
      for (size_t point = 0; point < points.size(); ++point)
        if (observed.sizeAt(operand, axis, point) !=
            (whole ? observed.sizeAt(result, to, point) : 1))
          return false;
    }
  return true;
}

static bool dividesIntegers(Operation *op) {
  return isa<nn::DivOp, nn::ModOp>(op) &&
         isa<IntegerType>(typeOf(op->getResult(0)).getElementType());
}

LogicalResult Rules::applyElementwise(Operation *op) {
  Value result = op->getResult(0);
  if (!isSame(op))
    return refuse(op, "it computes something else for other lengths");
  if (!broadcasts(op->getOperands(), result))
    return refuse(op, "its operands broadcast in another way for other "
                      "lengths");
  // Nothing is divided by what lies behind.
  if (dividesIntegers(op))
    mask(op, 1,
         llvm::to_vector(llvm::seq<int64_t>(0, rankOf(op->getOperand(1)))),
         Neutral::One);
  return success();
}

namespace {
/// The product of the sizes along `axes`.
PerPoint countAlong(const Rules &rules, Value x, ArrayRef<int64_t> axes) {
  PerPoint count(rules.points.size(), 1);
  for (int64_t axis : axes)
    for (size_t point = 0; point < count.size(); ++point)
      count[point] *= rules.observed.sizeAt(x, axis, point);
  return count;
}

bool isAlong(const Rules &rules, Value x, ArrayRef<int64_t> axes) {
  return llvm::any_of(axes,
                      [&](int64_t axis) { return rules.varies(x, axis); });
}

LogicalResult applyReduce(Rules &rules, nn::ReduceOp op) {
  Value input = op.getInput();
  ArrayRef<int64_t> axes = op.getAxes();
  if (!isAlong(rules, input, axes))
    return success();
  if (op.getAccumulator())
    return rules.refuse(op, "sums of stored integers are of all elements");
  using nn::ReduceKind;
  if (op.getKind() != ReduceKind::Mean) {
    Neutral kind = op.getKind() == ReduceKind::Sum    ? Neutral::Zero
                   : op.getKind() == ReduceKind::Prod ? Neutral::One
                   : op.getKind() == ReduceKind::Max  ? Neutral::Lowest
                                                      : Neutral::Highest;
    rules.mask(op, 0, axes, kind);
    return success();
  }
  if (!isa<FloatType>(typeOf(input).getElementType()))
    return rules.refuse(op, "the mean of integers is not divided by a length");
  PerPoint count = countAlong(rules, input, axes);
  rules.mask(op, 0, axes, Neutral::Zero);
  op.setKind(ReduceKind::Sum);
  rules.run.startAt(op->getNextNode());
  Value divisor =
      rules.run.cast(rules.run.number(count), op.getType().getElementType());
  Value sum = op.getOutput();
  Value mean = rules.run.make<nn::DivOp>({sum, divisor});
  rules.observed.copy(sum, mean);
  sum.replaceAllUsesExcept(mean, mean.getDefiningOp());
  return success();
}

LogicalResult applyMatmul(Rules &rules, nn::MatmulOp op) {
  int64_t left = rankOf(op.getLhs()) - 1, right = rankOf(op.getRhs()) - 2;
  if (!rules.varies(op.getLhs(), left))
    return success();
  if (op.getAccumulator())
    return rules.refuse(op, "sums of stored integers are of all elements");
  rules.mask(op, 0, left, Neutral::Zero);
  // A product with 0 is one where the other factor is finite.
  rules.mask(op, 1, right, Neutral::Zero);
  return success();
}

template <typename OpT> LogicalResult applyRunning(Rules &rules, OpT op) {
  int64_t axis = op.getAxis();
  if (op.getReverse())
    rules.mask(op, 0, axis,
               isa<nn::CumSumOp>(*op) ? Neutral::Zero : Neutral::One);
  return success();
}

LogicalResult applyArgReduce(Rules &rules, nn::ArgReduceOp op) {
  int64_t axis = op.getAxis();
  if (!rules.varies(op.getInput(), axis))
    return success();
  // Of equal elements the first is before all that lies behind.
  if (op.getSelectLast())
    return rules.refuse(op, "the last of equal elements is looked for");
  rules.mask(op, 0, axis,
             op.getKind() == nn::ReduceKind::Max ? Neutral::Lowest
                                                 : Neutral::Highest);
  return success();
}
} // namespace

/// Ops that compute one number of many along an axis, or many of many.
std::optional<LogicalResult> Rules::applySum(Operation *op) {
  using Result = std::optional<LogicalResult>;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](nn::ReduceOp known) -> Result {
        return isSame(op) ? applyReduce(*this, known) : Result();
      })
      .Case([&](nn::MatmulOp known) -> Result {
        if (!isSame(op) ||
            !broadcasts({known.getLhs(), known.getRhs()}, known.getOutput(), 2))
          return Result();
        return applyMatmul(*this, known);
      })
      .Case([&](nn::SoftmaxOp known) -> Result {
        mask(op, 0, static_cast<int64_t>(known.getAxis()),
             Neutral::MinusInfinity);
        return isSame(op) ? Result(success()) : Result();
      })
      .Case([&](nn::ArgReduceOp known) -> Result {
        return isSame(op) ? applyArgReduce(*this, known) : Result();
      })
      .Case([&](nn::TopKOp known) -> Result {
        mask(op, 0, static_cast<int64_t>(known.getAxis()),
             known.getLargest() ? Neutral::Lowest : Neutral::Highest);
        return isSame(op, {"k"}) ? Result(success()) : Result();
      })
      .Case<nn::CumSumOp, nn::CumProdOp>([&](auto known) -> Result {
        return isSame(op) ? applyRunning(*this, known) : Result();
      })
      .Case([&](nn::LrnOp known) -> Result {
        bool along = varies(known.getInput(), known.getAxis());
        return isSame(op) && !along ? Result(success()) : Result();
      })
      .Case([&](nn::TreeEnsembleOp known) -> Result {
        return isSame(op) && !varies(known.getInput(), 1) ? Result(success())
                                                          : Result();
      })
      .Default(Result());
}

/// A constant that is more than the first elements of the largest network's is
/// chosen among those of all points.
LogicalResult Rules::bringConstants(Operation *op) {
  constexpr int64_t kMostElements = int64_t(1) << 18;
  for (OpOperand &operand : op->getOpOperands()) {
    Value value = operand.get();
    ArrayRef<ElementsAttr> perPoint = observed.constants(value);
    if (perPoint.empty())
      continue;
    int64_t elements = typeOf(value).getNumElements();
    if (elements > kMostElements / static_cast<int64_t>(points.size()))
      return refuse(op, "its operand number " +
                            Twine(operand.getOperandNumber() + 1) +
                            " holds other constants for other lengths, which "
                            "are too many to keep");
    Value chosen = run.constant(perPoint, nn::constantOf(value));
    observed.copy(value, chosen);
    operand.set(chosen);
  }
  return success();
}

LogicalResult Rules::apply(Operation *op) {
  auto varied = [&](Value value) { return observed.varies(value); };
  run.startAt(op);
  if (failed(bringConstants(op)))
    return failure();
  if (op->hasTrait<OpTrait::IsTerminator>())
    return success();
  if (op->getNumRegions()) {
    if (auto done = applyLoop(op))
      return *done;
  } else if (llvm::none_of(op->getOperands(), varied) &&
             llvm::none_of(op->getResults(), varied) &&
             observed.attributes(op).empty()) {
    return success();
  }
  if (op->hasTrait<nn::ElementwiseOp>() || isa<nn::BroadcastOp>(op))
    return applyElementwise(op);
  for (auto family : {&Rules::applySum, &Rules::applyMove, &Rules::applyWindow})
    if (auto done = (this->*family)(op))
      return *done;
  return refuse(op, "this operator cannot be computed for a part of a tensor");
}

SmallVector<Operation *> Rules::opsOf(Block &block) {
  SmallVector<Operation *> ops;
  for (Operation &op : block)
    if (!isa<arith::ConstantOp>(op))
      ops.push_back(&op);
  return ops;
}

LogicalResult Rules::apply(ArrayRef<Operation *> ops) {
  for (Operation *op : ops)
    if (failed(apply(op)))
      return failure();
  return success();
}

} // namespace dlc::lengths
