//===- Stored.cpp - Integers that stand for real numbers ------------------===//

#include "compiler/quantize/Stored.h"
#include "compiler/quantize/Build.h"
#include "dialects/nn/Constants.h"

using namespace mlir;

namespace dlc::quantize {

std::optional<std::vector<Fraction>> fractionsOf(Value constant) {
  ElementsAttr elements = constant ? nn::constantOf(constant) : ElementsAttr();
  auto type =
      elements ? dyn_cast<FloatType>(elements.getElementType()) : FloatType();
  auto data = type ? nn::readConstant(elements) : std::nullopt;
  if (!data || type.getWidth() > 64)
    return std::nullopt;
  std::vector<Fraction> values;
  for (int64_t i = 0, e = elements.getNumElements(); i < e; ++i) {
    uint64_t raw = 0;
    std::memcpy(&raw, data->at(i), data->elementBytes);
    values.push_back(Fraction::of(
        APFloat(type.getFloatSemantics(), APInt(type.getWidth(), raw))));
  }
  return values;
}

std::optional<std::pair<Spread<Fraction>, Spread<int64_t>>>
parametersOf(Operation *op) {
  Value scaleValue = op->getOperand(1),
        zeroValue = op->getNumOperands() > 2 ? op->getOperand(2) : Value();
  auto scales = fractionsOf(scaleValue);
  if (!scales || scales->empty() ||
      !llvm::all_of(*scales, [](auto &scale) { return scale.isPositive(); }))
    return std::nullopt;
  std::vector<int64_t> zeroPoints(scales->size(), 0);
  if (zeroValue) {
    auto read = nn::readIntegers(nn::constantOf(zeroValue));
    if (!read || read->size() != scales->size())
      return std::nullopt;
    zeroPoints.assign(read->begin(), read->end());
  }
  if (scales->size() == 1)
    return std::pair(Spread<Fraction>(scales->front()),
                     Spread<int64_t>(zeroPoints.front()));
  int64_t axis = cast<IntegerAttr>(op->getAttr("axis")).getInt();
  int64_t rank = typeOf(op->getOperand(0)).getRank();
  axis = axis < 0 ? axis + rank : axis;
  return std::pair(
      Spread<Fraction>::along(axis, rank, std::move(*scales)),
      Spread<int64_t>::along(axis, rank, std::move(zeroPoints)).collapsed());
}

Reach reachOf(IntegerType type) {
  int64_t values = int64_t(1) << type.getWidth();
  int64_t least = type.isUnsigned() ? 0 : -values / 2;
  return {least, least + values - 1};
}

Reach reachOf(Value integers) {
  auto type = cast<IntegerType>(typeOf(integers).getElementType());
  Reach reach = reachOf(type);
  if (auto rescale = integers.getDefiningOp<nn::RescaleOp>())
    return {int64_t(rescale.getMin()), int64_t(rescale.getMax())};
  if (auto clip = integers.getDefiningOp<nn::ClipOp>()) {
    if (auto min = clip.getMin())
      reach.least = std::max(reach.least, int64_t(min->convertToDouble()));
    if (auto max = clip.getMax())
      reach.greatest =
          std::min(reach.greatest, int64_t(max->convertToDouble()));
  } else if (Operation *op = integers.getDefiningOp()) {
    auto moves = dyn_cast<IntegerOpInterface>(op);
    if (moves && moves.getMovedOperands() == SmallVector<unsigned>{0} &&
        !isa<nn::PadOp>(op))
      return reachOf(op->getOperand(0));
  }
  return reach;
}

std::optional<Stored> StoredReader::read(Value value) {
  auto found = known.find(value);
  if (found != known.end())
    return found->second;
  std::optional<Stored> stored;
  if (Operation *op = value.getDefiningOp())
    stored = readOp(op);
  known[value] = stored;
  return stored;
}

std::optional<Stored> StoredReader::readOp(Operation *op) {
  if (isa<nn::DequantizeOp>(op)) {
    auto type =
        dyn_cast<IntegerType>(typeOf(op->getOperand(0)).getElementType());
    auto parameters = parametersOf(op);
    if (!parameters || !type || type.getWidth() > (type.isUnsigned() ? 16 : 32))
      return std::nullopt;
    return Stored{op->getOperand(0), std::move(parameters->first),
                  std::move(parameters->second)};
  }
  auto integer = dyn_cast<IntegerOpInterface>(op);
  if (!integer)
    return std::nullopt;
  switch (integer.getIntegerForm()) {
  case IntegerForm::Moved:
    return readMoved(op);
  case IntegerForm::Clamped:
    return readClamped(op);
  default:
    return std::nullopt;
  }
}

/// The spread of a value that is reshaped or transposed; nullopt if it is none
/// of the result's.
template <typename T>
static std::optional<Spread<T>> moveSpread(Operation *op,
                                           const Spread<T> &spread) {
  if (spread.isOne())
    return spread;
  ArrayRef<int64_t> before = typeOf(op->getOperand(0)).getShape(),
                    after = typeOf(op->getResult(0)).getShape();
  int64_t rank = before.size();
  int64_t axis = rank - int64_t(spread.shape.size());
  if (int64_t(spread.values.size()) != spread.shape.front())
    return std::nullopt;
  if (auto transpose = dyn_cast<nn::TransposeOp>(op))
    return Spread<T>::along(llvm::find(transpose.getPerm(), axis) -
                                transpose.getPerm().begin(),
                            rank, spread.values);
  if (!isa<nn::ReshapeOp>(op))
    return std::nullopt;
  int64_t outer = detail::countOf(before.take_front(axis));
  for (auto [i, size] : llvm::enumerate(after))
    if (size == before[axis] && detail::countOf(after.take_front(i)) == outer)
      return Spread<T>::along(i, after.size(), spread.values);
  return std::nullopt;
}

/// The integers of a pad's value: where it has none, it is 0.
static Value buildPadding(OpBuilder &builder, nn::PadOp pad,
                          const Stored &stored) {
  Fraction value;
  if (pad.getValue()) {
    auto values = fractionsOf(pad.getValue());
    if (!values)
      return {};
    value = values->front();
  }
  Fraction integer = value / stored.scale.values.front() +
                     Fraction(stored.zeroPoint.values.front());
  auto type = cast<IntegerType>(typeOf(stored.integers).getElementType());
  Reach reach = reachOf(type);
  if (!integer.isInteger() || integer < Fraction(reach.least) ||
      Fraction(reach.greatest) < integer)
    return {};
  return buildConstant(builder, pad.getLoc(), type,
                       Spread<int64_t>(int64_t(integer.numerator())));
}

std::optional<Stored> StoredReader::readMoved(Operation *op) {
  SmallVector<unsigned> moved = cast<IntegerOpInterface>(op).getMovedOperands();
  std::optional<Stored> result;
  SmallVector<Value> operands(op->getOperands());
  for (unsigned i : moved) {
    std::optional<Stored> stored = read(operands[i]);
    if (!stored)
      return std::nullopt;
    if (result && (typeOf(result->integers).getElementType() !=
                       typeOf(stored->integers).getElementType() ||
                   !stored->scale.isOne() || !stored->zeroPoint.isOne() ||
                   stored->scale.one() != result->scale.one() ||
                   stored->zeroPoint.one() != result->zeroPoint.one()))
      return std::nullopt;
    operands[i] = stored->integers;
    if (!result)
      result = std::move(stored);
  }
  if (!result || (moved.size() > 1 && !result->scale.isOne()))
    return std::nullopt;
  auto scale = moveSpread(op, result->scale);
  auto zeroPoint = moveSpread(op, result->zeroPoint);
  if (!scale || !zeroPoint)
    return std::nullopt;
  auto pad = dyn_cast<nn::PadOp>(op);
  if (pad && pad.getMode() == nn::PadMode::Constant) {
    Value padding = buildPadding(builder, pad, *result);
    if (!padding)
      return std::nullopt;
    operands = {result->integers, padding};
  }
  Type element = typeOf(result->integers).getElementType();
  return Stored{rebuild(builder, op, operands,
                        RankedTensorType::get(
                            typeOf(op->getResult(0)).getShape(), element)),
                std::move(*scale), std::move(*zeroPoint)};
}

std::optional<Stored> StoredReader::readClamped(Operation *op) {
  std::optional<Stored> stored = read(op->getOperand(0));
  if (!stored || !stored->scale.isOne() || !stored->zeroPoint.isOne())
    return std::nullopt;
  auto type = cast<IntegerType>(typeOf(stored->integers).getElementType());
  Reach clamp = reachOf(type);
  auto [least, greatest] = boundsOf(op);
  // A bound has to be one of the numbers that the integers stand for.
  auto integerOf = [&](const Fraction &bound) {
    return bound / stored->scale.values.front() +
           Fraction(stored->zeroPoint.values.front());
  };
  if (least) {
    Fraction bound = integerOf(*least);
    if (!bound.isExact() ||
        (!bound.isInteger() && Fraction(clamp.least) < bound))
      return std::nullopt;
    if (Fraction(clamp.least) < bound)
      clamp.least = int64_t(std::min<Wide>(bound.numerator(), clamp.greatest));
  }
  if (greatest) {
    Fraction bound = integerOf(*greatest);
    if (!bound.isExact() ||
        (!bound.isInteger() && bound < Fraction(clamp.greatest)))
      return std::nullopt;
    if (bound < Fraction(clamp.greatest)) {
      clamp.greatest =
          int64_t(std::max<Wide>(bound.numerator(), reachOf(type).least));
      clamp.least = std::min(clamp.least, clamp.greatest);
    }
  }
  stored->integers = buildClip(builder, op->getLoc(), stored->integers, clamp);
  return stored;
}

} // namespace dlc::quantize
