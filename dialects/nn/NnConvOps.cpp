//===- NnConvOps.cpp - Types of convolutions and matrix products ----------===//

#include "dialects/nn/Infer.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace dlc::nn;
using namespace dlc::nn::detail;

namespace {
bool allPositive(ArrayRef<int64_t> values) {
  return llvm::all_of(values, [](int64_t v) { return v > 0; });
}
bool noneNegative(ArrayRef<int64_t> values) {
  return llvm::all_of(values, [](int64_t v) { return v >= 0; });
}

/// Constraints 1 and 2, which both convolutions share.
template <typename Adaptor>
LogicalResult checkWindow(std::optional<Location> loc, StringRef name,
                          Adaptor adaptor, bool accumulates) {
  RankedTensorType input = tensorOf(adaptor.getInput());
  RankedTensorType filter = tensorOf(adaptor.getFilter());
  if (input.getRank() < 3 || filter.getRank() != input.getRank())
    return violated(loc, name, 1,
                    "input and filter need one rank of 3 or more, not " +
                        Twine(input.getRank()) + " and " +
                        Twine(filter.getRank()));
  if (!accumulates && input.getElementType() != filter.getElementType())
    return violated(loc, name, 1, "input and filter differ in element type");
  size_t spatial = input.getRank() - 2;
  if (adaptor.getStrides().size() != spatial ||
      adaptor.getDilations().size() != spatial ||
      adaptor.getPads().size() != 2 * spatial)
    return violated(loc, name, 2,
                    "strides, pads or dilations do not have entries for " +
                        Twine(spatial) + " spatial dimensions");
  if (!allPositive(adaptor.getStrides()) ||
      !allPositive(adaptor.getDilations()) || !noneNegative(adaptor.getPads()))
    return violated(loc, name, 2,
                    "strides and dilations must be positive and pads not "
                    "negative");
  return success();
}

template <typename Adaptor>
LogicalResult checkBias(std::optional<Location> loc, StringRef name,
                        Adaptor adaptor, int64_t features) {
  if (!adaptor.getBias())
    return success();
  RankedTensorType bias = tensorOf(adaptor.getBias());
  if (bias.getRank() != 1 || bias.getDimSize(0) != features)
    return violated(loc, name, 4, "bias is not [" + Twine(features) + "]");
  return success();
}

/// The element type of the sums, and what is multiplied for them.
FailureOr<Type> checkSums(std::optional<Location> loc, StringRef name,
                          ConvOp::Adaptor adaptor) {
  std::optional<Type> accumulator = adaptor.getAccumulator();
  Value input = adaptor.getInput(), filter = adaptor.getFilter();
  FailureOr<Type> element =
      sumElement(loc, name, 6, accumulator, {input, filter});
  if (failed(element))
    return failure();
  if (Value bias = adaptor.getBias();
      accumulator && bias && tensorOf(bias).getElementType() != *accumulator)
    return violated(loc, name, 4, "bias is not of the accumulator's type");
  Shape each(tensorOf(filter).getRank(), 1);
  each[0] = tensorOf(filter).getDimSize(0);
  if (failed(checkZeroPoint(loc, name, 7, adaptor.getInputZeroPoint(), input,
                            accumulator.has_value())) ||
      failed(checkZeroPoint(loc, name, 7, adaptor.getFilterZeroPoint(), filter,
                            accumulator.has_value(), each)))
    return failure();
  return element;
}

/// Puts batch, features and spatial sizes in the layout's order.
Shape inLayout(Layout layout, int64_t batch, int64_t features,
               ArrayRef<int64_t> spatial) {
  Shape shape{batch};
  if (layout == Layout::ChannelsFirst)
    shape.push_back(features);
  shape.append(spatial.begin(), spatial.end());
  if (layout == Layout::ChannelsLast)
    shape.push_back(features);
  return shape;
}
} // namespace

LogicalResult ConvOp::inferReturnTypes(MLIRContext *,
                                       std::optional<Location> loc,
                                       Adaptor adaptor,
                                       SmallVectorImpl<Type> &types) {
  StringRef name = getOperationName();
  if (failed(checkWindow(loc, name, adaptor,
                         adaptor.getAccumulator().has_value())))
    return failure();
  RankedTensorType input = tensorOf(adaptor.getInput());
  RankedTensorType filter = tensorOf(adaptor.getFilter());
  Layout layout = adaptor.getLayout();
  int64_t channels = input.getDimSize(channelDim(layout, input.getRank()));
  int64_t group = adaptor.getGroup();
  int64_t features = filter.getDimSize(0);
  if (group < 1 || filter.getDimSize(1) * group != channels ||
      features % group != 0)
    return violated(loc, name, 3,
                    Twine(channels) + " channels and " + Twine(features) +
                        " filters of " + Twine(filter.getDimSize(1)) +
                        " channels do not fit group " + Twine(group));
  if (failed(checkBias(loc, name, adaptor, features)))
    return failure();
  FailureOr<Type> element = checkSums(loc, name, adaptor);
  if (failed(element))
    return failure();
  int64_t spatial = input.getRank() - 2;
  Shape sizes;
  for (int64_t i = 0; i < spatial; ++i) {
    int64_t count = windowCount(
        input.getDimSize(firstSpatialDim(layout) + i), adaptor.getPads()[i],
        adaptor.getPads()[spatial + i], filter.getDimSize(2 + i),
        adaptor.getDilations()[i], adaptor.getStrides()[i]);
    if (count < 0)
      return violated(loc, name, 5,
                      "the filter is larger than the padded input in spatial "
                      "dimension " +
                          Twine(i));
    sizes.push_back(count);
  }
  return appendTensor(loc, name,
                      inLayout(layout, input.getDimSize(0), features, sizes),
                      *element, types);
}

LogicalResult ConvTransposeOp::inferReturnTypes(MLIRContext *,
                                                std::optional<Location> loc,
                                                Adaptor adaptor,
                                                SmallVectorImpl<Type> &types) {
  StringRef name = getOperationName();
  if (failed(checkWindow(loc, name, adaptor, /*accumulates=*/false)))
    return failure();
  RankedTensorType input = tensorOf(adaptor.getInput());
  RankedTensorType filter = tensorOf(adaptor.getFilter());
  Layout layout = adaptor.getLayout();
  int64_t spatial = input.getRank() - 2;
  if (static_cast<int64_t>(adaptor.getOutputPadding().size()) != spatial ||
      !noneNegative(adaptor.getOutputPadding()))
    return violated(loc, name, 2,
                    "output_padding needs an entry that is not negative for "
                    "each spatial dimension");
  int64_t channels = input.getDimSize(channelDim(layout, input.getRank()));
  int64_t group = adaptor.getGroup();
  if (group < 1 || filter.getDimSize(0) != channels || channels % group != 0)
    return violated(loc, name, 3,
                    Twine(channels) + " channels do not fit a filter of " +
                        Twine(filter.getDimSize(0)) + " and group " +
                        Twine(group));
  int64_t features = filter.getDimSize(1) * group;
  if (failed(checkBias(loc, name, adaptor, features)))
    return failure();
  Shape sizes;
  for (int64_t i = 0; i < spatial; ++i) {
    int64_t size = (input.getDimSize(firstSpatialDim(layout) + i) - 1) *
                       adaptor.getStrides()[i] +
                   adaptor.getOutputPadding()[i] +
                   (filter.getDimSize(2 + i) - 1) * adaptor.getDilations()[i] +
                   1 - adaptor.getPads()[i] - adaptor.getPads()[spatial + i];
    if (size < 0)
      return violated(loc, name, 5,
                      "spatial dimension " + Twine(i) + " would be negative");
    sizes.push_back(size);
  }
  return appendTensor(loc, name,
                      inLayout(layout, input.getDimSize(0), features, sizes),
                      input.getElementType(), types);
}

LogicalResult MatmulOp::inferReturnTypes(MLIRContext *,
                                         std::optional<Location> loc,
                                         Adaptor adaptor,
                                         SmallVectorImpl<Type> &types) {
  StringRef name = getOperationName();
  RankedTensorType lhs = tensorOf(adaptor.getLhs());
  RankedTensorType rhs = tensorOf(adaptor.getRhs());
  std::optional<Type> accumulator = adaptor.getAccumulator();
  if (lhs.getRank() < 2 || rhs.getRank() < 2 ||
      (!accumulator && lhs.getElementType() != rhs.getElementType()))
    return violated(loc, name, 1,
                    "operands need rank 2 or more and one element type");
  ArrayRef<int64_t> left = lhs.getShape(), right = rhs.getShape();
  if (left.back() != right[right.size() - 2])
    return violated(loc, name, 2,
                    "cannot multiply by " + Twine(right[right.size() - 2]) +
                        " rows with " + Twine(left.back()) + " columns");
  auto batch = broadcastShapes(left.drop_back(2), right.drop_back(2));
  if (!batch)
    return violated(loc, name, 3, "the leading dimensions do not broadcast");
  FailureOr<Type> element = sumElement(loc, name, 4, accumulator,
                                       {adaptor.getLhs(), adaptor.getRhs()});
  if (failed(element))
    return failure();
  Shape rows(left), columns(right);
  rows.back() = 1;
  columns[columns.size() - 2] = 1;
  if (failed(checkZeroPoint(loc, name, 5, adaptor.getLhsZeroPoint(),
                            adaptor.getLhs(), accumulator.has_value(), rows)) ||
      failed(checkZeroPoint(loc, name, 5, adaptor.getRhsZeroPoint(),
                            adaptor.getRhs(), accumulator.has_value(),
                            columns)))
    return failure();
  batch->push_back(left[left.size() - 2]);
  batch->push_back(right.back());
  return appendTensor(loc, name, *batch, *element, types);
}
