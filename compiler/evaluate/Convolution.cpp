//===- Convolution.cpp - Evaluation of convolutions and matmul ------------===//

#include "compiler/evaluate/Arithmetic.h"
#include "compiler/evaluate/Families.h"
#include "compiler/evaluate/Window.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::evaluate;

template <typename C>
SmallVector<C> dlc::evaluate::centred(const Tensor &operand,
                                      const Tensor *zeroPoint) {
  SmallVector<C> values = operand.values<C>();
  if (!zeroPoint)
    return values;
  C zeros[maxRow];
  forEachRow(operand.getShape(),
             {broadcastStrides(zeroPoint->getShape(), operand.getShape())},
             [&](const Row &row) {
               size_t length = row.length;
               zeroPoint->load<C>(row.operands[0], row.strides[0],
                                  {zeros, length});
               for (size_t i = 0; i < length; ++i) {
                 C &value = values[row.offset + i];
                 value = add(value, multiply(zeros[i], C(-1)));
               }
             });
  return values;
}

namespace dlc::evaluate {
template SmallVector<double> centred<double>(const Tensor &, const Tensor *);
template SmallVector<int64_t> centred<int64_t>(const Tensor &, const Tensor *);
template SmallVector<uint64_t> centred<uint64_t>(const Tensor &,
                                                 const Tensor *);
} // namespace dlc::evaluate

/// Takes the next operand where the op has the optional one.
static const Tensor *takeOptional(Value optional, Operands operands,
                                  size_t &next) {
  return optional ? &operands[next++] : nullptr;
}

/// Sums of integers wrap in their 64 bits; floats are summed in double.
template <typename C> static Tensor convolve(nn::ConvOp op, Operands operands) {
  Tensor result = Tensor::zeros(resultType(op));
  SpatialStrides in(operands[0].getShape(), op.getLayout());
  SpatialStrides out(result.getShape(), op.getLayout());
  ArrayRef<int64_t> filterShape = operands[1].getShape();
  Window window{filterShape.drop_front(2), op.getStrides(), op.getPads(),
                op.getDilations()};
  size_t next = 2;
  SmallVector<C> bias(out.channels, C(0));
  if (const Tensor *given = takeOptional(op.getBias(), operands, next))
    bias = given->values<C>();
  SmallVector<C> input = centred<C>(
      operands[0], takeOptional(op.getInputZeroPoint(), operands, next));
  SmallVector<C> filter = centred<C>(
      operands[1], takeOptional(op.getFilterZeroPoint(), operands, next));

  int64_t group = op.getGroup(), perGroup = filterShape[1];
  int64_t filtersPerGroup = filterShape[0] / group, taps = window.points();
  SmallVector<int64_t> coordinates;
  SmallVector<std::pair<int64_t, int64_t>> inside; // tap, offset in the input
  for (int64_t point = 0, e = out.points(); point < e; ++point) {
    inside.clear();
    for (int64_t tap = 0; tap < taps; ++tap) {
      window.coordinates(point, out.extents, tap, coordinates);
      int64_t offset = offsetInside(in, coordinates);
      if (offset >= 0)
        inside.push_back({tap, offset});
    }
    for (int64_t n = 0; n < in.batches; ++n)
      for (int64_t f = 0; f < out.channels; ++f) {
        C sum = bias[f];
        for (int64_t c = 0; c < perGroup; ++c) {
          const C *from = input.data() + n * in.batch +
                          (f / filtersPerGroup * perGroup + c) * in.channel;
          const C *weights = filter.data() + (f * perGroup + c) * taps;
          for (auto [tap, offset] : inside)
            sum = add(sum, multiply(from[offset], weights[tap]));
        }
        result.store<C>(n * out.batch + f * out.channel + out.offsetOf(point),
                        {sum});
      }
  }
  return result;
}

LogicalResult dlc::evaluate::compute(nn::ConvOp op, Operands operands,
                                     Results &results) {
  results.push_back(visitDomain(sumDomain(op, operands[0]), [&](auto zero) {
    return convolve<decltype(zero)>(op, operands);
  }));
  return success();
}

/// Each input element adds its filter to the output: the gradient of conv.
template <typename C>
static Tensor convolveTransposed(nn::ConvTransposeOp op, Operands operands) {
  Tensor result = Tensor::zeros(resultType(op));
  SpatialStrides in(operands[0].getShape(), op.getLayout());
  SpatialStrides out(result.getShape(), op.getLayout());
  ArrayRef<int64_t> filterShape = operands[1].getShape();
  Window window{filterShape.drop_front(2), op.getStrides(), op.getPads(),
                op.getDilations()};
  SmallVector<C> input = operands[0].values<C>();
  SmallVector<C> filter = operands[1].values<C>();
  SmallVector<C> sums(result.size(), C(0));

  int64_t channelsPerGroup = in.channels / op.getGroup();
  int64_t filters = filterShape[1], taps = window.points();
  SmallVector<int64_t> coordinates;
  for (int64_t point = 0, e = in.points(); point < e; ++point)
    for (int64_t tap = 0; tap < taps; ++tap) {
      window.coordinates(point, in.extents, tap, coordinates);
      int64_t to = offsetInside(out, coordinates);
      if (to < 0)
        continue;
      for (int64_t n = 0; n < in.batches; ++n)
        for (int64_t c = 0; c < in.channels; ++c) {
          C value = input[n * in.batch + c * in.channel + in.offsetOf(point)];
          int64_t first =
              n * out.batch + to + c / channelsPerGroup * filters * out.channel;
          for (int64_t f = 0; f < filters; ++f) {
            C &sum = sums[first + f * out.channel];
            sum = add(sum,
                      multiply(value, filter[(c * filters + f) * taps + tap]));
          }
        }
    }
  if (op.getBias()) {
    SmallVector<C> bias = operands[2].values<C>();
    for (int64_t i = 0, e = result.size(); i < e; ++i)
      sums[i] = add(sums[i], bias[i / out.channel % out.channels]);
  }
  result.store<C>(0, sums);
  return result;
}

LogicalResult dlc::evaluate::compute(nn::ConvTransposeOp op, Operands operands,
                                     Results &results) {
  results.push_back(visitDomain(operands[0].domain(), [&](auto zero) {
    return convolveTransposed<decltype(zero)>(op, operands);
  }));
  return success();
}

template <typename C> static Tensor matmul(nn::MatmulOp op, Operands operands) {
  Tensor result = Tensor::zeros(resultType(op));
  ArrayRef<int64_t> shape = result.getShape();
  int64_t m = shape[shape.size() - 2], n = shape.back();
  int64_t k = operands[0].getShape().back();
  ArrayRef<int64_t> batch = shape.drop_back(2);
  size_t next = 2;
  SmallVector<C> lhs = centred<C>(
      operands[0], takeOptional(op.getLhsZeroPoint(), operands, next));
  SmallVector<C> rhs = centred<C>(
      operands[1], takeOptional(op.getRhsZeroPoint(), operands, next));
  SmallVector<C> sums(n);
  SmallVector<SmallVector<int64_t>> strides = {
      broadcastStrides(operands[0].getShape().drop_back(2), batch),
      broadcastStrides(operands[1].getShape().drop_back(2), batch)};
  auto product = [&](int64_t to, const C *a, const C *b) {
    for (int64_t i = 0; i < m; ++i) {
      std::fill(sums.begin(), sums.end(), C(0));
      for (int64_t j = 0; j < k; ++j)
        for (int64_t l = 0; l < n; ++l)
          sums[l] = add(sums[l], multiply(a[i * k + j], b[j * n + l]));
      result.store<C>((to * m + i) * n, sums);
    }
  };
  forEachRow(batch, strides, [&](const Row &row) {
    for (int64_t i = 0; i < row.length; ++i)
      product(row.offset + i,
              lhs.data() + (row.operands[0] + i * row.strides[0]) * m * k,
              rhs.data() + (row.operands[1] + i * row.strides[1]) * k * n);
  });
  return result;
}

LogicalResult dlc::evaluate::compute(nn::MatmulOp op, Operands operands,
                                     Results &results) {
  results.push_back(visitDomain(sumDomain(op, operands[0]), [&](auto zero) {
    return matmul<decltype(zero)>(op, operands);
  }));
  return success();
}
