//===- RunTime.cpp - What a call's lengths make of tensors ----------------===//

#include "compiler/lengths/RunTime.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/loops/NnLoopOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace dlc::lengths {

void RunTime::startAt(Operation *op) {
  opBuilder.setInsertionPoint(op);
  place = op->getLoc();
}

void RunTime::startAtEnd() { startAt(main.front().getTerminator()); }

Value RunTime::constant(ElementsAttr value) {
  return arith::ConstantOp::create(opBuilder, place, value);
}

static RankedTensorType scalarType(Type element) {
  return RankedTensorType::get({}, element);
}

Value RunTime::integer(int64_t value) {
  return scalar(opBuilder.getI32Type(), static_cast<double>(value));
}

Value RunTime::scalar(Type element, double value) {
  return constant(nn::makeSplat(scalarType(element), value));
}

Value RunTime::scalar(Type element, Neutral kind) {
  if (kind == Neutral::Zero || kind == Neutral::One)
    return scalar(element, kind == Neutral::One ? 1.0 : 0.0);
  bool highest = kind == Neutral::Highest;
  assert((kind != Neutral::MinusInfinity || isa<FloatType>(element)) &&
         "integers have no exponentials");
  if (isa<FloatType>(element)) {
    double infinity = std::numeric_limits<double>::infinity();
    return scalar(element, highest ? infinity : -infinity);
  }
  unsigned width = element.getIntOrFloatBitWidth();
  bool isUnsigned = element.isUnsignedInteger() || width == 1;
  APInt extreme = highest ? (isUnsigned ? APInt::getMaxValue(width)
                                        : APInt::getSignedMaxValue(width))
                          : (isUnsigned ? APInt::getMinValue(width)
                                        : APInt::getSignedMinValue(width));
  return constant(DenseElementsAttr::get(scalarType(element), extreme));
}

Value RunTime::cast(Value x, Type element) {
  if (typeOf(x).getElementType() == element)
    return x;
  return nn::CastOp::create(opBuilder, place, typeOf(x).clone(element), x);
}

Value RunTime::reshape(Value x, ArrayRef<int64_t> shape) {
  if (typeOf(x).getShape() == shape)
    return x;
  return nn::ReshapeOp::create(opBuilder, place, typeOf(x).clone(shape), x);
}

Value RunTime::gather(Value data, Value indices, int64_t axis) {
  return make<nn::GatherOp>({data, indices}, attr("axis", axis));
}

Value RunTime::compare(nn::ComparePredicate predicate, Value a, Value b) {
  return make<nn::CompareOp>(
      {a, b}, opBuilder.getNamedAttr("predicate",
                                     nn::ComparePredicateAttr::get(
                                         opBuilder.getContext(), predicate)));
}

/// Makes something once, at the beginning of @main.
template <typename Build>
Value RunTime::inMain(Value &made, const Build &build) {
  if (!made) {
    OpBuilder::InsertionGuard guard(opBuilder);
    Location before = place;
    place = main.getLoc();
    if (tableIndex)
      opBuilder.setInsertionPointAfterValue(tableIndex);
    else
      opBuilder.setInsertionPointToStart(&main.front());
    made = build();
    place = before;
  }
  return made;
}

/// The number of the point that the lengths are.
Value RunTime::index() {
  return inMain(tableIndex, [&] {
    Value sum;
    for (auto [range, length] :
         llvm::zip_equal(observed.points.ranges(), lengths)) {
      Value part = add(length, -range.least);
      if (sum)
        sum = add(mul(sum, range.most - range.least + 1), part);
      else
        sum = part;
    }
    return sum;
  });
}

Value RunTime::brought(Value value, Block *block) {
  if (block == &main.front())
    return value;
  Value &inside = bodies[{block, value}];
  if (inside)
    return inside;
  Operation *holder = block->getParentOp();
  Value outer = brought(value, holder->getBlock());
  if (auto loop = dyn_cast<nn::LoopOp>(holder))
    loop.getSharedMutable().append(outer);
  else
    mlir::cast<nn::IfOp>(holder).getSharedMutable().append(outer);
  for (Region &region : holder->getRegions())
    bodies[{&region.front(), value}] =
        region.front().addArgument(value.getType(), place);
  return bodies[{block, value}];
}

Value RunTime::number(const PerPoint &values) {
  if (llvm::all_equal(values))
    return integer(values.front());
  std::optional<SizeFormula> formula = observed.points.formulaOf(values);
  bool isTable = !formula || formula->c != 1;
  if (isTable)
    index();
  Value made = inMain(numbers[values], [&] {
    if (!isTable) {
      Value length = lengths[formula->length];
      if (formula->a != 1)
        length = mul(length, formula->a);
      return formula->b ? add(length, formula->b) : length;
    }
    std::vector<char> bytes(values.size() * sizeof(int32_t));
    for (auto [i, value] : llvm::enumerate(values)) {
      auto narrow = static_cast<int32_t>(value);
      std::memcpy(&bytes[i * sizeof(narrow)], &narrow, sizeof(narrow));
    }
    auto type = RankedTensorType::get({static_cast<int64_t>(values.size())},
                                      opBuilder.getI32Type());
    return gather(constant(nn::makeConstant(type, std::move(bytes))), index(),
                  0);
  });
  return brought(made, opBuilder.getInsertionBlock());
}

Value RunTime::constant(ArrayRef<ElementsAttr> perPoint, ElementsAttr largest) {
  ShapedType whole = largest.getShapedType();
  auto own = nn::readConstant(largest);
  int64_t width = own->elementBytes, count = whole.getNumElements();
  std::vector<char> bytes(perPoint.size() * count * width);
  for (auto [point, at] : llvm::enumerate(perPoint)) {
    char *to = bytes.data() + point * count * width;
    auto data = at ? nn::readConstant(at) : own;
    ArrayRef<int64_t> shape = (at ? at : largest).getShapedType().getShape();
    SmallVector<int64_t> position(shape.size(), 0);
    int64_t elements = (at ? at : largest).getNumElements();
    for (int64_t i = 0; i < elements; ++i) {
      int64_t place = 0;
      for (auto [p, size] : llvm::zip_equal(position, whole.getShape()))
        place = place * size + p;
      std::memcpy(to + place * width, data->at(i), width);
      for (size_t axis = shape.size(); axis-- > 0;) {
        if (++position[axis] < shape[axis])
          break;
        position[axis] = 0;
      }
    }
  }
  SmallVector<int64_t> shape(whole.getShape());
  shape.insert(shape.begin(), static_cast<int64_t>(perPoint.size()));
  Value table = constant(nn::makeConstant(
      RankedTensorType::get(shape, whole.getElementType()), std::move(bytes)));
  return gather(table, brought(index(), opBuilder.getInsertionBlock()), 0);
}

Value RunTime::positions(int64_t size, int64_t axis, int64_t rank) {
  SmallVector<int64_t> shape(rank, 1);
  shape[axis] = size;
  SmallVector<int32_t> values(size);
  for (int64_t i = 0; i < size; ++i)
    values[i] = static_cast<int32_t>(i);
  return constant(DenseElementsAttr::get(
      RankedTensorType::get(shape, opBuilder.getI32Type()),
      ArrayRef<int32_t>(values)));
}

Value RunTime::isWithin(int64_t size, int64_t axis, int64_t rank,
                        const PerPoint &end) {
  return compare(nn::ComparePredicate::LT, positions(size, axis, rank),
                 number(end));
}

Value RunTime::masked(Value x, int64_t axis, const PerPoint &end, Value other) {
  // Leading dimensions of 1 would say nothing.
  int64_t rank = rankOf(x) - axis;
  return select(isWithin(boundOf(x, axis), 0, rank, end), x, other);
}

Value RunTime::masked(Value x, ArrayRef<int64_t> axes, Neutral kind) {
  SmallVector<int64_t> varying = llvm::to_vector(llvm::make_filter_range(
      axes, [&](int64_t axis) { return observed.varies(x, axis); }));
  if (varying.empty())
    return x;
  auto maskAll = [&](Value y, Value other) {
    for (int64_t axis : varying)
      y = masked(y, axis, observed.sizes(x, axis), other);
    return y;
  };
  // Integers that stand for real numbers stay integers.
  auto real = x.getDefiningOp<nn::DequantizeOp>();
  std::optional<double> scale =
      real ? nn::splatOf(real.getScale()) : std::nullopt;
  if (!scale || !(*scale > 0) ||
      typeOf(real.getScale()).getNumElements() != 1 ||
      (kind != Neutral::Zero && kind != Neutral::Lowest))
    return maskAll(x, scalar(typeOf(x).getElementType(), kind));
  Value stored = real.getInput(), other;
  if (kind == Neutral::Zero && real.getZeroPoint())
    other = reshape(real.getZeroPoint(), {});
  else
    other = scalar(typeOf(stored).getElementType(), kind);
  IRMapping mapping;
  mapping.map(stored, maskAll(stored, other));
  return opBuilder.clone(*real, mapping)->getResult(0);
}

} // namespace dlc::lengths
