//===- Reduce.cpp - Evaluation of reductions along axes -------------------===//

#include "compiler/evaluate/Arithmetic.h"
#include "compiler/evaluate/Families.h"
#include "compiler/evaluate/Rows.h"
#include "compiler/evaluate/Search.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

using namespace mlir;
using namespace dlc;
using namespace dlc::evaluate;

template <typename C> static C neutral(nn::ReduceKind kind) {
  using Limits = std::numeric_limits<C>;
  switch (kind) {
  case nn::ReduceKind::Sum:
  case nn::ReduceKind::Mean:
    return 0;
  case nn::ReduceKind::Prod:
    return 1;
  case nn::ReduceKind::Max:
    return Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
  case nn::ReduceKind::Min:
    return Limits::has_infinity ? Limits::infinity() : Limits::max();
  }
  llvm_unreachable("all kinds are listed");
}

/// NaN wins a comparison.
template <typename C> static bool isNan(C value) { return value != value; }

template <typename C> static C accumulate(nn::ReduceKind kind, C a, C b) {
  switch (kind) {
  case nn::ReduceKind::Sum:
  case nn::ReduceKind::Mean:
    return add(a, b);
  case nn::ReduceKind::Prod:
    return multiply(a, b);
  case nn::ReduceKind::Max:
    return isNan(a) || a > b ? a : b;
  case nn::ReduceKind::Min:
    return isNan(a) || a < b ? a : b;
  }
  llvm_unreachable("all kinds are listed");
}

template <typename C>
static Tensor reduce(nn::ReduceOp op, const Tensor &operand, C zeroPoint) {
  Tensor result = Tensor::zeros(resultType(op));
  ArrayRef<int64_t> shape = operand.getShape();
  // How far apart an operand coordinate's results are; 0 on reduced axes.
  SmallVector<int64_t> strides(shape.size(), 0);
  int64_t stride = 1, count = 1;
  for (int64_t d = int64_t(shape.size()) - 1; d >= 0; --d) {
    if (llvm::is_contained(op.getAxes(), d)) {
      count *= shape[d];
      continue;
    }
    strides[d] = stride;
    stride *= shape[d];
  }
  SmallVector<C> sums(result.size(), neutral<C>(op.getKind()));
  C values[maxRow];
  forEachRow(shape, {strides}, [&](const Row &row) {
    operand.load<C>(row.offset, 1, {values, size_t(row.length)});
    for (int64_t i = 0; i < row.length; ++i) {
      C &sum = sums[row.operands[0] + i * row.strides[0]];
      C value = add(values[i], multiply(zeroPoint, C(-1)));
      sum = accumulate<C>(op.getKind(), sum, value);
    }
  });
  if (op.getKind() == nn::ReduceKind::Mean &&
      (std::is_floating_point_v<C> || count))
    for (C &sum : sums)
      sum /= C(count);
  result.store<C>(0, sums);
  return result;
}

LogicalResult dlc::evaluate::compute(nn::ReduceOp op, Operands operands,
                                     Results &results) {
  results.push_back(visitDomain(sumDomain(op, operands[0]), [&](auto zero) {
    using C = decltype(zero);
    C zeroPoint = op.getZeroPoint() ? operands[1].values<C>()[0] : C(0);
    return reduce<C>(op, operands[0], zeroPoint);
  }));
  return success();
}

/// Reads the lines of a tensor along an axis one after the other.
template <typename C, typename Fn>
static void forEachLine(const Tensor &operand, int64_t axis, Fn fn) {
  AxisView view(operand.getShape(), axis);
  SmallVector<C> line(view.size);
  for (int64_t o = 0; o < view.outer; ++o)
    for (int64_t i = 0; i < view.inner; ++i) {
      operand.load<C>(o * view.size * view.inner + i, view.inner, line);
      fn(o, i, line);
    }
}

LogicalResult dlc::evaluate::compute(nn::ArgReduceOp op, Operands operands,
                                     Results &results) {
  Tensor result = Tensor::zeros(resultType(op));
  bool max = op.getKind() == nn::ReduceKind::Max, last = op.getSelectLast();
  AxisView view(operands[0].getShape(), op.getAxis());
  if (view.size == 0)
    return failure();
  visitDomain(operands[0].domain(), [&](auto zero) {
    using C = decltype(zero);
    forEachLine<C>(
        operands[0], op.getAxis(), [&](int64_t o, int64_t i, ArrayRef<C> line) {
          int64_t best = 0;
          for (int64_t j = 1; j < view.size; ++j)
            if ((max ? line[j] > line[best] : line[j] < line[best]) ||
                (last && line[j] == line[best]))
              best = j;
          result.store<int64_t>(o * view.inner + i, {best});
        });
  });
  results.push_back(std::move(result));
  return success();
}

/// The running sum or product along an axis, from `start` on.
template <typename OpT, typename Fn>
static Tensor runningValues(OpT op, const Tensor &operand, int start,
                            Fn combine) {
  Tensor result = Tensor::zeros(resultType(op));
  AxisView view(operand.getShape(), op.getAxis());
  visitDomain(operand.domain(), [&](auto zero) {
    using C = decltype(zero);
    forEachLine<C>(operand, op.getAxis(),
                   [&](int64_t o, int64_t i, ArrayRef<C> line) {
                     C value = start;
                     for (int64_t j = 0; j < view.size; ++j) {
                       int64_t at = op.getReverse() ? view.size - 1 - j : j;
                       C before = value;
                       value = combine(value, line[at]);
                       result.store<C>((o * view.size + at) * view.inner + i,
                                       {op.getExclusive() ? before : value});
                     }
                   });
  });
  return result;
}

LogicalResult dlc::evaluate::compute(nn::CumSumOp op, Operands operands,
                                     Results &results) {
  results.push_back(runningValues(op, operands[0], 0,
                                  [](auto a, auto b) { return add(a, b); }));
  return success();
}

LogicalResult dlc::evaluate::compute(nn::CumProdOp op, Operands operands,
                                     Results &results) {
  results.push_back(runningValues(
      op, operands[0], 1, [](auto a, auto b) { return multiply(a, b); }));
  return success();
}

LogicalResult dlc::evaluate::compute(nn::TopKOp op, Operands operands,
                                     Results &results) {
  Tensor values = Tensor::zeros(resultType(op));
  Tensor indices =
      Tensor::zeros(cast<RankedTensorType>(op->getResult(1).getType()));
  AxisView view(operands[0].getShape(), op.getAxis());
  int64_t k = op.getK();
  visitDomain(operands[0].domain(), [&](auto zero) {
    using C = decltype(zero);
    SmallVector<int64_t> order(view.size);
    forEachLine<C>(
        operands[0], op.getAxis(), [&](int64_t o, int64_t i, ArrayRef<C> line) {
          std::iota(order.begin(), order.end(), 0);
          std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
            // NaN counts as the largest; equals keep their order.
            if (isNan(line[a]) != isNan(line[b]))
              return isNan(line[a]) == op.getLargest();
            if (line[a] == line[b] || isNan(line[a]))
              return a < b;
            return op.getLargest() ? line[a] > line[b] : line[a] < line[b];
          });
          for (int64_t j = 0; j < k; ++j) {
            int64_t to = (o * k + j) * view.inner + i;
            values.store<C>(to, {line[order[j]]});
            indices.store<int64_t>(to, {order[j]});
          }
        });
  });
  results.push_back(std::move(values));
  results.push_back(std::move(indices));
  return success();
}

LogicalResult dlc::evaluate::compute(nn::SoftmaxOp op, Operands operands,
                                     Results &results) {
  Tensor result = Tensor::zeros(resultType(op));
  AxisView view(result.getShape(), op.getAxis());
  forEachLine<double>(
      operands[0], op.getAxis(),
      [&](int64_t o, int64_t i, MutableArrayRef<double> line) {
        double max = -std::numeric_limits<double>::infinity(), sum = 0;
        for (double value : line)
          max = std::max(max, value);
        for (double &value : line)
          sum += value = std::exp(value - max);
        for (int64_t j = 0; j < view.size; ++j)
          result.store<double>((o * view.size + j) * view.inner + i,
                               {line[j] / sum});
      });
  results.push_back(std::move(result));
  return success();
}

LogicalResult dlc::evaluate::compute(nn::LrnOp op, Operands operands,
                                     Results &results) {
  Tensor result = Tensor::zeros(resultType(op));
  AxisView view(result.getShape(), op.getAxis());
  int64_t before = (op.getSize() - 1) / 2, after = op.getSize() / 2;
  double alpha = op.getAlpha().convertToDouble() / double(op.getSize());
  double beta = op.getBeta().convertToDouble();
  double bias = op.getBias().convertToDouble();
  forEachLine<double>(operands[0], op.getAxis(),
                      [&](int64_t o, int64_t i, ArrayRef<double> line) {
                        for (int64_t j = 0; j < view.size; ++j) {
                          double sum = 0;
                          for (int64_t n = std::max<int64_t>(0, j - before),
                                       e = std::min(view.size - 1, j + after);
                               n <= e; ++n)
                            sum += line[n] * line[n];
                          result.store<double>(
                              (o * view.size + j) * view.inner + i,
                              {line[j] / std::pow(bias + alpha * sum, beta)});
                        }
                      });
  results.push_back(std::move(result));
  return success();
}
