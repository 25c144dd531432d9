//===- NnSearchOps.cpp - Types of results that are found ------------------===//

#include "dialects/nn/search/NnSearchOps.h"
#include "dialects/nn/Infer.h"
#include "mlir/IR/DialectImplementation.h"

#define GET_OP_CLASSES
#include "dialects/nn/NnSearchOps.cpp.inc"

using namespace mlir;
using namespace dlc::nn;
using namespace dlc::nn::detail;

LogicalResult PositionsOp::inferReturnTypes(MLIRContext *context,
                                            std::optional<Location> loc,
                                            Adaptor adaptor,
                                            SmallVectorImpl<Type> &types) {
  RankedTensorType input = tensorOf(adaptor.getInput());
  if (input.getRank() != 1 || input.getNumElements() > INT32_MAX)
    return violated(loc, getOperationName(), 1,
                    "needs a vector of less than 2^31 elements");
  Type i32 = IntegerType::get(context, 32);
  types.push_back(RankedTensorType::get(input.getShape(), i32));
  types.push_back(RankedTensorType::get({}, i32));
  return success();
}

LogicalResult SuppressOp::inferReturnTypes(MLIRContext *context,
                                           std::optional<Location> loc,
                                           Adaptor adaptor,
                                           SmallVectorImpl<Type> &types) {
  RankedTensorType boxes = tensorOf(adaptor.getBoxes()),
                   scores = tensorOf(adaptor.getScores());
  if (boxes.getRank() != 3 || scores.getRank() != 3 ||
      boxes.getDimSize(2) != 4 || boxes.getDimSize(0) != scores.getDimSize(0) ||
      boxes.getDimSize(1) != scores.getDimSize(2) ||
      boxes.getElementType() != scores.getElementType())
    return violated(loc, getOperationName(), 1,
                    "boxes are not [batch, n, 4] or scores not [batch, "
                    "classes, n] of their type");
  int64_t most = adaptor.getMost();
  if (most < 1 || most > boxes.getDimSize(1))
    return violated(loc, getOperationName(), 2,
                    "takes " + Twine(most) + " of " +
                        Twine(boxes.getDimSize(1)) + " boxes");
  auto isOne = [](Value given, Type element) {
    return !given || (tensorOf(given).getNumElements() == 1 &&
                      tensorOf(given).getElementType() == element);
  };
  if (!isOne(adaptor.getMostGiven(), IntegerType::get(context, 64)) ||
      !isOne(adaptor.getIouGiven(), boxes.getElementType()) ||
      !isOne(adaptor.getScoreGiven(), boxes.getElementType()))
    return violated(loc, getOperationName(), 3,
                    "what is given is not one i64, or not one number of the "
                    "boxes' type");
  types.push_back(RankedTensorType::get(
      {scores.getDimSize(0) * scores.getDimSize(1) * most, 3},
      IntegerType::get(context, 64)));
  types.push_back(RankedTensorType::get({}, IntegerType::get(context, 32)));
  return success();
}

/// `most` positions, and how many of them there are.
static LogicalResult appendFound(MLIRContext *context, int64_t most,
                                 SmallVectorImpl<Type> &types) {
  Type i32 = IntegerType::get(context, 32);
  types.push_back(RankedTensorType::get({most}, i32));
  types.push_back(RankedTensorType::get({}, i32));
  return success();
}

static bool isNumberOf(Type element, APFloat number) {
  if (number.isNaN())
    return false;
  bool isOther = false;
  if (auto real = dyn_cast<FloatType>(element)) {
    number.convert(real.getFloatSemantics(), APFloat::rmNearestTiesToEven,
                   &isOther);
    return !isOther;
  }
  unsigned width = element.getIntOrFloatBitWidth();
  APSInt integer(width, element.isUnsignedInteger() || width == 1);
  return number.convertToInteger(integer, APFloat::rmTowardZero, &isOther) ==
         APFloat::opOK;
}

LogicalResult BestAboveOp::inferReturnTypes(MLIRContext *context,
                                            std::optional<Location> loc,
                                            Adaptor adaptor,
                                            SmallVectorImpl<Type> &types) {
  StringRef name = getOperationName();
  RankedTensorType input = tensorOf(adaptor.getInput());
  if (input.getRank() != 1 || input.getNumElements() > INT32_MAX)
    return violated(loc, name, 1, "needs a vector of less than 2^31 elements");
  int64_t most = adaptor.getMost();
  if (most < 1 || most > input.getNumElements())
    return violated(loc, name, 2,
                    "takes " + Twine(most) + " of " +
                        Twine(input.getNumElements()) + " elements");
  if (std::optional<APFloat> level = adaptor.getLevel();
      level && !isNumberOf(input.getElementType(), *level))
    return violated(loc, name, 3,
                    "has a level that is no number of its operand's type");
  return appendFound(context, most, types);
}

LogicalResult KeepApartOp::inferReturnTypes(MLIRContext *context,
                                            std::optional<Location> loc,
                                            Adaptor adaptor,
                                            SmallVectorImpl<Type> &types) {
  StringRef name = getOperationName();
  RankedTensorType boxes = tensorOf(adaptor.getBoxes()),
                   scores = tensorOf(adaptor.getScores());
  auto isRow = [&](RankedTensorType type) {
    return type.getRank() == 2 && type.getDimSize(0) == 1 &&
           type.getDimSize(1) == boxes.getDimSize(1);
  };
  if (boxes.getRank() != 2 || boxes.getDimSize(0) < 4 || !isRow(scores) ||
      boxes.getElementType() != scores.getElementType())
    return violated(loc, name, 1,
                    "boxes are not [4 or more, n] or scores not [1, n] of "
                    "their type");
  int64_t most = adaptor.getMost();
  if (most < 1)
    return violated(loc, name, 2, "keeps " + Twine(most) + " boxes");
  auto classes = adaptor.getClasses();
  if (classes.size() > 1 ||
      (classes.size() == 1 && !isRow(tensorOf(classes.front()))))
    return violated(loc, name, 3, "classes are not one tensor of [1, n]");
  return appendFound(context, most, types);
}

namespace {
/// [regions, channels, height, width], or channels last.
LogicalResult appendRegions(std::optional<Location> loc, StringRef name,
                            RankedTensorType input, RankedTensorType regions,
                            Layout layout, int64_t height, int64_t width,
                            SmallVectorImpl<Type> &types) {
  int64_t channels = input.getDimSize(channelDim(layout, 4));
  Shape shape{regions.getDimSize(0), channels, height, width};
  if (layout == Layout::ChannelsLast)
    shape = {regions.getDimSize(0), height, width, channels};
  return appendTensor(loc, name, shape, input.getElementType(), types);
}

bool areRegions(RankedTensorType input, RankedTensorType regions,
                int64_t columns) {
  return input.getRank() == 4 && regions.getRank() == 2 &&
         regions.getDimSize(1) == columns &&
         regions.getElementType() == input.getElementType();
}
} // namespace

LogicalResult RoiAlignOp::inferReturnTypes(MLIRContext *,
                                           std::optional<Location> loc,
                                           Adaptor adaptor,
                                           SmallVectorImpl<Type> &types) {
  StringRef name = getOperationName();
  RankedTensorType input = tensorOf(adaptor.getInput()),
                   regions = tensorOf(adaptor.getRois()),
                   batches = tensorOf(adaptor.getBatches());
  if (!areRegions(input, regions, 4) || batches.getRank() != 1 ||
      batches.getDimSize(0) != regions.getDimSize(0) ||
      !(batches.getElementType().isInteger(32) ||
        batches.getElementType().isInteger(64)))
    return violated(loc, name, 1,
                    "needs an input of rank 4, regions [r, 4] of its type and "
                    "r numbers of images");
  int64_t height = adaptor.getHeight(), width = adaptor.getWidth();
  if (height < 1 || width < 1 ||
      static_cast<int64_t>(adaptor.getSampling()) < 0 ||
      !(adaptor.getScale().convertToDouble() > 0))
    return violated(loc, name, 2,
                    "a size or the scale is not positive, or the sampling is "
                    "negative");
  if ((adaptor.getKind() != ReduceKind::Mean &&
       adaptor.getKind() != ReduceKind::Max) ||
      input.getNumElements() == 0)
    return violated(loc, name, 3,
                    "kind is not mean or max, or the input is empty");
  return appendRegions(loc, name, input, regions, adaptor.getLayout(), height,
                       width, types);
}

LogicalResult RoiPoolOp::inferReturnTypes(MLIRContext *,
                                          std::optional<Location> loc,
                                          Adaptor adaptor,
                                          SmallVectorImpl<Type> &types) {
  StringRef name = getOperationName();
  RankedTensorType input = tensorOf(adaptor.getInput()),
                   regions = tensorOf(adaptor.getRois());
  if (!areRegions(input, regions, 5))
    return violated(loc, name, 1,
                    "needs an input of rank 4 and regions [r, 5] of its type");
  int64_t height = adaptor.getHeight(), width = adaptor.getWidth();
  if (height < 1 || width < 1 || !(adaptor.getScale().convertToDouble() > 0) ||
      input.getNumElements() == 0)
    return violated(loc, name, 2,
                    "a size or the scale is not positive, or the input is "
                    "empty");
  return appendRegions(loc, name, input, regions, adaptor.getLayout(), height,
                       width, types);
}

/// Row `tap` of a table that has one for each of so many taps.
static ArrayRef<int32_t> rowOf(ArrayAttr tables, unsigned axis, int64_t tap,
                               int64_t taps) {
  ArrayRef<int32_t> table = cast<DenseI32ArrayAttr>(tables[axis]).asArrayRef();
  const size_t size = table.size() / taps;
  return table.slice(tap * size, size);
}

ArrayRef<int32_t> InterpolateOp::indicesOf(unsigned axis, int64_t tap) {
  return rowOf(getIndices(), axis, tap, getTaps()[axis]);
}

ArrayRef<int32_t> InterpolateOp::weightsOf(unsigned axis, int64_t tap) {
  return rowOf(getWeights(), axis, tap, getTaps()[axis]);
}

/// The input's dimensions with those of the tables in their places; nullopt
/// where axes and tables do not belong together.
static std::optional<Shape> interpolatedShape(InterpolateOp::Adaptor adaptor) {
  Shape shape(tensorOf(adaptor.getInput()).getShape());
  ArrayRef<int64_t> axes = adaptor.getAxes(), taps = adaptor.getTaps();
  ArrayAttr indices = adaptor.getIndices(), weights = adaptor.getWeights();
  if (axes.empty() || taps.size() != axes.size() ||
      indices.size() != axes.size() || weights.size() != axes.size())
    return std::nullopt;
  SmallVector<bool> taken(shape.size(), false);
  for (auto [axis, count, own, factors] :
       llvm::zip_equal(axes, taps, indices, weights)) {
    int64_t size = cast<DenseI32ArrayAttr>(own).size();
    if (axis < 0 || axis >= int64_t(shape.size()) || taken[axis] || count < 1 ||
        size % count != 0 || cast<DenseI32ArrayAttr>(factors).size() != size)
      return std::nullopt;
    taken[axis] = true;
    shape[axis] = size / count;
  }
  return shape;
}

LogicalResult InterpolateOp::inferReturnTypes(MLIRContext *,
                                              std::optional<Location> loc,
                                              Adaptor adaptor,
                                              SmallVectorImpl<Type> &types) {
  StringRef name = getOperationName();
  RankedTensorType input = tensorOf(adaptor.getInput());
  auto element = dyn_cast<IntegerType>(input.getElementType());
  if (!element || element.getWidth() < 2 ||
      element.getWidth() > (element.isUnsigned() ? 16 : 32))
    return violated(loc, name, 1,
                    "the input needs integers of 2 to 32 bits, or unsigned "
                    "ones of at most 16");
  std::optional<Shape> shape = interpolatedShape(adaptor);
  if (!shape)
    return violated(loc, name, 2,
                    "axes are not different dimensions, or their taps, indices "
                    "and weights are not of them");
  for (auto [axis, table] :
       llvm::zip_equal(adaptor.getAxes(), adaptor.getIndices()))
    for (int32_t index : cast<DenseI32ArrayAttr>(table).asArrayRef())
      if (index < 0 || index >= input.getDimSize(axis))
        return violated(loc, name, 3,
                        "the index " + Twine(index) +
                            " is outside of dimension " + Twine(axis));
  if (!adaptor.getAccumulator().isSignlessInteger(32) &&
      !adaptor.getAccumulator().isSignlessInteger(64))
    return violated(loc, name, 4, "the accumulator is not i32 or i64");
  return appendTensor(loc, name, *shape, adaptor.getAccumulator(), types);
}

/// Constraint 2.
static bool areSegments(PiecewiseOp::Adaptor adaptor) {
  auto least = int64_t(adaptor.getLeast()),
       greatest = int64_t(adaptor.getGreatest()),
       bits = int64_t(adaptor.getBits()), shift = int64_t(adaptor.getShift());
  auto isShift = [](int64_t by) { return by >= 0 && by <= 31; };
  int64_t last = least;
  for (int64_t place : adaptor.getBreaks()) {
    if (place <= last || place > greatest)
      return false;
    last = place;
  }
  return least >= INT16_MIN && greatest <= UINT16_MAX && least <= greatest &&
         bits >= 0 && bits <= 16 && isShift(shift) &&
         llvm::all_of(adaptor.getShifts(), isShift);
}

LogicalResult PiecewiseOp::inferReturnTypes(MLIRContext *,
                                            std::optional<Location> loc,
                                            Adaptor adaptor,
                                            SmallVectorImpl<Type> &types) {
  StringRef name = getOperationName();
  RankedTensorType input = tensorOf(adaptor.getInput());
  auto element = dyn_cast<IntegerType>(input.getElementType());
  if (!element || element.getWidth() < 2 || element.getWidth() > 16)
    return violated(loc, name, 1, "the input needs integers of 2 to 16 bits");
  if (!areSegments(adaptor))
    return violated(loc, name, 2,
                    "least, greatest and breaks are no segments of 16 bits, or "
                    "bits and shifts none");
  auto range = int64_t(adaptor.getGreatest()) - int64_t(adaptor.getLeast());
  int64_t segments = (range >> int64_t(adaptor.getBits())) + 1 +
                     int64_t(adaptor.getBreaks().size()),
          words = segments * int64_t(adaptor.getShifts().size() + 1);
  if (int64_t(adaptor.getCoefficients().size()) != words)
    return violated(loc, name, 3,
                    "needs " + Twine(words) + " coefficients, not " +
                        Twine(adaptor.getCoefficients().size()));
  auto storage = dyn_cast<IntegerType>(adaptor.getStorage());
  if (!storage || (storage.getWidth() != 8 && storage.getWidth() != 16 &&
                   storage.getWidth() != 32))
    return violated(loc, name, 4,
                    "storage is not an integer type of 8, 16 or 32 bits");
  int64_t values = int64_t(1) << storage.getWidth(),
          lowest = storage.isUnsigned() ? 0 : -values / 2;
  auto min = int64_t(adaptor.getMin()), max = int64_t(adaptor.getMax());
  if (min > max || min < lowest || max >= lowest + values)
    return violated(loc, name, 4,
                    "min " + Twine(min) + " and max " + Twine(max) +
                        " are no range of the storage");
  return appendTensor(loc, name, input.getShape(), storage, types);
}

LogicalResult CumProdOp::inferReturnTypes(MLIRContext *,
                                          std::optional<Location> loc,
                                          Adaptor adaptor,
                                          SmallVectorImpl<Type> &types) {
  RankedTensorType input = tensorOf(adaptor.getInput());
  int64_t axis = adaptor.getAxis();
  if (axis < 0 || axis >= input.getRank())
    return violated(loc, getOperationName(), 1,
                    "axis " + Twine(axis) + " is outside rank " +
                        Twine(input.getRank()));
  types.push_back(input);
  return success();
}

LogicalResult BitCastOp::verify() {
  auto input = getInput().getType(), output = getOutput().getType();
  Type from = input.getElementType(), to = output.getElementType();
  if (input.getShape() != output.getShape() || !from.isIntOrFloat() ||
      !to.isIntOrFloat() ||
      from.getIntOrFloatBitWidth() != to.getIntOrFloatBitWidth() ||
      from.getIntOrFloatBitWidth() < 8)
    return emitOpError("(1) makes ") << output << " of " << input;
  return success();
}
