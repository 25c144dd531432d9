//===- Build.cpp - Short ways to write nn ops -----------------------------===//

#include "compiler/import/Build.h"
#include "compiler/import/checks/Range.h"
#include "compiler/import/model/TensorConstant.h"
#include "dialects/nn/Constants.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;

namespace dlc::import {

RankedTensorType Build::typeOf(Value value) {
  return mlir::cast<RankedTensorType>(value.getType());
}
ArrayRef<int64_t> Build::shapeOf(Value value) {
  return typeOf(value).getShape();
}
Type Build::elementOf(Value value) { return typeOf(value).getElementType(); }
int64_t Build::rankOf(Value value) { return typeOf(value).getRank(); }

void Build::checkBroadcast(ValueRange values) {
  SmallVector<int64_t> joint(shapeOf(values.front()));
  for (Value value : values.drop_front()) {
    auto next = nn::broadcastShapes(joint, shapeOf(value));
    if (!next) {
      std::string shapes;
      for (Value one : values)
        shapes += (shapes.empty() ? "" : ", ") + shapeText(shapeOf(one));
      fail(loc(), "the shapes " + shapes +
                      " do not broadcast: counted from the last, dimensions "
                      "must be equal or 1");
    }
    joint = std::move(*next);
  }
}

void Build::verify(Operation *op) {
  if (failed(mlir::verify(op)))
    throw ImportStopped{};
}

NamedAttribute Build::segments(ArrayRef<Value> operands) {
  SmallVector<int32_t> present;
  for (Value operand : operands)
    present.push_back(operand ? 1 : 0);
  return attr("operandSegmentSizes", builder.getDenseI32ArrayAttr(present));
}

Value Build::clip(Value x, std::optional<double> min,
                  std::optional<double> max) {
  SmallVector<NamedAttribute> bounds;
  if (min)
    bounds.push_back(attr("min", *min));
  if (max)
    bounds.push_back(attr("max", *max));
  return bounds.empty() ? x : Value(make<nn::ClipOp>(x, bounds));
}

Value Build::compare(nn::ComparePredicate predicate, Value a, Value b) {
  checkBroadcast({a, b});
  return make<nn::CompareOp>(
      {a, b},
      attr("predicate", nn::ComparePredicateAttr::get(context(), predicate)));
}

Value Build::select(Value condition, Value a, Value b) {
  checkBroadcast({condition, a, b});
  return make<nn::SelectOp>({condition, a, b});
}

Value Build::reduce(nn::ReduceKind kind, Value x, ArrayRef<int64_t> axes,
                    bool keepdims) {
  return make<nn::ReduceOp>(
      x, {attr("kind", nn::ReduceKindAttr::get(context(), kind)),
          attr("axes", axes), attr("keepdims", keepdims)});
}

Value Build::matmul(Value a, Value b, const Sums &sums) {
  SmallVector<Value> operands{a, b, sums.leftZeroPoint, sums.rightZeroPoint};
  SmallVector<NamedAttribute> attributes{segments(operands)};
  if (sums.accumulator)
    attributes.push_back(attr("accumulator", TypeAttr::get(sums.accumulator)));
  llvm::erase(operands, Value());
  return make<nn::MatmulOp>(operands, attributes);
}

Value Build::cast(Value x, Type element) {
  if (elementOf(x) == element)
    return x;
  return makeAs<nn::CastOp>(RankedTensorType::get(shapeOf(x), element), x);
}

Value Build::reshape(Value x, ArrayRef<int64_t> shape) {
  if (shapeOf(x) == shape)
    return x;
  auto type = tensorType(loc(), "the result", shape, elementOf(x));
  if (ElementsAttr value = nn::constantOf(x))
    if (type.getNumElements() == value.getNumElements())
      if (ElementsAttr same = nn::retypeConstant(value, type))
        return constant(same);
  return makeAs<nn::ReshapeOp>(type, x);
}

Value Build::broadcast(Value x, ArrayRef<int64_t> shape) {
  if (shapeOf(x) == shape)
    return x;
  return makeAs<nn::BroadcastOp>(
      tensorType(loc(), "the result", shape, elementOf(x)), x);
}

Value Build::transpose(Value x, ArrayRef<int64_t> perm) {
  if (llvm::equal(perm, llvm::seq<int64_t>(0, rankOf(x))))
    return x;
  return make<nn::TransposeOp>(x, attr("perm", perm));
}

Value Build::moveAxis(Value x, int64_t from, int64_t to) {
  Ints perm(llvm::to_vector(llvm::seq<int64_t>(0, rankOf(x))));
  perm.erase(perm.begin() + from);
  perm.insert(perm.begin() + to, from);
  return transpose(x, perm);
}

Value Build::slice(Value x, ArrayRef<int64_t> starts, ArrayRef<int64_t> sizes,
                   ArrayRef<int64_t> steps) {
  Ints ones(starts.size(), 1);
  if (steps.empty())
    steps = ones;
  bool whole = sizes == shapeOf(x) &&
               llvm::all_of(steps, [](int64_t step) { return step == 1; });
  if (whole)
    return x;
  return make<nn::SliceOp>(
      x, {attr("starts", starts), attr("sizes", sizes), attr("steps", steps)});
}

Value Build::concat(ArrayRef<Value> parts, int64_t axis) {
  if (parts.size() == 1)
    return parts.front();
  return make<nn::ConcatOp>(parts, attr("axis", axis));
}

Value Build::alongAxis(Value vector, int64_t rank, int64_t axis) {
  Ints shape(rank, 1);
  shape[axis] = typeOf(vector).getNumElements();
  return reshape(vector, shape);
}

Value Build::constant(ElementsAttr value) {
  return arith::ConstantOp::create(builder, loc(), value);
}

Value Build::scalar(Type element, double value) {
  return splat({}, element, value);
}

Value Build::splat(ArrayRef<int64_t> shape, Type element, double value) {
  return constant(
      nn::makeSplat(tensorType(loc(), "the result", shape, element), value));
}

Value Build::integers(ArrayRef<int64_t> values) {
  auto type = RankedTensorType::get(static_cast<int64_t>(values.size()), i64());
  const char *begin = reinterpret_cast<const char *>(values.data());
  std::vector<char> bytes(begin, begin + values.size() * sizeof(int64_t));
  return constant(nn::makeConstant(type, std::move(bytes)));
}

Value Build::numbers(ArrayRef<double> values, ArrayRef<int64_t> shape,
                     Type element) {
  const llvm::fltSemantics &format =
      mlir::cast<FloatType>(element).getFloatSemantics();
  RankedTensorType type = tensorType(loc(), "a constant", shape, element);
  int64_t width = nn::elementBytes(element);
  std::vector<char> bytes(values.size() * width);
  for (auto [i, value] : llvm::enumerate(values)) {
    APFloat number(value);
    bool losesInfo;
    number.convert(format, APFloat::rmNearestTiesToEven, &losesInfo);
    uint64_t raw = number.bitcastToAPInt().getZExtValue();
    std::memcpy(&bytes[i * width], &raw, width);
  }
  return constant(nn::makeConstant(type, std::move(bytes)));
}

Value Build::iota(int64_t size, Type element) {
  constexpr int64_t kMaxIota = int64_t(1) << 24;
  if (size > kMaxIota)
    fail(loc(), "a sequence of " + Twine(size) + " numbers is too long");
  Ints values(llvm::to_vector(llvm::seq<int64_t>(0, size)));
  auto type = RankedTensorType::get(size, element);
  if (element.isInteger(64))
    return integers(values);
  if (isa<IntegerType>(element)) {
    SmallVector<APInt> narrow;
    for (int64_t value : values)
      narrow.emplace_back(element.getIntOrFloatBitWidth(), value, false, true);
    return constant(
        mlir::cast<ElementsAttr>(DenseElementsAttr::get(type, narrow)));
  }
  return numbers(SmallVector<double>(values.begin(), values.end()), {size},
                 element);
}

} // namespace dlc::import
