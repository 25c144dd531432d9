//===- Search.cpp - Evaluation of positions and suppression ---------------===//

#include "compiler/evaluate/Search.h"
#include "compiler/evaluate/Arithmetic.h"
#include "compiler/evaluate/Rows.h"
#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace dlc;
using namespace dlc::evaluate;

LogicalResult dlc::evaluate::compute(nn::PositionsOp op, Operands operands,
                                     Results &results) {
  Tensor positions = Tensor::zeros(resultType(op));
  Tensor count = Tensor::zeros(cast<RankedTensorType>(op.getCount().getType()));
  int64_t found = 0;
  for (auto [i, value] : llvm::enumerate(operands[0].values<uint64_t>()))
    if (value)
      positions.store<int64_t>(found++, {static_cast<int64_t>(i)});
  count.store<int64_t>(0, {found});
  results.push_back(std::move(positions));
  results.push_back(std::move(count));
  return success();
}

//===----------------------------------------------------------------------===//
// Suppression
//===----------------------------------------------------------------------===//

namespace {
template <typename Float> struct Box {
  Float low[2], high[2];

  /// Two corners, the lower one first.
  explicit Box(ArrayRef<double> corners) {
    for (int d = 0; d < 2; ++d) {
      low[d] = static_cast<Float>(corners[d]);
      high[d] = static_cast<Float>(corners[2 + d]);
    }
  }
  Box(ArrayRef<double> numbers, bool center) {
    for (int d = 0; d < 2; ++d) {
      Float a = static_cast<Float>(numbers[d]),
            b = static_cast<Float>(numbers[2 + d]);
      if (center) {
        Float half = b / 2;
        low[d] = a - half;
        high[d] = a + half;
      } else {
        low[d] = a <= b ? a : b;
        high[d] = a <= b ? b : a;
      }
    }
  }

  Float area() const { return (high[0] - low[0]) * (high[1] - low[1]); }

  /// The intersection over the union, in steps that are rounded one by one.
  Float overlap(const Box &other) const {
    Float sides[2];
    for (int d = 0; d < 2; ++d) {
      Float from = std::max(low[d], other.low[d]),
            to = std::min(high[d], other.high[d]);
      if (!(to > from))
        return 0;
      sides[d] = to - from;
    }
    volatile Float common = sides[0] * sides[1], own = area(),
                   others = other.area();
    volatile Float sum = own + others;
    return common / (sum - common);
  }
};

/// What is compared with.
struct Limits {
  int64_t most;
  double iou;
  std::optional<double> score;

  Limits(nn::SuppressOp op, Operands operands)
      : most(static_cast<int64_t>(op.getMost())),
        iou(op.getIou().convertToDouble()) {
    if (op.getScore())
      score = op.getScore()->convertToDouble();
    size_t next = 2;
    if (op.getMostGiven())
      most =
          std::clamp<int64_t>(operands[next++].values<int64_t>()[0], 0, most);
    if (op.getIouGiven())
      iou = operands[next++].values<double>()[0];
    if (op.getScoreGiven())
      score = operands[next].values<double>()[0];
  }
};

/// The boxes of one class that are taken, in this order.
template <typename Float>
SmallVector<int64_t> takeBoxes(const Limits &limits, ArrayRef<Box<Float>> boxes,
                               ArrayRef<double> scores) {
  SmallVector<int64_t> order, taken;
  for (auto [i, score] : llvm::enumerate(scores))
    if (!limits.score || score > static_cast<Float>(*limits.score))
      order.push_back(i);
  llvm::sort(order, [&](int64_t a, int64_t b) {
    if (std::isnan(scores[a]) != std::isnan(scores[b]))
      return std::isnan(scores[b]);
    if (scores[a] == scores[b] || std::isnan(scores[a]))
      return a < b;
    return scores[a] > scores[b];
  });
  auto limit = static_cast<Float>(limits.iou);
  for (int64_t candidate : order) {
    if (static_cast<int64_t>(taken.size()) == limits.most)
      break;
    if (llvm::none_of(taken, [&](int64_t better) {
          return boxes[better].overlap(boxes[candidate]) > limit;
        }))
      taken.push_back(candidate);
  }
  return taken;
}

template <typename Float>
void suppress(nn::SuppressOp op, Operands operands, Tensor &selected,
              int64_t &count) {
  ArrayRef<int64_t> shape = operands[1].getShape();
  int64_t n = shape[2];
  Limits limits(op, operands);
  SmallVector<double> corners = operands[0].values<double>(),
                      scores = operands[1].values<double>();
  for (int64_t batch = 0; batch < shape[0]; ++batch) {
    std::vector<Box<Float>> boxes;
    for (int64_t i = 0; i < n; ++i)
      boxes.emplace_back(ArrayRef(corners).slice((batch * n + i) * 4, 4),
                         op.getCenter());
    for (int64_t kind = 0; kind < shape[1]; ++kind)
      for (int64_t box : takeBoxes<Float>(
               limits, boxes,
               ArrayRef(scores).slice((batch * shape[1] + kind) * n, n)))
        selected.store<int64_t>(3 * count++, {batch, kind, box});
  }
}
} // namespace

LogicalResult dlc::evaluate::compute(nn::SuppressOp op, Operands operands,
                                     Results &results) {
  Tensor selected = Tensor::zeros(resultType(op));
  Tensor count = Tensor::zeros(cast<RankedTensorType>(op.getCount().getType()));
  int64_t found = 0;
  if (operands[0].getElementType().isF64())
    suppress<double>(op, operands, selected, found);
  else
    suppress<float>(op, operands, selected, found);
  count.store<int64_t>(0, {found});
  results.push_back(std::move(selected));
  results.push_back(std::move(count));
  return success();
}

//===----------------------------------------------------------------------===//
// Candidates, and those that are apart
//===----------------------------------------------------------------------===//

namespace {
/// Positions, zeros behind them, and their number.
void putFound(ArrayRef<int64_t> found, TypeRange types, Results &results) {
  Tensor places = Tensor::zeros(cast<RankedTensorType>(types[0]));
  Tensor count = Tensor::zeros(cast<RankedTensorType>(types[1]));
  places.store<int64_t>(0, found);
  count.store<int64_t>(0, {static_cast<int64_t>(found.size())});
  results.push_back(std::move(places));
  results.push_back(std::move(count));
}

template <typename C>
SmallVector<int64_t> bestAbove(nn::BestAboveOp op, const Tensor &input) {
  SmallVector<C> values = input.values<C>();
  SmallVector<int64_t> order;
  for (auto [i, value] : llvm::enumerate(values)) {
    auto x = static_cast<double>(value);
    if (!std::isnan(x) &&
        (!op.getLevel() || x > op.getLevel()->convertToDouble()))
      order.push_back(static_cast<int64_t>(i));
  }
  llvm::sort(order, [&](int64_t a, int64_t b) {
    return values[a] == values[b] ? a < b : values[a] > values[b];
  });
  if (order.size() > op.getMost())
    order.truncate(op.getMost());
  return order;
}

template <typename Float>
SmallVector<int64_t> keepApart(nn::KeepApartOp op, Operands operands) {
  SmallVector<double> corners = operands[0].values<double>(),
                      scores = operands[1].values<double>(), classes;
  if (operands.size() > 2)
    classes = operands[2].values<double>();
  size_t n = scores.size();
  std::vector<Box<Float>> boxes;
  for (size_t i = 0; i < n; ++i)
    boxes.emplace_back(ArrayRef<double>{
        corners[i], corners[n + i], corners[2 * n + i], corners[3 * n + i]});
  auto limit = static_cast<Float>(op.getIou().convertToDouble()),
       least = static_cast<Float>(op.getScore().convertToDouble());
  SmallVector<int64_t> kept;
  for (size_t i = 0; i < n && scores[i] > least && kept.size() < op.getMost();
       ++i)
    if (llvm::none_of(kept, [&](int64_t better) {
          return (classes.empty() || classes[better] == classes[i]) &&
                 boxes[better].overlap(boxes[i]) > limit;
        }))
      kept.push_back(static_cast<int64_t>(i));
  return kept;
}
} // namespace

LogicalResult dlc::evaluate::compute(nn::BestAboveOp op, Operands operands,
                                     Results &results) {
  const Tensor &input = operands[0];
  putFound(input.domain() == Domain::Float    ? bestAbove<double>(op, input)
           : input.domain() == Domain::Signed ? bestAbove<int64_t>(op, input)
                                              : bestAbove<uint64_t>(op, input),
           op->getResultTypes(), results);
  return success();
}

LogicalResult dlc::evaluate::compute(nn::KeepApartOp op, Operands operands,
                                     Results &results) {
  putFound(operands[0].getElementType().isF64()
               ? keepApart<double>(op, operands)
               : keepApart<float>(op, operands),
           op->getResultTypes(), results);
  return success();
}

//===----------------------------------------------------------------------===//
// Bits
//===----------------------------------------------------------------------===//

LogicalResult dlc::evaluate::compute(nn::BitCastOp op, Operands operands,
                                     Results &results) {
  results.push_back(operands[0].withType(resultType(op)));
  return success();
}

LogicalResult dlc::evaluate::compute(nn::PiecewiseOp op, Operands operands,
                                     Results &results) {
  auto least = int64_t(op.getLeast()), greatest = int64_t(op.getGreatest());
  ArrayRef<int64_t> shifts = op.getShifts();
  ArrayRef<int32_t> words = op.getCoefficients();
  SmallVector<int64_t> values = operands[0].values<int64_t>();
  for (int64_t &value : values) {
    int64_t q = std::clamp(value, least, greatest);
    int64_t segment = (q - least) >> op.getBits();
    for (int64_t place : op.getBreaks())
      segment += place <= q;
    auto u = int32_t((q - least) & ((int64_t(1) << op.getBits()) - 1));
    ArrayRef<int32_t> c =
        words.slice(segment * (shifts.size() + 1), shifts.size() + 1);
    // Words wrap around.
    int32_t v = c.back();
    for (size_t k = shifts.size(); k-- > 0;) {
      auto product = int32_t(uint32_t(v) * uint32_t(u));
      v = int32_t(uint32_t(product >> shifts[k]) + uint32_t(c[k]));
    }
    value = std::clamp<int64_t>(v >> op.getShift(), op.getMin(), op.getMax());
  }
  Tensor result = Tensor::zeros(op.getType());
  result.store<int64_t>(0, values);
  results.push_back(std::move(result));
  return success();
}
