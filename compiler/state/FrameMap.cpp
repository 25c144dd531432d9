//===- FrameMap.cpp - Which frames an op computes frames from -------------===//

#include "compiler/state/FrameMap.h"
#include "dialects/interfaces/PartInterface.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NnOps.h"
#include "dialects/nn/loops/NnLoopOps.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>
#include <limits>

using namespace mlir;

namespace dlc::state {
namespace {

constexpr const char *kWhole =
    "needs all frames of its operand before it can compute one";
constexpr const char *kShort =
    "its operand has too few frames to tell borders from what lies between: "
    "stream a network that was exported with more frames";

RankedTensorType tensorOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// The lowest number of an element type, as a double: exact but for i64, whose
/// lowest is a power of two.
double lowestOf(Type element) {
  if (isa<FloatType>(element))
    return -std::numeric_limits<double>::infinity();
  if (element.isUnsignedInteger())
    return 0;
  return -std::ldexp(1.0, element.getIntOrFloatBitWidth() - 1);
}

/// A constant, 0 where there is none; nullopt if it is not known.
std::optional<double> scalarOf(Value value) {
  return value ? nn::splatOf(value) : std::optional<double>(0);
}

//===----------------------------------------------------------------------===//
// Ops that answer for parts of their results
//===----------------------------------------------------------------------===//

/// Asks which frames of operands frames of the result need.
class Query {
public:
  Query(PartOpInterface op, FrameAxes axes) : op(op), axes(axes) {}

  /// Of operand `i` for frames along `axis` of the result; nullopt: unknown.
  std::optional<Interval> read(unsigned i, int64_t axis,
                               Interval frames) const {
    Box part = wholeBox(op->getResult(0));
    part[axis] = frames;
    std::optional<SmallVector<Box>> boxes = op.getOperandParts(part);
    if (!boxes)
      return std::nullopt;
    return (*boxes)[i][*axes[i]];
  }

  /// Whether no operand without frames is needed in parts.
  bool takesOthersWhole(int64_t axis, Interval frames) const {
    Box part = wholeBox(op->getResult(0));
    part[axis] = frames;
    std::optional<SmallVector<Box>> boxes = op.getOperandParts(part);
    if (!boxes)
      return false;
    for (auto [i, operand] : llvm::enumerate(op->getOperands()))
      if (!axes[i] && (*boxes)[i] != wholeBox(operand))
        return false;
    return true;
  }

  /// How frames along `axis` of the result come from those of operand `i`,
  /// looked at in the middle, away from borders; nullopt: not frame by frame.
  std::optional<FrameWindow> windowAlong(unsigned i, int64_t axis) const {
    int64_t middle = tensorOf(op->getResult(0)).getDimSize(axis) / 2;
    std::optional<Interval> reads[3];
    for (int64_t k : {-1, 0, 1})
      reads[k + 1] = read(i, axis, {middle + k, 1});
    if (!reads[0] || !reads[1] || !reads[2])
      return std::nullopt;
    FrameWindow window;
    window.stride = reads[2]->begin - reads[1]->begin;
    window.extent = reads[1]->size;
    window.offset = reads[1]->begin - window.stride * middle;
    if (window.stride <= 0 ||
        reads[1]->begin - reads[0]->begin != window.stride ||
        reads[0]->size != window.extent || reads[2]->size != window.extent)
      return std::nullopt;
    return window;
  }

  /// Whether fewer frames are read for the first frame than for one in the
  /// middle.
  bool differsAtBorder(unsigned i, int64_t axis) const {
    int64_t size = tensorOf(op->getResult(0)).getDimSize(axis);
    if (size == 0)
      return false;
    std::optional<Interval> border = read(i, axis, {0, 1}),
                            middle = read(i, axis, {size / 2, 1});
    return border && middle && border->size != middle->size;
  }

private:
  mutable PartOpInterface op;
  FrameAxes axes;
};

/// What a window finds before the first frame.
std::optional<double> paddingOf(Operation *op, int64_t axis,
                                std::string &reason) {
  if (auto conv = dyn_cast<nn::ConvOp>(op))
    return scalarOf(conv.getInputZeroPoint());
  if (auto pool = dyn_cast<nn::MaxPoolOp>(op))
    return lowestOf(tensorOf(pool.getInput()).getElementType());
  if (auto pool = dyn_cast<nn::AvgPoolOp>(op)) {
    int64_t spatial =
        axis - (pool.getLayout() == nn::Layout::ChannelsLast ? 1 : 2);
    if (pool.getAccumulator() ||
        pool.getCountedPads()[spatial] == pool.getPads()[spatial])
      return scalarOf(pool.getZeroPoint());
    reason = "its means are of fewer frames at the border: give the pool no "
             "padding, or one that counts (count_include_pad = 1)";
    return std::nullopt;
  }
  reason = "reads before the first frame, and what it takes there is not known";
  return std::nullopt;
}

/// Frames that a pad puts before the first.
std::optional<FrameMap> mapPad(nn::PadOp pad, int64_t axis,
                               std::string &reason) {
  std::optional<double> value = scalarOf(pad.getValue());
  int64_t begin = pad.getPads()[axis];
  if (begin > 0 && (pad.getMode() != nn::PadMode::Constant || !value)) {
    reason = "pads with other frames, or with what is no constant";
    return std::nullopt;
  }
  FrameMap map;
  map.axis = axis;
  map.windows.assign(pad->getNumOperands(), std::nullopt);
  map.windows[0] = FrameWindow{1, -begin, 1};
  map.isPadding = begin > 0;
  if (map.isPadding)
    map.before = value;
  return map;
}

std::optional<FrameMap> mapParts(PartOpInterface op, FrameAxes axes,
                                 std::string &reason) {
  Query query(op, axes);
  auto result = tensorOf(op->getResult(0));
  unsigned first = 0;
  while (!axes[first])
    ++first;
  FrameMap map;
  bool found = false;
  for (int64_t axis = 0; axis < result.getRank() && !found; ++axis)
    if (result.getDimSize(axis) >= 3 && query.windowAlong(first, axis)) {
      map.axis = axis;
      found = true;
    }
  if (!found) {
    for (int64_t axis = 0; axis < result.getRank(); ++axis)
      if (query.differsAtBorder(first, axis))
        reason = kShort;
    return std::nullopt;
  }
  int64_t middle = result.getDimSize(map.axis) / 2;
  if (!query.takesOthersWhole(map.axis, {middle, 1})) {
    reason = "one of its constants, or of its operands that have no frames, "
             "differs from frame to frame";
    return std::nullopt;
  }
  for (auto [i, axis] : llvm::enumerate(axes)) {
    map.windows.emplace_back();
    if (!axis)
      continue;
    map.windows.back() = query.windowAlong(i, map.axis);
    if (!map.windows.back()) {
      reason = "its operands have their frames along different dimensions";
      return std::nullopt;
    }
    if (map.windows.back()->offset < 0 && !map.before) {
      map.before = paddingOf(op, *axis, reason);
      if (!map.before)
        return std::nullopt;
    }
  }
  return map;
}

//===----------------------------------------------------------------------===//
// Ops that keep frames apart
//===----------------------------------------------------------------------===//

/// The dimension of a reshape's result that holds what `axis` of its operand
/// holds; nullopt if it goes with others.
std::optional<int64_t> axisOfReshape(nn::ReshapeOp reshape, int64_t axis) {
  ArrayRef<int64_t> from = tensorOf(reshape.getInput()).getShape(),
                    to = tensorOf(reshape.getOutput()).getShape();
  int64_t before = 1;
  for (int64_t size : from.take_front(axis))
    before *= size;
  int64_t here = 1;
  for (auto [i, size] : llvm::enumerate(to)) {
    if (here == before && size == from[axis])
      return i;
    here *= size;
  }
  return std::nullopt;
}

std::optional<int64_t> axisOfReduce(ArrayRef<int64_t> reduced, bool keepdims,
                                    int64_t axis) {
  int64_t dropped = 0;
  for (int64_t dim : reduced) {
    if (dim == axis)
      return std::nullopt;
    dropped += !keepdims && dim < axis;
  }
  return axis - dropped;
}

/// One factor has frames, as rows or in front of them.
std::optional<int64_t> axisOfMatmul(nn::MatmulOp matmul, FrameAxes axes) {
  int64_t rank = tensorOf(matmul.getOutput()).getRank();
  for (unsigned i : {0u, 1u}) {
    Value factor = matmul->getOperand(i);
    if (!axes[i] || axes[1 - i])
      continue;
    int64_t fromEnd = tensorOf(factor).getRank() - *axes[i];
    bool isSummed = fromEnd == (i == 0 ? 1 : 2);
    int64_t other = tensorOf(matmul->getOperand(1 - i)).getRank() - fromEnd;
    bool meets = fromEnd > 2 && other >= 0 &&
                 tensorOf(matmul->getOperand(1 - i)).getDimSize(other) != 1;
    for (unsigned point = 2; point < matmul->getNumOperands(); ++point)
      if (!nn::splatOf(matmul->getOperand(point)))
        return std::nullopt;
    if (!isSummed && !meets)
      return rank - fromEnd;
  }
  return std::nullopt;
}

std::optional<int64_t> axisOfApart(Operation *op, FrameAxes axes) {
  using Result = std::optional<int64_t>;
  auto alongOther = [&](int64_t axis) -> Result {
    return axis == *axes[0] ? std::nullopt : axes[0];
  };
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](nn::ReshapeOp reshape) {
        return axisOfReshape(reshape, *axes[0]);
      })
      .Case([&](nn::MatmulOp matmul) { return axisOfMatmul(matmul, axes); })
      .Case([&](nn::ReduceOp reduce) {
        return axisOfReduce(reduce.getAxes(), reduce.getKeepdims(), *axes[0]);
      })
      .Case([&](nn::ArgReduceOp reduce) {
        return axisOfReduce(reduce.getAxis(), reduce.getKeepdims(), *axes[0]);
      })
      .Case(
          [&](nn::SoftmaxOp softmax) { return alongOther(softmax.getAxis()); })
      .Case([&](nn::LrnOp lrn) { return alongOther(lrn.getAxis()); })
      .Default(Result());
}

} // namespace

std::optional<FrameMap> mapFrames(Operation *op, FrameAxes axes,
                                  std::string &reason) {
  reason = kWhole;
  if (isa<nn::LoopOp>(op))
    reason = "is a loop over the frames: export one step of it, with its state "
             "as input and output, and bind that with --state";
  if (op->getNumResults() != 1 || op->getNumRegions() != 0)
    return std::nullopt;
  if (auto pad = dyn_cast<nn::PadOp>(op); pad && axes[0])
    return mapPad(pad, *axes[0], reason);
  if (auto parts = dyn_cast<PartOpInterface>(op))
    return mapParts(parts, axes, reason);
  std::optional<int64_t> axis = axisOfApart(op, axes);
  if (!axis)
    return std::nullopt;
  FrameMap map;
  map.axis = *axis;
  for (const std::optional<int64_t> &of : axes)
    map.windows.push_back(of ? std::optional(FrameWindow()) : std::nullopt);
  return map;
}

Value buildFrames(OpBuilder &builder, Operation *op, const FrameMap &map,
                  FrameAxes axes, int64_t frames, ValueRange operands,
                  std::string &reason) {
  Box part = wholeBox(op->getResult(0));
  auto parts = dyn_cast<PartOpInterface>(op);
  // Frames of the op that reach over no border.
  int64_t first = 0;
  for (const std::optional<FrameWindow> &window : map.windows)
    if (window && window->offset < 0)
      first = std::max<int64_t>(
          first, llvm::divideCeil(-window->offset, window->stride));
  part[map.axis] = {first, frames};
  if (!parts)
    return cloneForPart(builder, op, part, operands)->getResult(0);
  reason = kShort;
  if (part[map.axis].end() > tensorOf(op->getResult(0)).getDimSize(map.axis))
    return {};
  for (auto [i, window] : llvm::enumerate(map.windows))
    if (window) {
      std::optional<Interval> read =
          Query(parts, axes).read(i, map.axis, part[map.axis]);
      if (!read || read->size != window->stride * (frames - 1) + window->extent)
        return {};
    }
  return parts.buildPart(builder, part, operands);
}

} // namespace dlc::state
