//===- Compute.cpp - Arithmetic on rows of numbers, as nn ops -------------===//

#include "compiler/prepare/answers/Compute.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/loops/NnLoopOps.h"
#include "dialects/nn/search/NnSearchOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

static RankedTensorType typeOf(Value value) {
  return llvm::cast<RankedTensorType>(value.getType());
}

Value Compute::add(Value x, Value y) {
  return nn::AddOp::create(*b, loc, x, y);
}
Value Compute::sub(Value x, Value y) {
  return nn::SubOp::create(*b, loc, x, y);
}
Value Compute::mul(Value x, Value y) {
  return nn::MulOp::create(*b, loc, x, y);
}
Value Compute::div(Value x, Value y) {
  return nn::DivOp::create(*b, loc, x, y);
}
Value Compute::larger(Value x, Value y) {
  return nn::MaxOp::create(*b, loc, x, y);
}
Value Compute::smaller(Value x, Value y) {
  return nn::MinOp::create(*b, loc, x, y);
}
Value Compute::clipBelow(Value x, double least) {
  return larger(x, scalar(x, least));
}
Value Compute::round(Value x) { return nn::RoundOp::create(*b, loc, x); }
Value Compute::sigmoid(Value x) { return nn::SigmoidOp::create(*b, loc, x); }
Value Compute::softmax(Value row) {
  return nn::SoftmaxOp::create(*b, loc, row, /*axis=*/1);
}
Value Compute::exp(Value x) { return nn::ExpOp::create(*b, loc, x); }
Value Compute::quotient(Value x, int64_t divisor) {
  return nn::DivOp::create(*b, loc, x, scalar(x, static_cast<double>(divisor)));
}
Value Compute::remainder(Value x, int64_t divisor) {
  return nn::ModOp::create(*b, loc, x, scalar(x, static_cast<double>(divisor)),
                           /*fmod=*/false);
}
Value Compute::greater(Value x, Value y) {
  return nn::CompareOp::create(*b, loc, x, y, nn::ComparePredicate::GT);
}
Value Compute::equal(Value x, Value y) {
  return nn::CompareOp::create(*b, loc, x, y, nn::ComparePredicate::EQ);
}
Value Compute::both(Value x, Value y) {
  return nn::AndOp::create(*b, loc, x, y);
}
Value Compute::either(Value x, Value y) {
  return nn::OrOp::create(*b, loc, x, y);
}
Value Compute::negated(Value x) { return nn::NotOp::create(*b, loc, x); }
Value Compute::select(Value condition, Value yes, Value no) {
  return nn::SelectOp::create(*b, loc, condition, yes, no);
}
Value Compute::cast(Value x, Type element) {
  return nn::CastOp::create(*b, loc, typeOf(x).clone(element), x);
}
Value Compute::asFloat(Value x) {
  return typeOf(x).getElementType().isF32() ? x : cast(x, b->getF32Type());
}

nn::DequantizeOp Compute::storedByOneScale(Value x) {
  auto op = x.getDefiningOp<nn::DequantizeOp>();
  return op && typeOf(op.getScale()).getNumElements() == 1 ? op : nullptr;
}
Value Compute::dequantize(Value integers, Value scale, Value zeroPoint) {
  return nn::DequantizeOp::create(*b, loc,
                                  typeOf(integers).clone(b->getF32Type()),
                                  integers, scale, zeroPoint, /*axis=*/0);
}
Value Compute::dequantize(Value integers, float scale, int32_t zeroPoint) {
  auto type = typeOf(integers).clone(b->getF32Type());
  auto one = RankedTensorType::get({}, b->getF32Type());
  Value step = arith::ConstantOp::create(
      *b, loc, llvm::cast<TypedAttr>(nn::makeSplat(one, scale)));
  return nn::DequantizeOp::create(*b, loc, type, integers, step,
                                  scalar(integers, zeroPoint), /*axis=*/0);
}

Value Compute::scalar(Value x, double number) {
  auto type = RankedTensorType::get({}, typeOf(x).getElementType());
  return arith::ConstantOp::create(
      *b, loc, llvm::cast<TypedAttr>(nn::makeSplat(type, number)));
}
Value Compute::column(ArrayRef<float> numbers) {
  return matrix(numbers, static_cast<int64_t>(numbers.size()));
}
Value Compute::matrix(ArrayRef<float> numbers, int64_t rows) {
  auto count = static_cast<int64_t>(numbers.size());
  auto type = RankedTensorType::get({rows, count / rows}, b->getF32Type());
  const char *bytes = reinterpret_cast<const char *>(numbers.data());
  return arith::ConstantOp::create(
      *b, loc,
      llvm::cast<TypedAttr>(nn::makeConstant(
          type, std::vector<char>(bytes, bytes + count * sizeof(float)))));
}
Value Compute::numbersTo(int64_t count) {
  SmallVector<int32_t> numbers;
  for (int64_t i = 0; i < count; ++i)
    numbers.push_back(static_cast<int32_t>(i));
  auto type = RankedTensorType::get({1, count}, b->getI32Type());
  return arith::ConstantOp::create(
      *b, loc, DenseElementsAttr::get(type, ArrayRef<int32_t>(numbers)));
}
Value Compute::likeNumbers(Value position) {
  return cast(position, b->getI32Type());
}

Value Compute::part(Value x, int64_t axis, int64_t begin, int64_t size) {
  RankedTensorType type = typeOf(x);
  SmallVector<int64_t> starts(type.getRank(), 0), steps(type.getRank(), 1);
  SmallVector<int64_t> sizes(type.getShape());
  starts[axis] = begin;
  sizes[axis] = size;
  return nn::SliceOp::create(*b, loc, x, starts, sizes, steps);
}
Value Compute::joined(ValueRange parts, int64_t axis) {
  return nn::ConcatOp::create(*b, loc, parts, axis);
}
Value Compute::reshape(Value x, ArrayRef<int64_t> shape) {
  return nn::ReshapeOp::create(*b, loc, typeOf(x).clone(shape), x);
}
Value Compute::asRow(Value x) {
  return reshape(x, {1, typeOf(x).getNumElements()});
}
Value Compute::withoutBatch(Value x) {
  return reshape(x, typeOf(x).getShape().drop_front());
}
Value Compute::withoutLast(Value x) {
  return reshape(x, typeOf(x).getShape().drop_back());
}
Value Compute::cellsOf(Value x) {
  ArrayRef<int64_t> shape = typeOf(x).getShape();
  return reshape(x, {shape[1], shape[2] * shape[3]});
}
Value Compute::transposed(Value x) { return permuted(x, {1, 0}); }
Value Compute::permuted(Value x, ArrayRef<int64_t> order) {
  return nn::TransposeOp::create(*b, loc, x, b->getDenseI64ArrayAttr(order));
}
int64_t Compute::columnsOf(Value x) const { return typeOf(x).getDimSize(1); }

Value Compute::largest(Value x, int64_t axis) {
  return nn::ReduceOp::create(*b, loc, x, nn::ReduceKind::Max,
                              ArrayRef<int64_t>(axis), /*keepdims=*/false);
}
Value Compute::largestAround(Value x) {
  return nn::MaxPoolOp::create(
      *b, loc, x.getType(), x, ArrayRef<int64_t>({3, 3}),
      ArrayRef<int64_t>({1, 1}), ArrayRef<int64_t>({1, 1, 1, 1}),
      ArrayRef<int64_t>({1, 1}), nn::Layout::ChannelsFirst);
}
Value Compute::positionOfLargest(Value x, int64_t axis) {
  return nn::ArgReduceOp::create(*b, loc, x, nn::ReduceKind::Max, axis,
                                 /*keepdims=*/false, /*select_last=*/false);
}
std::pair<Value, Value> Compute::best(Value row, int64_t count) {
  auto top = nn::TopKOp::create(*b, loc, row, count, /*axis=*/1,
                                /*largest=*/true, /*sorted=*/true);
  return {top.getValues(), reshape(top.getIndices(), {count})};
}
Value Compute::first(Value count, int64_t many) {
  return greater(reshape(count, {1, 1}), numbersTo(many));
}
std::pair<Value, Value> Compute::bestAbove(Value row, int64_t most,
                                           std::optional<double> level) {
  Value line = reshape(row, {typeOf(row).getNumElements()});
  auto real = llvm::dyn_cast<FloatType>(typeOf(row).getElementType());
  if (level && real) {
    APFloat rounded(*level);
    bool isOther = false;
    rounded.convert(real.getFloatSemantics(), APFloat::rmTowardNegative,
                    &isOther);
    level = rounded.convertToDouble();
  }
  auto op =
      nn::BestAboveOp::create(*b, loc, line, static_cast<uint64_t>(most),
                              level ? b->getF64FloatAttr(*level) : FloatAttr());
  return {op.getPlaces(), first(op.getCount(), most)};
}
std::tuple<Value, Value, Value> Compute::keptApart(Value boxes, Value scores,
                                                   Value classes, int64_t most,
                                                   double iou, double score) {
  auto op = nn::KeepApartOp::create(
      *b, loc, boxes, scores, classes ? ValueRange(classes) : ValueRange(),
      static_cast<uint64_t>(most), APFloat(iou), APFloat(score));
  return {op.getKept(), first(op.getCount(), most), op.getCount()};
}
Value Compute::columnsAt(Value x, Value places) {
  return nn::GatherOp::create(*b, loc, x, places, /*axis=*/1);
}
Value Compute::rowsAt(Value x, Value places) {
  return nn::GatherOp::create(*b, loc, x, places, /*axis=*/0);
}
Value Compute::orderOfSmallest(Value row, int64_t count) {
  auto top = nn::TopKOp::create(*b, loc, row, count, /*axis=*/1,
                                /*largest=*/false, /*sorted=*/true);
  return reshape(top.getIndices(), {count});
}
Value Compute::smallest(Value row) {
  return nn::ReduceOp::create(*b, loc, row, nn::ReduceKind::Min,
                              ArrayRef<int64_t>(1), /*keepdims=*/true);
}
Value Compute::sum(Value x, int64_t axis) {
  return nn::ReduceOp::create(*b, loc, x, nn::ReduceKind::Sum,
                              ArrayRef<int64_t>(axis), /*keepdims=*/false);
}
Value Compute::matrixProduct(Value x, Value y) {
  auto type =
      RankedTensorType::get({typeOf(x).getDimSize(0), typeOf(y).getDimSize(1)},
                            typeOf(x).getElementType());
  return nn::MatmulOp::create(*b, loc, type, x, y);
}

std::pair<Value, Value> Compute::forEachRow(Value rows, Value table,
                                            Step step) {
  RankedTensorType type = typeOf(rows);
  int64_t count = type.getDimSize(0), numbers = type.getDimSize(1);
  auto answers = RankedTensorType::get({count, 1}, b->getF32Type());
  auto loop = nn::LoopOp::create(*b, loc, TypeRange{table.getType(), answers},
                                 rows, table, ValueRange(), count,
                                 ArrayRef<bool>{false, false});
  Block &block = loop.getBody().emplaceBlock();
  Value row = block.addArgument(type.clone({numbers}), loc);
  Value before = block.addArgument(table.getType(), loc);
  OpBuilder inside = OpBuilder::atBlockEnd(&block);
  Compute c(inside, loc);
  auto [next, answer] = step(c, c.reshape(row, {numbers, 1}), before);
  nn::YieldOp::create(inside, loc, ValueRange{next, c.reshape(answer, {1})});
  return {loop.getResult(0), asRow(loop.getResult(1))};
}

/// Values of these types: what `step` makes of those that are given where the
/// condition holds, elsewhere `other` everywhere.
static FailureOr<nn::IfOp>
computeIf(OpBuilder &b, Location loc, Value condition, ValueRange given,
          TypeRange types, double other,
          llvm::function_ref<FailureOr<SmallVector<Value>>(OpBuilder &b,
                                                           ValueRange given)>
              step) {
  auto branch = nn::IfOp::create(b, loc, types, condition, given);
  SmallVector<Location> locations(given.size(), loc);
  for (Region *region : {&branch.getThenBody(), &branch.getElseBody()})
    region->emplaceBlock().addArguments(given.getTypes(), locations);
  OpBuilder inside = OpBuilder::atBlockEnd(&branch.thenBlock());
  auto found = step(inside, branch.thenBlock().getArguments());
  if (failed(found))
    return failure();
  nn::YieldOp::create(inside, loc, *found);
  OpBuilder outside = OpBuilder::atBlockEnd(&branch.elseBlock());
  SmallVector<Value> missing;
  for (Type type : types)
    missing.push_back(arith::ConstantOp::create(
        outside, loc,
        llvm::cast<TypedAttr>(
            nn::makeSplat(llvm::cast<RankedTensorType>(type), other))));
  nn::YieldOp::create(outside, loc, missing);
  return branch;
}

FailureOr<SmallVector<Value>> Compute::forEachFound(Value places, Value exists,
                                                    ValueRange shared,
                                                    ArrayRef<int64_t> sizes,
                                                    Type element,
                                                    double missing, Find step) {
  int64_t count = typeOf(places).getNumElements();
  SmallVector<Type> all, each;
  for (int64_t size : sizes) {
    all.push_back(RankedTensorType::get({count, size}, element));
    each.push_back(RankedTensorType::get({size}, element));
  }
  SmallVector<Value> sequences = {reshape(exists, {count}), places};
  auto loop =
      nn::LoopOp::create(*b, loc, all, sequences, ValueRange(), shared, count,
                         SmallVector<bool>(2 + sizes.size(), false));
  Block &body = loop.getBody().emplaceBlock();
  for (Value sequence : sequences)
    body.addArgument(typeOf(sequence).clone(ArrayRef<int64_t>()), loc);
  body.addArguments(shared.getTypes(),
                    SmallVector<Location>(shared.size(), loc));
  OpBuilder inside = OpBuilder::atBlockEnd(&body);
  auto branch = computeIf(
      inside, loc, body.getArgument(0), body.getArguments().drop_front(), each,
      missing,
      [&](OpBuilder &in, ValueRange given) -> FailureOr<SmallVector<Value>> {
        Compute c(in, loc);
        auto found = step(c, c.reshape(given.front(), {1}), given.drop_front());
        if (failed(found))
          return failure();
        for (auto [value, size] : llvm::zip_equal(*found, sizes))
          value = c.reshape(value, {size});
        return found;
      });
  if (failed(branch))
    return failure();
  nn::YieldOp::create(inside, loc, branch->getResults());
  return SmallVector<Value>(loop.getResults());
}
