//===- Bounds.cpp - Sizes that a network computes -------------------------===//

#include "compiler/import/Bounds.h"
#include "dialects/nn/NnOps.h"
#include "dialects/nn/search/NnSearchOps.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace dlc::import {

std::optional<Bound> Bounds::of(Value value) const {
  auto found = bounds.find(value);
  return found == bounds.end() ? std::nullopt : std::optional(found->second);
}

namespace {
RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// The bound of an op's first result; none where the op has another meaning
/// than to do the same for each position along the axis.
class Rules {
public:
  Rules(const Bounds &bounds, Operation *op) : bounds(bounds), op(op) {}

  std::optional<Bound> apply() {
    if (op->hasTrait<nn::ElementwiseOp>() || isa<nn::BroadcastOp>(op))
      return aligned();
    return llvm::TypeSwitch<Operation *, std::optional<Bound>>(op)
        .Case<nn::TransposeOp, nn::ReshapeOp, nn::ConcatOp, nn::SliceOp,
              nn::GatherOp, nn::GatherNdOp, nn::ReduceOp, nn::ArgReduceOp,
              nn::MatmulOp, nn::QuantizeOp, nn::DequantizeOp>(
            [&](auto known) { return ruleOf(known); })
        .Case<nn::SoftmaxOp, nn::LrnOp, nn::TopKOp, nn::CumSumOp,
              nn::CumProdOp>([&](auto known) { return otherAxis(known); })
        .Default(std::optional<Bound>());
  }

private:
  std::optional<Bound> of(Value value) const { return bounds.of(value); }

  /// Dimensions aligned to the right; operands without the bound have one
  /// element along the axis.
  std::optional<Bound> aligned() {
    int64_t rank = typeOf(op->getResult(0)).getRank();
    std::optional<Bound> common;
    auto placed = [&](Value operand, Bound bound) {
      bound.axis += rank - typeOf(operand).getRank();
      return bound;
    };
    for (Value operand : op->getOperands())
      if (auto bound = of(operand)) {
        if (common && !(*common == placed(operand, *bound)))
          return std::nullopt;
        common = placed(operand, *bound);
      }
    int64_t size = typeOf(op->getResult(0)).getDimSize(common->axis);
    for (Value operand : op->getOperands()) {
      auto type = typeOf(operand);
      int64_t axis = common->axis - (rank - type.getRank());
      bool single = axis < 0 || type.getDimSize(axis) == 1;
      if (of(operand) ? type.getDimSize(axis) != size : !single)
        return std::nullopt;
    }
    return common;
  }

  std::optional<Bound> ruleOf(nn::TransposeOp transpose) {
    Bound bound = *of(transpose.getInput());
    ArrayRef<int64_t> perm = transpose.getPerm();
    return Bound{llvm::find(perm, bound.axis) - perm.begin(), bound.count};
  }

  /// The axis is there still, with as many elements before it.
  std::optional<Bound> ruleOf(nn::ReshapeOp reshape) {
    Bound bound = *of(reshape.getInput());
    ArrayRef<int64_t> from = typeOf(reshape.getInput()).getShape();
    ArrayRef<int64_t> to = typeOf(reshape.getOutput()).getShape();
    auto product = [](ArrayRef<int64_t> sizes) {
      int64_t count = 1;
      for (int64_t size : sizes)
        count *= size;
      return count;
    };
    int64_t before = product(from.take_front(bound.axis));
    for (size_t i = 0; i < to.size(); ++i)
      if (to[i] == from[bound.axis] && product(to.take_front(i)) == before)
        return Bound{static_cast<int64_t>(i), bound.count};
    return std::nullopt;
  }

  std::optional<Bound> ruleOf(nn::ConcatOp concat) {
    std::optional<Bound> first = of(concat.getInputs().front());
    if (!first || static_cast<int64_t>(concat.getAxis()) == first->axis)
      return std::nullopt;
    for (Value input : concat.getInputs())
      if (!of(input) || !(*of(input) == *first))
        return std::nullopt;
    return first;
  }

  std::optional<Bound> ruleOf(nn::SliceOp slice) {
    Bound bound = *of(slice.getInput());
    int64_t size = typeOf(slice.getInput()).getDimSize(bound.axis);
    if (slice.getStarts()[bound.axis] != 0 ||
        slice.getSteps()[bound.axis] != 1 ||
        slice.getSizes()[bound.axis] != size)
      return std::nullopt;
    return bound;
  }

  std::optional<Bound> ruleOf(nn::GatherOp gather) {
    auto data = of(gather.getData()), indices = of(gather.getIndices());
    auto axis = static_cast<int64_t>(gather.getAxis());
    if (data && indices)
      return std::nullopt;
    if (indices)
      return Bound{axis + indices->axis, indices->count};
    if (data->axis == axis)
      return std::nullopt;
    int64_t more = typeOf(gather.getIndices()).getRank() - 1;
    return Bound{data->axis < axis ? data->axis : data->axis + more,
                 data->count};
  }

  std::optional<Bound> ruleOf(nn::GatherNdOp gather) {
    auto data = of(gather.getData()), indices = of(gather.getIndices());
    auto batch = static_cast<int64_t>(gather.getBatchDims());
    auto type = typeOf(gather.getIndices());
    if (data || indices->axis < batch || indices->axis == type.getRank() - 1)
      return std::nullopt;
    return indices;
  }

  std::optional<Bound> ruleOf(nn::ReduceOp reduce) {
    return without(reduce.getAxes(), reduce.getKeepdims());
  }
  std::optional<Bound> ruleOf(nn::ArgReduceOp reduce) {
    return without(static_cast<int64_t>(reduce.getAxis()),
                   reduce.getKeepdims());
  }

  std::optional<Bound> without(ArrayRef<int64_t> axes, bool keepdims) {
    auto bound = of(op->getOperand(0));
    if (!bound || llvm::is_contained(axes, bound->axis))
      return std::nullopt;
    int64_t gone = keepdims ? 0 : llvm::count_if(axes, [&](int64_t axis) {
      return axis < bound->axis;
    });
    return Bound{bound->axis - gone, bound->count};
  }

  /// Rows of the left or columns of the right operand.
  std::optional<Bound> ruleOf(nn::MatmulOp matmul) {
    auto left = of(matmul.getLhs()), right = of(matmul.getRhs());
    if ((left && right) || matmul->getNumOperands() != 2)
      return std::nullopt;
    int64_t rank = typeOf(matmul.getOutput()).getRank();
    if (left && left->axis == typeOf(matmul.getLhs()).getRank() - 2)
      return Bound{rank - 2, left->count};
    if (right && right->axis == typeOf(matmul.getRhs()).getRank() - 1)
      return Bound{rank - 1, right->count};
    return std::nullopt;
  }

  std::optional<Bound> ruleOf(nn::QuantizeOp quantize) {
    return withScale(quantize.getScale());
  }
  std::optional<Bound> ruleOf(nn::DequantizeOp dequantize) {
    return withScale(dequantize.getScale());
  }
  std::optional<Bound> withScale(Value scale) {
    auto bound = of(op->getOperand(0));
    if (typeOf(scale).getNumElements() != 1 || !bound)
      return std::nullopt;
    return bound;
  }

  template <typename OpT> std::optional<Bound> otherAxis(OpT known) {
    auto bound = of(known.getInput());
    if (static_cast<int64_t>(known.getAxis()) == bound->axis)
      return std::nullopt;
    return bound;
  }

  const Bounds &bounds;
  Operation *op;
};
} // namespace

bool Bounds::follow(Operation *op) {
  if (llvm::none_of(op->getOperands(),
                    [&](Value operand) { return of(operand); }))
    return true;
  // What a node says of its result itself.
  if (llvm::all_of(op->getResults(), [&](Value result) { return of(result); }))
    return true;
  std::optional<Bound> bound = Rules(*this, op).apply();
  if (!bound)
    return false;
  for (Value result : op->getResults())
    set(result, *bound);
  return true;
}

Operation *Bounds::follow(Block::iterator first, Block::iterator end) {
  for (Operation &op : llvm::make_range(first, end))
    if (!follow(&op))
      return &op;
  return nullptr;
}

} // namespace dlc::import
