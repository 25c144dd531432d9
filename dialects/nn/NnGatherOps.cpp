//===- NnGatherOps.cpp - Types of gathers, scatters and quantisation ------===//

#include "dialects/nn/Infer.h"

using namespace mlir;
using namespace dlc::nn;
using namespace dlc::nn::detail;

namespace {
bool isIndex(RankedTensorType type) {
  return type.getElementType().isInteger(32) ||
         type.getElementType().isInteger(64);
}

LogicalResult checkAlong(std::optional<Location> loc, StringRef name,
                         RankedTensorType data, RankedTensorType indices,
                         int64_t axis) {
  if (data.getRank() != indices.getRank() || axis < 0 ||
      axis >= data.getRank() || !isIndex(indices))
    return violated(loc, name, 1,
                    "data and indices need one rank with the axis within it, "
                    "and indices i32 or i64");
  return success();
}
} // namespace

LogicalResult GatherOp::inferReturnTypes(MLIRContext *,
                                         std::optional<Location> loc,
                                         Adaptor adaptor,
                                         SmallVectorImpl<Type> &types) {
  RankedTensorType data = tensorOf(adaptor.getData());
  RankedTensorType indices = tensorOf(adaptor.getIndices());
  int64_t axis = adaptor.getAxis();
  if (axis < 0 || axis >= data.getRank() || !isIndex(indices))
    return violated(loc, getOperationName(), 1,
                    "axis " + Twine(axis) + " is outside rank " +
                        Twine(data.getRank()) +
                        " or indices are not i32 or i64");
  Shape shape(data.getShape().take_front(axis));
  shape.append(indices.getShape().begin(), indices.getShape().end());
  ArrayRef<int64_t> rest = data.getShape().drop_front(axis + 1);
  shape.append(rest.begin(), rest.end());
  return appendTensor(loc, getOperationName(), shape, data.getElementType(),
                      types);
}

LogicalResult GatherElementsOp::inferReturnTypes(MLIRContext *,
                                                 std::optional<Location> loc,
                                                 Adaptor adaptor,
                                                 SmallVectorImpl<Type> &types) {
  RankedTensorType data = tensorOf(adaptor.getData());
  RankedTensorType indices = tensorOf(adaptor.getIndices());
  if (failed(checkAlong(loc, getOperationName(), data, indices,
                        adaptor.getAxis())))
    return failure();
  return appendTensor(loc, getOperationName(), indices.getShape(),
                      data.getElementType(), types);
}

LogicalResult GatherNdOp::inferReturnTypes(MLIRContext *,
                                           std::optional<Location> loc,
                                           Adaptor adaptor,
                                           SmallVectorImpl<Type> &types) {
  StringRef name = getOperationName();
  RankedTensorType data = tensorOf(adaptor.getData());
  RankedTensorType indices = tensorOf(adaptor.getIndices());
  int64_t batch = adaptor.getBatchDims();
  if (batch < 0 || batch >= data.getRank() || batch >= indices.getRank() ||
      data.getShape().take_front(batch) !=
          indices.getShape().take_front(batch) ||
      !isIndex(indices))
    return violated(loc, name, 1,
                    "batch_dims = " + Twine(batch) +
                        " does not fit the operands, or indices are not i32 "
                        "or i64");
  int64_t tuple = indices.getShape().back();
  if (tuple < 1 || tuple > data.getRank() - batch)
    return violated(loc, name, 2,
                    "index tuples of " + Twine(tuple) + " do not fit rank " +
                        Twine(data.getRank()));
  Shape shape(indices.getShape().drop_back());
  ArrayRef<int64_t> rest = data.getShape().drop_front(batch + tuple);
  shape.append(rest.begin(), rest.end());
  return appendTensor(loc, name, shape, data.getElementType(), types);
}

LogicalResult
ScatterElementsOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc,
                                    Adaptor adaptor,
                                    SmallVectorImpl<Type> &types) {
  RankedTensorType data = tensorOf(adaptor.getData());
  RankedTensorType indices = tensorOf(adaptor.getIndices());
  RankedTensorType updates = tensorOf(adaptor.getUpdates());
  if (failed(checkAlong(loc, getOperationName(), data, indices,
                        adaptor.getAxis())))
    return failure();
  if (updates.getShape() != indices.getShape() ||
      updates.getElementType() != data.getElementType())
    return violated(loc, getOperationName(), 1,
                    "updates need the shape of indices and the type of data");
  types.push_back(data);
  return success();
}

LogicalResult ScatterNdOp::inferReturnTypes(MLIRContext *,
                                            std::optional<Location> loc,
                                            Adaptor adaptor,
                                            SmallVectorImpl<Type> &types) {
  StringRef name = getOperationName();
  RankedTensorType data = tensorOf(adaptor.getData());
  RankedTensorType indices = tensorOf(adaptor.getIndices());
  RankedTensorType updates = tensorOf(adaptor.getUpdates());
  if (indices.getRank() < 1 || indices.getShape().back() < 1 ||
      indices.getShape().back() > data.getRank() || !isIndex(indices))
    return violated(loc, name, 1, "index tuples do not fit data");
  Shape shape(indices.getShape().drop_back());
  ArrayRef<int64_t> rest =
      data.getShape().drop_front(indices.getShape().back());
  shape.append(rest.begin(), rest.end());
  if (updates.getShape() != ArrayRef<int64_t>(shape) ||
      updates.getElementType() != data.getElementType())
    return violated(loc, name, 2,
                    "updates do not have the shape that data and indices give");
  types.push_back(data);
  return success();
}

namespace {
/// Constraint 1 of quantize and dequantize: the parameters lie along the axis.
bool fitsAxis(RankedTensorType tensor, RankedTensorType parameter,
              int64_t axis) {
  if (parameter.getNumElements() == 1)
    return true;
  return parameter.getRank() == 1 && axis >= 0 && axis < tensor.getRank() &&
         parameter.getDimSize(0) == tensor.getDimSize(axis);
}
} // namespace

LogicalResult QuantizeOp::verify() {
  auto input = getInput().getType(), output = getOutput().getType();
  auto scale = getScale().getType();
  bool fits = fitsAxis(input, scale, getAxis());
  if (Value zero = getZeroPoint())
    fits = fits && tensorOf(zero).getShape() == scale.getShape() &&
           tensorOf(zero).getElementType() == output.getElementType();
  if (!fits)
    return emitOpError("(1) scale or zero point do not fit the axis");
  if (input.getShape() != output.getShape())
    return emitOpError("(2) operand and result differ in shape");
  return success();
}

LogicalResult DequantizeOp::inferReturnTypes(MLIRContext *,
                                             std::optional<Location> loc,
                                             Adaptor adaptor,
                                             SmallVectorImpl<Type> &types) {
  RankedTensorType input = tensorOf(adaptor.getInput());
  RankedTensorType scale = tensorOf(adaptor.getScale());
  bool fits = fitsAxis(input, scale, adaptor.getAxis());
  if (Value zero = adaptor.getZeroPoint())
    fits = fits && tensorOf(zero).getShape() == scale.getShape() &&
           tensorOf(zero).getElementType() == input.getElementType();
  if (!fits)
    return violated(loc, getOperationName(), 1,
                    "scale or zero point do not fit the axis");
  return appendTensor(loc, getOperationName(), input.getShape(),
                      scale.getElementType(), types);
}
