//===- Pool.cpp - Evaluation of pooling -----------------------------------===//

#include "compiler/evaluate/Families.h"
#include "compiler/evaluate/Window.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::evaluate;

/// Calls fn(output offset, offsets of the window's points inside the input,
/// coordinates of all its points) for each window of each channel.
template <typename Fn>
static void forEachWindow(const SpatialStrides &in, const SpatialStrides &out,
                          const Window &window, Fn fn) {
  SmallVector<int64_t> coordinates, inside, moved;
  SmallVector<SmallVector<int64_t>> all;
  for (int64_t point = 0, e = out.points(); point < e; ++point) {
    inside.clear();
    all.clear();
    for (int64_t tap = 0, taps = window.points(); tap < taps; ++tap) {
      window.coordinates(point, out.extents, tap, coordinates);
      all.push_back(coordinates);
      int64_t offset = offsetInside(in, coordinates);
      if (offset >= 0)
        inside.push_back(offset);
    }
    for (int64_t n = 0; n < in.batches; ++n)
      for (int64_t c = 0; c < in.channels; ++c) {
        moved = inside;
        for (int64_t &offset : moved)
          offset += n * in.batch + c * in.channel;
        fn(n * out.batch + c * out.channel + out.offsetOf(point), moved, all);
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

LogicalResult dlc::evaluate::compute(nn::AvgPoolOp op, Operands operands,
                                     Results &results) {
  Tensor result = Tensor::zeros(resultType(op));
  SmallVector<double> input = operands[0].values<double>();
  SpatialStrides in(operands[0].getShape(), op.getLayout());
  Window window{op.getKernel(), op.getStrides(), op.getPads(),
                op.getDilations()};
  ArrayRef<int64_t> counted = op.getCountedPads();
  size_t rank = in.extents.size();
  forEachWindow(in, SpatialStrides(result.getShape(), op.getLayout()), window,
                [&](int64_t to, ArrayRef<int64_t> inside, auto &all) {
                  int64_t count = 0;
                  for (ArrayRef<int64_t> coordinates : all) {
                    bool counts = true;
                    for (size_t d = 0; d < rank; ++d)
                      counts &=
                          coordinates[d] >= -counted[d] &&
                          coordinates[d] < in.extents[d] + counted[rank + d];
                    count += counts;
                  }
                  double sum = 0;
                  for (int64_t offset : inside)
                    sum += input[offset];
                  result.store<double>(to, {sum / double(count)});
                });
  results.push_back(std::move(result));
  return success();
}
