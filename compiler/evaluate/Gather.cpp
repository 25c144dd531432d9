//===- Gather.cpp - Evaluation of gather and scatter ----------------------===//

#include "compiler/evaluate/Arithmetic.h"
#include "compiler/evaluate/Families.h"
#include "compiler/evaluate/Rows.h"
#include <cstring>

using namespace mlir;
using namespace dlc;
using namespace dlc::evaluate;

/// Positions on an axis, negative ones counted from its end.
static FailureOr<SmallVector<int64_t>> positions(const Tensor &indices,
                                                 int64_t size) {
  SmallVector<int64_t> values = indices.values<int64_t>();
  for (int64_t &value : values) {
    if (value < -size || value >= size)
      return failure();
    if (value < 0)
      value += size;
  }
  return values;
}

LogicalResult dlc::evaluate::compute(nn::GatherOp op, Operands operands,
                                     Results &results) {
  AxisView data(operands[0].getShape(), op.getAxis());
  auto indices = positions(operands[1], data.size);
  if (failed(indices))
    return failure();
  Tensor result = Tensor::zeros(resultType(op));
  unsigned width = result.width();
  int64_t to = 0;
  for (int64_t o = 0; o < data.outer; ++o)
    for (int64_t index : *indices)
      for (int64_t i = 0; i < data.inner; ++i)
        std::memcpy(result.at(to++),
                    operands[0].at((o * data.size + index) * data.inner + i),
                    width);
  results.push_back(std::move(result));
  return success();
}

/// Where in `data` an element of `indices` points, for gather_elements and
/// scatter_elements: its own coordinates but for the axis.
static FailureOr<SmallVector<int64_t>>
elementPositions(const Tensor &indices, ArrayRef<int64_t> data, int64_t axis) {
  auto onAxis = positions(indices, data[axis]);
  if (failed(onAxis))
    return failure();
  SmallVector<int64_t> strides = rowMajorStrides(data);
  SmallVector<int64_t> own = rowMajorStrides(indices.getShape());
  SmallVector<int64_t> result(onAxis->size(), 0);
  for (size_t i = 0; i < result.size(); ++i)
    for (int64_t d = 0; d < int64_t(data.size()); ++d)
      result[i] += strides[d] *
                   (d == axis ? (*onAxis)[i]
                              : int64_t(i) / own[d] % indices.getShape()[d]);
  return result;
}

LogicalResult dlc::evaluate::compute(nn::GatherElementsOp op, Operands operands,
                                     Results &results) {
  auto from =
      elementPositions(operands[1], operands[0].getShape(), op.getAxis());
  if (failed(from))
    return failure();
  Tensor result = Tensor::zeros(resultType(op));
  for (size_t i = 0; i < from->size(); ++i)
    std::memcpy(result.at(i), operands[0].at((*from)[i]), result.width());
  results.push_back(std::move(result));
  return success();
}

/// Index tuples in the last dimension of `indices` as positions in `data`, of
/// slices of `sliceSize` elements; the first `batchDims` dimensions are shared.
static FailureOr<SmallVector<int64_t>> tuplePositions(const Tensor &indices,
                                                      ArrayRef<int64_t> data,
                                                      int64_t batchDims,
                                                      int64_t &sliceSize) {
  int64_t depth = indices.getShape().back();
  SmallVector<int64_t> strides = rowMajorStrides(data);
  SmallVector<int64_t> values = indices.values<int64_t>();
  ArrayRef<int64_t> indexed = data.slice(batchDims, depth);
  sliceSize = 1;
  for (int64_t extent : data.drop_front(batchDims + depth))
    sliceSize *= extent;
  int64_t batches = 1, batchSize = 1;
  for (int64_t extent : data.take_front(batchDims))
    batches *= extent;
  for (int64_t extent : data.drop_front(batchDims))
    batchSize *= extent;

  int64_t tuples = 1;
  for (int64_t extent : indices.getShape().drop_back())
    tuples *= extent;
  SmallVector<int64_t> result;
  for (int64_t t = 0; t < tuples; ++t) {
    int64_t position = t / (tuples / batches) * batchSize;
    for (int64_t d = 0; d < depth; ++d) {
      int64_t value = values[t * depth + d];
      if (value < -indexed[d] || value >= indexed[d])
        return failure();
      position +=
          (value < 0 ? value + indexed[d] : value) * strides[batchDims + d];
    }
    result.push_back(position);
  }
  return result;
}

LogicalResult dlc::evaluate::compute(nn::GatherNdOp op, Operands operands,
                                     Results &results) {
  int64_t slice;
  auto from = tuplePositions(operands[1], operands[0].getShape(),
                             op.getBatchDims(), slice);
  if (failed(from))
    return failure();
  Tensor result = Tensor::zeros(resultType(op));
  for (size_t i = 0; i < from->size(); ++i)
    for (int64_t j = 0; j < slice; ++j)
      std::memcpy(result.at(i * slice + j), operands[0].at((*from)[i] + j),
                  result.width());
  results.push_back(std::move(result));
  return success();
}

template <typename C>
static C combine(nn::ScatterReduction reduction, C old, C update) {
  switch (reduction) {
  case nn::ScatterReduction::None:
    return update;
  case nn::ScatterReduction::Add:
    return add(old, update);
  case nn::ScatterReduction::Mul:
    return multiply(old, update);
  case nn::ScatterReduction::Max:
    return old > update ? old : update;
  case nn::ScatterReduction::Min:
    return old < update ? old : update;
  }
  llvm_unreachable("all reductions are listed");
}

/// A copy of data with slices of updates combined at positions, in order.
static Tensor scatter(RankedTensorType type, const Tensor &data,
                      const Tensor &updates, ArrayRef<int64_t> positions,
                      int64_t slice, nn::ScatterReduction reduction) {
  Tensor result = Tensor::zeros(type);
  for (int64_t i = 0, e = result.size(); i < e; ++i)
    std::memcpy(result.at(i), data.at(i), result.width());
  visitDomain(result.domain(), [&](auto zero) {
    using C = decltype(zero);
    for (size_t i = 0; i < positions.size(); ++i)
      for (int64_t j = 0; j < slice; ++j) {
        C old, update;
        result.load<C>(positions[i] + j, 1, {&old, 1});
        updates.load<C>(i * slice + j, 1, {&update, 1});
        result.store<C>(positions[i] + j, {combine<C>(reduction, old, update)});
      }
  });
  return result;
}

LogicalResult dlc::evaluate::compute(nn::ScatterElementsOp op,
                                     Operands operands, Results &results) {
  auto to = elementPositions(operands[1], operands[0].getShape(), op.getAxis());
  if (failed(to))
    return failure();
  results.push_back(scatter(resultType(op), operands[0], operands[2], *to, 1,
                            op.getReduction()));
  return success();
}

LogicalResult dlc::evaluate::compute(nn::ScatterNdOp op, Operands operands,
                                     Results &results) {
  int64_t slice;
  auto to = tuplePositions(operands[1], operands[0].getShape(), 0, slice);
  if (failed(to))
    return failure();
  results.push_back(scatter(resultType(op), operands[0], operands[2], *to,
                            slice, op.getReduction()));
  return success();
}
