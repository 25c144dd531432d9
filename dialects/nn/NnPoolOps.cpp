//===- NnPoolOps.cpp - Types of pooling windows ---------------------------===//

#include "dialects/nn/Infer.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace dlc::nn;
using namespace dlc::nn::detail;

namespace {
template <typename Adaptor>
LogicalResult inferPool(std::optional<Location> loc, StringRef name,
                        Adaptor adaptor, Type element,
                        SmallVectorImpl<Type> &types) {
  RankedTensorType input = tensorOf(adaptor.getInput());
  if (input.getRank() < 3)
    return violated(loc, name, 1,
                    "the input needs rank 3 or more, not " +
                        Twine(input.getRank()));
  size_t spatial = input.getRank() - 2;
  if (adaptor.getKernel().size() != spatial ||
      adaptor.getStrides().size() != spatial ||
      adaptor.getDilations().size() != spatial ||
      adaptor.getPads().size() != 2 * spatial)
    return violated(loc, name, 2,
                    "kernel, strides, pads or dilations do not have entries "
                    "for " +
                        Twine(spatial) + " spatial dimensions");
  auto positive = [](int64_t v) { return v > 0; };
  if (!llvm::all_of(adaptor.getKernel(), positive) ||
      !llvm::all_of(adaptor.getStrides(), positive) ||
      !llvm::all_of(adaptor.getDilations(), positive) ||
      llvm::any_of(adaptor.getPads(), [](int64_t v) { return v < 0; }))
    return violated(loc, name, 2,
                    "kernel, strides and dilations must be positive and pads "
                    "not negative");
  Shape shape(input.getShape());
  for (size_t i = 0; i < spatial; ++i) {
    int64_t &size = shape[firstSpatialDim(adaptor.getLayout()) + i];
    size = windowCount(size, adaptor.getPads()[i],
                       adaptor.getPads()[spatial + i], adaptor.getKernel()[i],
                       adaptor.getDilations()[i], adaptor.getStrides()[i]);
    if (size < 0)
      return violated(loc, name, 3,
                      "the window is larger than the padded input in spatial "
                      "dimension " +
                          Twine(i));
  }
  return appendTensor(loc, name, shape, element, types);
}
} // namespace

LogicalResult MaxPoolOp::inferReturnTypes(MLIRContext *,
                                          std::optional<Location> loc,
                                          Adaptor adaptor,
                                          SmallVectorImpl<Type> &types) {
  return inferPool(loc, getOperationName(), adaptor,
                   tensorOf(adaptor.getInput()).getElementType(), types);
}

LogicalResult AvgPoolOp::inferReturnTypes(MLIRContext *,
                                          std::optional<Location> loc,
                                          Adaptor adaptor,
                                          SmallVectorImpl<Type> &types) {
  StringRef name = getOperationName();
  std::optional<Type> accumulator = adaptor.getAccumulator();
  FailureOr<Type> element =
      sumElement(loc, name, 4, accumulator, adaptor.getInput());
  if (failed(element) ||
      failed(inferPool(loc, name, adaptor, *element, types)) ||
      failed(checkZeroPoint(loc, name, 5, adaptor.getZeroPoint(),
                            adaptor.getInput(), accumulator.has_value())))
    return failure();
  ArrayRef<int64_t> counted = adaptor.getCountedPads();
  bool fits = counted.size() == adaptor.getPads().size();
  for (size_t i = 0; fits && i < counted.size(); ++i)
    fits = counted[i] >= 0 && counted[i] <= adaptor.getPads()[i];
  if (!fits)
    return violated(loc, name, 2, "counted_pads do not lie within pads");
  if (accumulator && llvm::any_of(counted, [](int64_t c) { return c != 0; }))
    return violated(loc, name, 4,
                    "counted_pads count for a divisor, which an accumulator "
                    "has not");
  return success();
}
