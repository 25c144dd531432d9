//===- Pool.cpp - Evaluation of pooling -----------------------------------===//

#include "compiler/evaluate/Families.h"
#include "compiler/evaluate/Window.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::evaluate;

/// Calls fn(output offset, offsets of the window's points inside the input,
/// output coordinates) for each window of each channel. A window may be far
/// larger than the input: points outside are not gone through.
template <typename Fn>
static void forEachWindow(const SpatialStrides &in, const SpatialStrides &out,
                          const Window &window, Fn fn) {
  const size_t rank = in.extents.size();
  SmallVector<int64_t> inside, moved, position(rank);
  for (int64_t point = 0, e = out.points(); point < e; ++point) {
    for (size_t d = rank, rest = point; d-- > 0; rest /= out.extents[d])
      position[d] = rest % out.extents[d];
    inside.assign(1, 0);
    for (size_t d = 0; d < rank; ++d) {
      Taps taps = window.taps(d, position[d], 0, in.extents[d]);
      moved.clear();
      for (int64_t offset : inside)
        for (int64_t tap = taps.begin; tap < taps.end; ++tap)
          moved.push_back(offset + window.coordinate(d, position[d], tap) *
                                       in.spatial[d]);
      std::swap(inside, moved);
    }
    for (int64_t n = 0; n < in.batches; ++n)
      for (int64_t c = 0; c < in.channels; ++c) {
        moved = inside;
        for (int64_t &offset : moved)
          offset += n * in.batch + c * in.channel;
        fn(n * out.batch + c * out.channel + out.offsetOf(point), moved,
           position);
      }
  }
}

template <typename C>
static Tensor maxPool(nn::MaxPoolOp op, const Tensor &operand) {
  Tensor result = Tensor::zeros(resultType(op));
  SmallVector<C> input = operand.values<C>();
  Window window{op.getKernel(), op.getStrides(), op.getPads(),
                op.getDilations()};
  forEachWindow(SpatialStrides(operand.getShape(), op.getLayout()),
                SpatialStrides(result.getShape(), op.getLayout()), window,
                [&](int64_t to, ArrayRef<int64_t> inside, auto &) {
                  C best = input[inside.front()];
                  for (int64_t offset : inside) // NaN wins
                    if (input[offset] > best || input[offset] != input[offset])
                      best = input[offset];
                  result.store<C>(to, {best});
                });
  return result;
}

LogicalResult dlc::evaluate::compute(nn::MaxPoolOp op, Operands operands,
                                     Results &results) {
  results.push_back(visitDomain(operands[0].domain(), [&](auto zero) {
    return maxPool<decltype(zero)>(op, operands[0]);
  }));
  return success();
}

/// What a pool with an accumulator computes: sums, which nothing divides.
static Tensor sumPool(nn::AvgPoolOp op, Operands operands) {
  Tensor result = Tensor::zeros(resultType(op));
  SmallVector<int64_t> input =
      centred<int64_t>(operands[0], op.getZeroPoint() ? &operands[1] : nullptr);
  Window window{op.getKernel(), op.getStrides(), op.getPads(),
                op.getDilations()};
  forEachWindow(SpatialStrides(operands[0].getShape(), op.getLayout()),
                SpatialStrides(result.getShape(), op.getLayout()), window,
                [&](int64_t to, ArrayRef<int64_t> inside, auto &) {
                  int64_t sum = 0;
                  for (int64_t offset : inside)
                    sum += input[offset];
                  result.store<int64_t>(to, {sum});
                });
  return result;
}

LogicalResult dlc::evaluate::compute(nn::AvgPoolOp op, Operands operands,
                                     Results &results) {
  if (op.getAccumulator()) {
    results.push_back(sumPool(op, operands));
    return success();
  }
  Tensor result = Tensor::zeros(resultType(op));
  SmallVector<double> input = operands[0].values<double>();
  SpatialStrides in(operands[0].getShape(), op.getLayout());
  Window window{op.getKernel(), op.getStrides(), op.getPads(),
                op.getDilations()};
  ArrayRef<int64_t> counted = op.getCountedPads();
  size_t rank = in.extents.size();
  forEachWindow(
      in, SpatialStrides(result.getShape(), op.getLayout()), window,
      [&](int64_t to, ArrayRef<int64_t> inside, ArrayRef<int64_t> position) {
        int64_t count = 1;
        for (size_t d = 0; d < rank; ++d) {
          Taps taps = window.taps(d, position[d], -counted[d],
                                  in.extents[d] + counted[rank + d]);
          count *= taps.end - taps.begin;
        }
        double sum = 0;
        for (int64_t offset : inside)
          sum += input[offset];
        result.store<double>(to, {sum / double(count)});
      });
  results.push_back(std::move(result));
  return success();
}
