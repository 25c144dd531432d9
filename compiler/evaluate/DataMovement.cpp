//===- DataMovement.cpp - Evaluation of ops that only move elements -------===//

#include "compiler/evaluate/Families.h"
#include "compiler/evaluate/Rows.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cstring>

using namespace mlir;
using namespace dlc;
using namespace dlc::evaluate;

/// A splat under the result's shape.
static Tensor splatOf(RankedTensorType type, const Tensor &operand) {
  Tensor result = Tensor::zeroSplat(type);
  std::memcpy(result.at(0), operand.at(0), result.width());
  return result;
}

static void copyRow(Tensor &result, int64_t to, const Tensor &from,
                    int64_t offset, int64_t stride, int64_t length) {
  unsigned width = result.width();
  if (stride == 1 && !from.isSplat()) {
    std::memcpy(result.at(to), from.at(offset), length * width);
    return;
  }
  for (int64_t i = 0; i < length; ++i)
    std::memcpy(result.at(to + i), from.at(offset + i * stride), width);
}

/// Copies a square block in which the result's rows are the operand's columns.
template <typename T>
static void copyBlock(T *to, int64_t toStride, const T *from,
                      int64_t fromStride, int64_t rows, int64_t columns) {
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j)
      to[i * toStride + j] = from[i + j * fromStride];
}

/// One plane of the result, [rows, columns] with any distance between its rows,
/// from an operand whose neighbours are one row apart. In blocks, because
/// walking down the columns of weights misses the cache at every step.
template <typename T>
static void transposePlane(T *to, int64_t toStride, const T *from,
                           int64_t fromStride, int64_t rows, int64_t columns) {
  constexpr int64_t block = 32;
  for (int64_t i = 0; i < rows; i += block)
    for (int64_t j = 0; j < columns; j += block)
      copyBlock(to + i * toStride + j, toStride, from + i + j * fromStride,
                fromStride, std::min(block, rows - i),
                std::min(block, columns - j));
}

/// The dimension, not the last, along which neighbours of the result are
/// neighbours of the operand; -1 if there is none.
static int64_t turnedDim(ArrayRef<int64_t> shape, ArrayRef<int64_t> strides) {
  int64_t last = int64_t(shape.size()) - 1;
  for (int64_t d = 0; d < last; ++d)
    if (strides[d] == 1 && strides[last] != 1 && shape[d] > 1)
      return d;
  return -1;
}

/// The plane of `dim` and the last dimension at every position of the others.
template <typename T>
static void transposePlanes(Tensor &result, const Tensor &operand,
                            ArrayRef<int64_t> strides, int64_t dim) {
  SmallVector<int64_t> own = rowMajorStrides(result.getShape());
  SmallVector<int64_t> others(result.getShape()), steps(strides);
  int64_t rows = others[dim], columns = others.back();
  others[dim] = others.back() = 1;
  forEachRow(others, {own, steps}, [&](const Row &row) {
    for (int64_t i = 0; i < row.length; ++i)
      transposePlane(reinterpret_cast<T *>(
                         result.at(row.operands[0] + i * row.strides[0])),
                     own[dim],
                     reinterpret_cast<const T *>(
                         operand.at(row.operands[1] + i * row.strides[1])),
                     strides.back(), rows, columns);
  });
}

/// The result reads the operand from `offset` on with these strides.
static Tensor copyStrided(RankedTensorType type, const Tensor &operand,
                          int64_t offset, SmallVector<int64_t> strides) {
  if (operand.isSplat() && type.getNumElements() > 0)
    return splatOf(type, operand);
  Tensor result = Tensor::zeros(type);
  int64_t dim = turnedDim(type.getShape(), strides);
  if (dim >= 0 && offset == 0 && result.width() == 4) {
    transposePlanes<uint32_t>(result, operand, strides, dim);
    return result;
  }
  forEachRow(type.getShape(), {std::move(strides)}, [&](const Row &row) {
    copyRow(result, row.offset, operand, offset + row.operands[0],
            row.strides[0], row.length);
  });
  return result;
}

LogicalResult dlc::evaluate::compute(nn::TransposeOp op, Operands operands,
                                     Results &results) {
  SmallVector<int64_t> own = rowMajorStrides(operands[0].getShape()), strides;
  for (int64_t dim : op.getPerm())
    strides.push_back(own[dim]);
  results.push_back(copyStrided(resultType(op), operands[0], 0, strides));
  return success();
}

LogicalResult dlc::evaluate::compute(nn::ReshapeOp op, Operands operands,
                                     Results &results) {
  results.push_back(operands[0].withType(resultType(op)));
  return success();
}

LogicalResult dlc::evaluate::compute(nn::BroadcastOp op, Operands operands,
                                     Results &results) {
  RankedTensorType type = resultType(op);
  results.push_back(
      copyStrided(type, operands[0], 0,
                  broadcastStrides(operands[0].getShape(), type.getShape())));
  return success();
}

LogicalResult dlc::evaluate::compute(nn::SliceOp op, Operands operands,
                                     Results &results) {
  SmallVector<int64_t> strides = rowMajorStrides(operands[0].getShape());
  int64_t offset = 0;
  for (auto [stride, start, step] :
       llvm::zip(strides, op.getStarts(), op.getSteps())) {
    offset += start * stride;
    stride *= step;
  }
  results.push_back(copyStrided(resultType(op), operands[0], offset, strides));
  return success();
}

LogicalResult dlc::evaluate::compute(nn::ConcatOp op, Operands operands,
                                     Results &results) {
  Tensor result = Tensor::zeros(resultType(op));
  AxisView whole(result.getShape(), op.getAxis());
  int64_t begin = 0;
  for (const Tensor &operand : operands) {
    AxisView part(operand.getShape(), op.getAxis());
    int64_t length = part.size * part.inner;
    for (int64_t o = 0; o < part.outer; ++o)
      copyRow(result, (o * whole.size + begin) * whole.inner, operand,
              o * length, 1, length);
    begin += part.size;
  }
  results.push_back(std::move(result));
  return success();
}

/// Copies where each result coordinate has an operand coordinate, found in one
/// table for each dimension; -1 leaves the element as it is.
static void copyMapped(Tensor &result, const Tensor &operand,
                       ArrayRef<SmallVector<int64_t>> maps) {
  SmallVector<int64_t> strides = rowMajorStrides(operand.getShape());
  SmallVector<int64_t> to = rowMajorStrides(result.getShape());
  int64_t rank = result.getRank();
  unsigned width = result.width();
  for (int64_t i = 0, e = result.size(); i < e; ++i) {
    int64_t from = 0;
    bool mapped = true;
    for (int64_t d = 0; d < rank && mapped; ++d) {
      int64_t source = maps[d][i / to[d] % result.getShape()[d]];
      mapped = source >= 0;
      from += source * strides[d];
    }
    if (mapped)
      std::memcpy(result.at(i), operand.at(from), width);
  }
}

/// Operand coordinate of a padded one; -1 for the pad value.
static int64_t unpad(int64_t i, int64_t size, nn::PadMode mode) {
  if (i >= 0 && i < size)
    return i;
  switch (mode) {
  case nn::PadMode::Constant:
    return -1;
  case nn::PadMode::Edge:
    return std::clamp<int64_t>(i, 0, size - 1);
  case nn::PadMode::Wrap:
    return (i % size + size) % size;
  case nn::PadMode::Reflect: {
    int64_t period = std::max<int64_t>(1, 2 * (size - 1));
    int64_t phase = (i % period + period) % period;
    return phase < size ? phase : period - phase;
  }
  }
  llvm_unreachable("all modes are listed");
}

LogicalResult dlc::evaluate::compute(nn::PadOp op, Operands operands,
                                     Results &results) {
  Tensor result = Tensor::zeros(resultType(op));
  if (op.getValue())
    for (int64_t i = 0, e = result.size(); i < e; ++i)
      std::memcpy(result.at(i), operands[1].at(0), result.width());
  SmallVector<SmallVector<int64_t>> maps;
  for (int64_t d = 0; d < result.getRank(); ++d) {
    SmallVector<int64_t> &map = maps.emplace_back();
    for (int64_t i = 0; i < result.getShape()[d]; ++i)
      map.push_back(
          unpad(i - op.getPads()[d], operands[0].getShape()[d], op.getMode()));
  }
  copyMapped(result, operands[0], maps);
  results.push_back(std::move(result));
  return success();
}

LogicalResult dlc::evaluate::compute(nn::TileOp op, Operands operands,
                                     Results &results) {
  RankedTensorType type = resultType(op);
  if (operands[0].isSplat() && type.getNumElements() > 0) {
    results.push_back(splatOf(type, operands[0]));
    return success();
  }
  Tensor result = Tensor::zeros(type);
  SmallVector<SmallVector<int64_t>> maps;
  for (int64_t d = 0; d < result.getRank(); ++d) {
    SmallVector<int64_t> &map = maps.emplace_back();
    for (int64_t i = 0; i < result.getShape()[d]; ++i)
      map.push_back(i % operands[0].getShape()[d]);
  }
  copyMapped(result, operands[0], maps);
  results.push_back(std::move(result));
  return success();
}
