//===- Build.cpp - The forms that every lowering is made of ---------------===//

#include "codegen/lower/Build.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"

using namespace mlir;

namespace dlc::lower {

Type signless(Type type) {
  if (auto integer = dyn_cast<IntegerType>(type)) {
    unsigned width = integer.getWidth();
    return IntegerType::get(type.getContext(),
                            width == 2 || width == 4 ? 8 : width);
  }
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    return tensor.clone(signless(tensor.getElementType()));
  return type;
}

ArrayRef<int64_t> shapeOf(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getShape();
}

RankedTensorType tensorLike(Value tensor, ArrayRef<int64_t> shape) {
  return RankedTensorType::get(shape, getElementTypeOrSelf(tensor));
}

Type sumType(Type element) {
  bool narrow = element.isF16() || element.isBF16();
  return narrow ? Float32Type::get(element.getContext()) : element;
}

Value createFloatCast(ImplicitLocOpBuilder &b, Value tensor, Type element) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (type.getElementType() == element)
    return tensor;
  bool wider = element.getIntOrFloatBitWidth() > type.getElementTypeBitWidth();
  return createParallel(
      b, type.clone(element), tensor,
      AffineMap::getMultiDimIdentityMap(type.getRank(), b.getContext()),
      [&](ImplicitLocOpBuilder &b, ValueRange args) -> Value {
        if (wider)
          return arith::ExtFOp::create(b, element, args[0]);
        return arith::TruncFOp::create(b, element, args[0]);
      });
}

Value createEmpty(ImplicitLocOpBuilder &b, RankedTensorType type) {
  return tensor::EmptyOp::create(b, type.getShape(), type.getElementType());
}

Value createFill(ImplicitLocOpBuilder &b, RankedTensorType type,
                 TypedAttr value) {
  Value scalar = arith::ConstantOp::create(b, value);
  return linalg::FillOp::create(b, scalar, createEmpty(b, type)).getResult(0);
}

static Value createGeneric(ImplicitLocOpBuilder &b, Value init,
                           unsigned reductions, ValueRange inputs,
                           ArrayRef<AffineMap> inputMaps, BodyFn body) {
  auto type = cast<RankedTensorType>(init.getType());
  unsigned rank = type.getRank();
  SmallVector<AffineMap> maps(inputMaps);
  maps.push_back(leadingLoops(rank + reductions, rank, b.getContext()));
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  iterators.append(reductions, utils::IteratorType::reduction);
  auto generic = linalg::GenericOp::create(
      b, type, inputs, init, maps, iterators,
      [&](OpBuilder &builder, Location loc, ValueRange arguments) {
        ImplicitLocOpBuilder inner(loc, builder);
        linalg::YieldOp::create(inner, body(inner, arguments));
      });
  return generic.getResult(0);
}

Value createParallel(ImplicitLocOpBuilder &b, RankedTensorType type,
                     ValueRange inputs, ArrayRef<AffineMap> inputMaps,
                     BodyFn body) {
  return createGeneric(b, createEmpty(b, type), 0, inputs, inputMaps, body);
}

Value createReduction(ImplicitLocOpBuilder &b, Value init, unsigned reductions,
                      ValueRange inputs, ArrayRef<AffineMap> inputMaps,
                      BodyFn body) {
  return createGeneric(b, init, reductions, inputs, inputMaps, body);
}

AffineMap leadingLoops(unsigned loops, unsigned count, MLIRContext *context) {
  SmallVector<AffineExpr> exprs;
  for (unsigned loop = 0; loop < count; ++loop)
    exprs.push_back(getAffineDimExpr(loop, context));
  return AffineMap::get(loops, 0, exprs, context);
}

AffineMap broadcastMap(ArrayRef<int64_t> shape, ArrayRef<int64_t> resultShape,
                       MLIRContext *context) {
  size_t missing = resultShape.size() - shape.size();
  SmallVector<AffineExpr> exprs;
  for (auto [position, size] : llvm::enumerate(shape)) {
    unsigned loop = missing + position;
    exprs.push_back(size == resultShape[loop]
                        ? getAffineDimExpr(loop, context)
                        : getAffineConstantExpr(0, context));
  }
  return AffineMap::get(resultShape.size(), 0, exprs, context);
}

Value createReshape(ImplicitLocOpBuilder &b, Value tensor,
                    ArrayRef<int64_t> shape) {
  auto from = cast<RankedTensorType>(tensor.getType());
  auto to = tensorLike(tensor, shape);
  if (from == to)
    return tensor;
  if (auto groups = getReassociationIndicesForReshape(from, to)) {
    if (from.getRank() > to.getRank())
      return tensor::CollapseShapeOp::create(b, to, tensor, *groups);
    return tensor::ExpandShapeOp::create(b, to, tensor, *groups);
  }
  // No grouping of dimensions leads there directly, so through one dimension.
  Value flat = createReshape(b, tensor, from.getNumElements());
  return createReshape(b, flat, shape);
}

Value createPad(ImplicitLocOpBuilder &b, Value tensor, ArrayRef<int64_t> low,
                ArrayRef<int64_t> high, Value value) {
  auto isZero = [](int64_t size) { return size == 0; };
  if (llvm::all_of(low, isZero) && llvm::all_of(high, isZero))
    return tensor;
  SmallVector<int64_t> shape(shapeOf(tensor));
  for (auto [size, before, after] : llvm::zip_equal(shape, low, high))
    size += before + after;
  return tensor::PadOp::create(b, tensorLike(tensor, shape), tensor,
                               getAsIndexOpFoldResult(b.getContext(), low),
                               getAsIndexOpFoldResult(b.getContext(), high),
                               value);
}

Value createSlice(ImplicitLocOpBuilder &b, Value tensor,
                  ArrayRef<int64_t> starts, ArrayRef<int64_t> shape,
                  ArrayRef<int64_t> steps) {
  MLIRContext *context = b.getContext();
  return tensor::ExtractSliceOp::create(b, tensorLike(tensor, shape), tensor,
                                        getAsIndexOpFoldResult(context, starts),
                                        getAsIndexOpFoldResult(context, shape),
                                        getAsIndexOpFoldResult(context, steps));
}

Value createInsert(ImplicitLocOpBuilder &b, Value part, Value tensor,
                   ArrayRef<int64_t> starts, ArrayRef<int64_t> steps) {
  MLIRContext *context = b.getContext();
  return tensor::InsertSliceOp::create(
      b, part, tensor, getAsIndexOpFoldResult(context, starts),
      getAsIndexOpFoldResult(context, shapeOf(part)),
      getAsIndexOpFoldResult(context, steps));
}

Value createIndex(ImplicitLocOpBuilder &b, int64_t value) {
  return arith::ConstantIndexOp::create(b, value);
}

Value loopIndex(ImplicitLocOpBuilder &b, unsigned loop) {
  return linalg::IndexOp::create(b, loop);
}

Value extractElement(ImplicitLocOpBuilder &b, Value tensor,
                     ValueRange indices) {
  return tensor::ExtractOp::create(b, tensor, indices);
}

Value createTable(ImplicitLocOpBuilder &b, ArrayRef<int32_t> values) {
  auto type = RankedTensorType::get(static_cast<int64_t>(values.size()),
                                    b.getI32Type());
  return arith::ConstantOp::create(b, DenseElementsAttr::get(type, values));
}

Value createTable(ImplicitLocOpBuilder &b, ArrayRef<double> values,
                  Type elementType) {
  SmallVector<Attribute> elements;
  for (double value : values)
    elements.push_back(b.getFloatAttr(elementType, value));
  auto type =
      RankedTensorType::get(static_cast<int64_t>(values.size()), elementType);
  return arith::ConstantOp::create(b, DenseElementsAttr::get(type, elements));
}

} // namespace dlc::lower
