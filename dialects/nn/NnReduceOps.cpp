//===- NnReduceOps.cpp - Types of reductions and normalisations -----------===//

#include "dialects/nn/Infer.h"

using namespace mlir;
using namespace dlc::nn;
using namespace dlc::nn::detail;

namespace {
LogicalResult checkAxis(std::optional<Location> loc, StringRef name, int number,
                        int64_t axis, RankedTensorType type) {
  if (axis >= 0 && axis < type.getRank())
    return success();
  return violated(loc, name, number,
                  "axis " + Twine(axis) + " is outside rank " +
                      Twine(type.getRank()));
}
} // namespace

LogicalResult ReduceOp::inferReturnTypes(MLIRContext *,
                                         std::optional<Location> loc,
                                         Adaptor adaptor,
                                         SmallVectorImpl<Type> &types) {
  RankedTensorType input = tensorOf(adaptor.getInput());
  Shape shape;
  ArrayRef<int64_t> axes = adaptor.getAxes();
  for (size_t i = 0; i < axes.size(); ++i)
    if (axes[i] < 0 || axes[i] >= input.getRank() ||
        (i > 0 && axes[i] <= axes[i - 1]))
      return violated(loc, getOperationName(), 1,
                      "axes are not sorted, different and within rank " +
                          Twine(input.getRank()));
  for (int64_t i = 0; i < input.getRank(); ++i) {
    if (!llvm::is_contained(axes, i))
      shape.push_back(input.getDimSize(i));
    else if (adaptor.getKeepdims())
      shape.push_back(1);
  }
  std::optional<Type> accumulator = adaptor.getAccumulator();
  if (accumulator && adaptor.getKind() != ReduceKind::Sum)
    return violated(loc, getOperationName(), 3,
                    "only sums have an accumulator");
  FailureOr<Type> element =
      sumElement(loc, getOperationName(), 3, accumulator, adaptor.getInput());
  if (failed(element) ||
      failed(checkZeroPoint(loc, getOperationName(), 4, adaptor.getZeroPoint(),
                            adaptor.getInput(), accumulator.has_value())))
    return failure();
  return appendTensor(loc, getOperationName(), shape, *element, types);
}

LogicalResult ArgReduceOp::inferReturnTypes(MLIRContext *context,
                                            std::optional<Location> loc,
                                            Adaptor adaptor,
                                            SmallVectorImpl<Type> &types) {
  if (adaptor.getKind() != ReduceKind::Max &&
      adaptor.getKind() != ReduceKind::Min)
    return violated(loc, getOperationName(), 1, "kind is not max or min");
  RankedTensorType input = tensorOf(adaptor.getInput());
  if (failed(checkAxis(loc, getOperationName(), 2, adaptor.getAxis(), input)))
    return failure();
  Shape shape(input.getShape());
  if (adaptor.getKeepdims())
    shape[adaptor.getAxis()] = 1;
  else
    shape.erase(shape.begin() + adaptor.getAxis());
  return appendTensor(loc, getOperationName(), shape,
                      IntegerType::get(context, 64), types);
}

LogicalResult SoftmaxOp::inferReturnTypes(MLIRContext *,
                                          std::optional<Location> loc,
                                          Adaptor adaptor,
                                          SmallVectorImpl<Type> &types) {
  types.push_back(adaptor.getInput().getType());
  return checkAxis(loc, getOperationName(), 1, adaptor.getAxis(),
                   tensorOf(adaptor.getInput()));
}

LogicalResult LrnOp::inferReturnTypes(MLIRContext *,
                                      std::optional<Location> loc,
                                      Adaptor adaptor,
                                      SmallVectorImpl<Type> &types) {
  types.push_back(adaptor.getInput().getType());
  // The accessor is unsigned.
  if (static_cast<int64_t>(adaptor.getSize()) < 1)
    return violated(loc, getOperationName(), 1, "size is not positive");
  return checkAxis(loc, getOperationName(), 1, adaptor.getAxis(),
                   tensorOf(adaptor.getInput()));
}

LogicalResult CumSumOp::inferReturnTypes(MLIRContext *,
                                         std::optional<Location> loc,
                                         Adaptor adaptor,
                                         SmallVectorImpl<Type> &types) {
  types.push_back(adaptor.getInput().getType());
  return checkAxis(loc, getOperationName(), 1, adaptor.getAxis(),
                   tensorOf(adaptor.getInput()));
}

LogicalResult TopKOp::inferReturnTypes(MLIRContext *context,
                                       std::optional<Location> loc,
                                       Adaptor adaptor,
                                       SmallVectorImpl<Type> &types) {
  RankedTensorType input = tensorOf(adaptor.getInput());
  if (failed(checkAxis(loc, getOperationName(), 1, adaptor.getAxis(), input)))
    return failure();
  Shape shape(input.getShape());
  int64_t k = adaptor.getK();
  if (k < 0 || k > shape[adaptor.getAxis()])
    return violated(loc, getOperationName(), 1,
                    "k = " + Twine(k) + " is outside a dimension of " +
                        Twine(shape[adaptor.getAxis()]));
  shape[adaptor.getAxis()] = k;
  types.push_back(RankedTensorType::get(shape, input.getElementType()));
  types.push_back(RankedTensorType::get(shape, IntegerType::get(context, 64)));
  return success();
}

LogicalResult TreeEnsembleOp::inferReturnTypes(MLIRContext *,
                                               std::optional<Location> loc,
                                               Adaptor adaptor,
                                               SmallVectorImpl<Type> &types) {
  StringRef name = getOperationName();
  RankedTensorType input = tensorOf(adaptor.getInput());
  if (input.getRank() != 2)
    return violated(loc, name, 1, "input has rank " + Twine(input.getRank()));
  auto count = [](auto array) { return static_cast<int64_t>(array.size()); };
  ArrayRef<int32_t> features = adaptor.getFeatures(),
                    children = adaptor.getChildren(),
                    roots = adaptor.getRoots();
  int64_t splits = count(features), width = input.getDimSize(1);
  auto missing = adaptor.getMissing();
  if (splits == 0 || count(adaptor.getThresholds()) != splits ||
      count(children) != 2 * splits || (missing && count(*missing) != splits) ||
      llvm::any_of(features, [&](int64_t f) { return f < 0 || f >= width; }))
    return violated(loc, name, 2,
                    "splits do not have a feature, a threshold and two "
                    "children each");
  int64_t columns = adaptor.getColumns(), groups = adaptor.getGroups();
  int64_t weights = count(adaptor.getWeights());
  if (columns < 1 || weights < columns || weights % columns != 0 ||
      adaptor.getKind() == ReduceKind::Prod ||
      adaptor.getKind() == ReduceKind::Mean)
    return violated(loc, name, 5,
                    Twine(weights) + " weights are not those of leaves of " +
                        Twine(columns) +
                        " columns, or kind is not sum, max "
                        "or min");
  int64_t nodes = splits + weights / columns;
  for (int64_t i = 0; i < 2 * splits; ++i)
    if (children[i] <= i / 2 || children[i] >= nodes)
      return violated(loc, name, 3,
                      "child " + Twine(children[i]) + " of split " +
                          Twine(i / 2) + " is not behind it");
  if (groups < 1 || roots.empty() || count(roots) % groups != 0 ||
      llvm::any_of(roots, [&](int64_t r) { return r < 0 || r >= nodes; }))
    return violated(loc, name, 4,
                    Twine(roots.size()) + " roots are not those of " +
                        Twine(groups) + " groups of trees");
  return appendTensor(loc, name, {input.getDimSize(0), groups * columns},
                      input.getElementType(), types);
}
