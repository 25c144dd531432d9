//===- NnDataOps.cpp - Types of data movement -----------------------------===//

#include "dialects/nn/Infer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;
using namespace dlc::nn;
using namespace dlc::nn::detail;

FailureOr<RankedTensorType>
dlc::nn::detail::makeTensor(std::optional<Location> loc, StringRef name,
                            ArrayRef<int64_t> shape, Type element) {
  std::optional<int64_t> bytes = 8;
  for (int64_t size : shape) {
    if (size < 0)
      return violated(loc, name, 0, "a result dimension would be negative");
    if (bytes)
      bytes = llvm::checkedMul<int64_t>(*bytes, size);
  }
  if (!bytes)
    return violated(loc, name, 0, "the result is too large to address");
  return RankedTensorType::get(shape, element);
}

LogicalResult dlc::nn::detail::appendTensor(std::optional<Location> loc,
                                            StringRef name,
                                            ArrayRef<int64_t> shape,
                                            Type element,
                                            SmallVectorImpl<Type> &types) {
  FailureOr<RankedTensorType> type = makeTensor(loc, name, shape, element);
  if (failed(type))
    return failure();
  types.push_back(*type);
  return success();
}

int64_t dlc::nn::detail::windowCount(int64_t size, int64_t padBegin,
                                     int64_t padEnd, int64_t kernel,
                                     int64_t dilation, int64_t stride) {
  int64_t room = size + padBegin + padEnd - ((kernel - 1) * dilation + 1);
  return room < 0 ? -1 : room / stride + 1;
}

LogicalResult TransposeOp::inferReturnTypes(MLIRContext *,
                                            std::optional<Location> loc,
                                            Adaptor adaptor,
                                            SmallVectorImpl<Type> &types) {
  RankedTensorType input = tensorOf(adaptor.getInput());
  ArrayRef<int64_t> perm = adaptor.getPerm();
  SmallVector<bool> seen(input.getRank(), false);
  bool valid = static_cast<int64_t>(perm.size()) == input.getRank();
  for (size_t i = 0; valid && i < perm.size(); ++i) {
    valid = perm[i] >= 0 && perm[i] < input.getRank() && !seen[perm[i]];
    if (valid)
      seen[perm[i]] = true;
  }
  if (!valid)
    return violated(loc, getOperationName(), 1,
                    "perm is not a permutation of " + Twine(input.getRank()) +
                        " dimensions");
  Shape shape;
  for (int64_t dim : perm)
    shape.push_back(input.getDimSize(dim));
  return appendTensor(loc, getOperationName(), shape, input.getElementType(),
                      types);
}

LogicalResult ReshapeOp::verify() {
  auto input = getInput().getType(), output = getOutput().getType();
  if (input.getElementType() != output.getElementType() ||
      input.getNumElements() != output.getNumElements())
    return emitOpError("(1) operand and result differ in element type or "
                       "number of elements");
  return success();
}

LogicalResult BroadcastOp::verify() {
  auto input = getInput().getType(), output = getOutput().getType();
  auto joint = broadcastShapes(input.getShape(), output.getShape());
  if (input.getElementType() != output.getElementType() || !joint ||
      ArrayRef<int64_t>(*joint) != output.getShape())
    return emitOpError("(1) the operand does not broadcast to the result");
  return success();
}

LogicalResult ConcatOp::inferReturnTypes(MLIRContext *,
                                         std::optional<Location> loc,
                                         Adaptor adaptor,
                                         SmallVectorImpl<Type> &types) {
  StringRef name = getOperationName();
  if (adaptor.getInputs().empty())
    return violated(loc, name, 1, "there is no operand");
  RankedTensorType first = tensorOf(adaptor.getInputs().front());
  int64_t axis = adaptor.getAxis();
  if (axis < 0 || axis >= first.getRank())
    return violated(loc, name, 2,
                    "axis " + Twine(axis) + " is outside rank " +
                        Twine(first.getRank()));
  Shape shape(first.getShape());
  for (Value operand : adaptor.getInputs().drop_front()) {
    RankedTensorType type = tensorOf(operand);
    if (type.getRank() != first.getRank() ||
        type.getElementType() != first.getElementType())
      return violated(loc, name, 1,
                      "the operands differ in rank or element type");
    for (int64_t i = 0; i < type.getRank(); ++i)
      if (i != axis && type.getDimSize(i) != shape[i])
        return violated(loc, name, 2,
                        "the operands differ in dimension " + Twine(i));
    shape[axis] += type.getDimSize(axis);
  }
  return appendTensor(loc, name, shape, first.getElementType(), types);
}

LogicalResult SliceOp::inferReturnTypes(MLIRContext *,
                                        std::optional<Location> loc,
                                        Adaptor adaptor,
                                        SmallVectorImpl<Type> &types) {
  RankedTensorType input = tensorOf(adaptor.getInput());
  size_t rank = input.getRank();
  ArrayRef<int64_t> starts = adaptor.getStarts(), sizes = adaptor.getSizes(),
                    steps = adaptor.getSteps();
  if (starts.size() != rank || sizes.size() != rank || steps.size() != rank)
    return violated(loc, getOperationName(), 1,
                    "starts, sizes or steps do not have " + Twine(rank) +
                        " entries");
  for (size_t i = 0; i < rank; ++i) {
    if (steps[i] == 0 || sizes[i] < 0)
      return violated(loc, getOperationName(), 1,
                      "a step is 0 or a size negative");
    if (sizes[i] == 0)
      continue;
    int64_t last = starts[i] + (sizes[i] - 1) * steps[i];
    if (std::min(starts[i], last) < 0 ||
        std::max(starts[i], last) >= input.getDimSize(i))
      return violated(loc, getOperationName(), 2,
                      "dimension " + Twine(i) + " is left");
  }
  return appendTensor(loc, getOperationName(), sizes, input.getElementType(),
                      types);
}

LogicalResult PadOp::inferReturnTypes(MLIRContext *,
                                      std::optional<Location> loc,
                                      Adaptor adaptor,
                                      SmallVectorImpl<Type> &types) {
  StringRef name = getOperationName();
  RankedTensorType input = tensorOf(adaptor.getInput());
  int64_t rank = input.getRank();
  ArrayRef<int64_t> pads = adaptor.getPads();
  if (static_cast<int64_t>(pads.size()) != 2 * rank)
    return violated(loc, name, 1,
                    "pads do not have " + Twine(2 * rank) + " entries");
  if (Value value = adaptor.getValue())
    if (tensorOf(value).getNumElements() != 1 ||
        tensorOf(value).getElementType() != input.getElementType())
      return violated(loc, name, 2,
                      "value is not one element of the operand's type");
  if (adaptor.getMode() != PadMode::Constant && input.getNumElements() == 0)
    return violated(loc, name, 3, "the operand is empty");
  Shape shape(input.getShape());
  for (int64_t i = 0; i < rank; ++i)
    shape[i] += pads[i] + pads[rank + i];
  return appendTensor(loc, name, shape, input.getElementType(), types);
}

LogicalResult TileOp::inferReturnTypes(MLIRContext *,
                                       std::optional<Location> loc,
                                       Adaptor adaptor,
                                       SmallVectorImpl<Type> &types) {
  RankedTensorType input = tensorOf(adaptor.getInput());
  ArrayRef<int64_t> repeats = adaptor.getRepeats();
  Shape shape(input.getShape());
  if (repeats.size() != shape.size() ||
      llvm::any_of(repeats, [](int64_t r) { return r < 0; }))
    return violated(loc, getOperationName(), 1,
                    "repeats do not have " + Twine(shape.size()) +
                        " entries that are not negative");
  for (size_t i = 0; i < shape.size(); ++i) {
    std::optional<int64_t> size = llvm::checkedMul(shape[i], repeats[i]);
    if (!size)
      return violated(loc, getOperationName(), 1, "a dimension overflows");
    shape[i] = *size;
  }
  return appendTensor(loc, getOperationName(), shape, input.getElementType(),
                      types);
}

LogicalResult ResizeOp::verify() {
  auto input = getInput().getType(), output = getOutput().getType();
  if (static_cast<int64_t>(getScales().size()) != input.getRank() ||
      llvm::any_of(getScales(), [](double s) { return !(s > 0); }))
    return emitOpError("(1) scales do not have a positive entry for each "
                       "dimension");
  if (input.getRank() != output.getRank() ||
      input.getElementType() != output.getElementType())
    return emitOpError("(2) operand and result differ in rank or element type");
  return success();
}

LogicalResult GridSampleOp::inferReturnTypes(MLIRContext *,
                                             std::optional<Location> loc,
                                             Adaptor adaptor,
                                             SmallVectorImpl<Type> &types) {
  StringRef name = getOperationName();
  RankedTensorType input = tensorOf(adaptor.getInput());
  RankedTensorType grid = tensorOf(adaptor.getGrid());
  int64_t rank = input.getRank();
  if (rank < 3 || grid.getRank() != rank ||
      grid.getElementType() != input.getElementType())
    return violated(loc, name, 1,
                    "input and grid need one rank of 3 or more and one element "
                    "type");
  if (grid.getDimSize(0) != input.getDimSize(0) ||
      grid.getShape().back() != rank - 2)
    return violated(loc, name, 2,
                    "the grid needs a batch of " + Twine(input.getDimSize(0)) +
                        " and " + Twine(rank - 2) +
                        " coordinates for each place");
  Layout layout = adaptor.getLayout();
  if (llvm::is_contained(
          input.getShape().slice(firstSpatialDim(layout), rank - 2), 0))
    return violated(loc, name, 3, "a spatial dimension of the input is empty");
  Shape shape(grid.getShape().drop_back());
  shape.insert(shape.begin() + channelDim(layout, rank),
               input.getDimSize(channelDim(layout, rank)));
  return appendTensor(loc, name, shape, input.getElementType(), types);
}
