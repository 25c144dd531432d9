//===- Stream.cpp - A network of all frames as one of a few new ones ------===//

#include "compiler/state/FrameMap.h"
#include "compiler/state/Passes.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/NnOps.h"
#include "dialects/nn/NodeLocation.h"
#include "dialects/nn/Notes.h"
#include "dialects/nn/state/Declarations.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MathExtras.h"

#include <map>

namespace dlc::state {
#define GEN_PASS_DEF_STREAM
#include "compiler/state/Passes.h.inc"
} // namespace dlc::state

using namespace mlir;

namespace dlc::state {
namespace {

RankedTensorType tensorOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

std::string text(double number) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%g", number);
  return text;
}

/// Call c has the frames `c * frames - delay` on, `frames` of them.
struct Frames {
  Value value;
  int64_t axis = 0, count = 0;
  /// Negative: the frames before the first call's first are `before`.
  int64_t delay = 0;
  double before = 0;
};

class Streaming {
public:
  Streaming(func::FuncOp main, int64_t hop)
      : main(main), hop(hop), b(OpBuilder::atBlockBegin(&main.front())) {}

  LogicalResult run() {
    if (failed(openInputs()))
      return failure();
    SmallVector<Operation *> ops;
    for (Operation &op : main.front().without_terminator())
      ops.push_back(&op);
    for (Operation *op : ops)
      if (failed(stream(op)))
        return failure();
    finish(ops);
    return success();
  }

private:
  LogicalResult openInputs();
  LogicalResult stream(Operation *op);
  FailureOr<Frames> combine(Operation *op, const FrameMap &map, FrameAxes axes);
  FailureOr<Value> gather(Operation *op, const Frames &from,
                          const FrameWindow &window, const FrameMap &map,
                          const Frames &result);
  Value hideEarly(Operation *op, const Frames &from, double padding);
  Value slice(Location loc, Value value, int64_t axis, int64_t begin,
              int64_t size);
  Value addState(Operation *op, RankedTensorType type, double initial);
  void setNext(Value state) { nextStates.push_back(state); }
  Frames inOrder(Operation *op, const Frames &early);
  void finish(llvm::ArrayRef<Operation *> ops);
  void returnFrames();

  func::FuncOp main;
  int64_t hop;
  OpBuilder b;
  llvm::DenseMap<Value, Frames> streams;
  /// Which of `count` frames are no longer early, by count and delay.
  std::map<std::pair<int64_t, int64_t>, Value> inTime;
  SmallVector<Value> nextStates;
  SmallVector<BlockArgument> replaced; // inputs
};

LogicalResult Streaming::openInputs() {
  // From the last on: what is inserted moves those behind.
  for (unsigned i = main.getNumArguments(); i-- > 0;) {
    auto axis = nn::framesAttr.getAt(main, i);
    if (!axis)
      continue;
    nn::framesAttr.removeAt(main, i);
    BlockArgument old = main.getArgument(i);
    SmallVector<int64_t> shape(tensorOf(old).getShape());
    if (axis.getInt() < 0 || axis.getInt() >= int64_t(shape.size()))
      return main.emitError("input ")
             << i << " has no dimension " << axis.getInt();
    shape[axis.getInt()] = hop;
    (void)main.insertArgument(i + 1, tensorOf(old).clone(shape),
                              main.getArgAttrDict(i), old.getLoc());
    streams[old] = {main.getArgument(i + 1), axis.getInt(), hop, 0, 0};
    replaced.push_back(old);
  }
  if (replaced.empty())
    return main.emitError("none of its inputs has frames");
  return success();
}

Value Streaming::slice(Location loc, Value value, int64_t axis, int64_t begin,
                       int64_t size) {
  SmallVector<int64_t> sizes(tensorOf(value).getShape());
  if (sizes[axis] == size)
    return value;
  SmallVector<int64_t> starts(sizes.size(), 0), steps(sizes.size(), 1);
  starts[axis] = begin;
  sizes[axis] = size;
  return nn::SliceOp::create(b, loc, value, starts, sizes, steps);
}

/// A new last argument; whoever asks for one gives what it becomes to
/// setNext().
Value Streaming::addState(Operation *op, RankedTensorType type,
                          double initial) {
  auto node = nn::nodeOf(op->getLoc());
  std::string name =
      (node ? node->name : op->getName().stripDialect().str()) + " before";
  NamedAttribute attributes[] = {
      nn::stateAttr.named(nn::makeSplat(type, initial)),
      nn::nameAttr.named(b.getStringAttr(name))};
  (void)main.insertArgument(main.getNumArguments(), type,
                            b.getDictionaryAttr(attributes), op->getLoc());
  return main.getArguments().back();
}

/// Takes what comes before the first frame for padding: `delay` times false,
/// then true for ever.
Value Streaming::hideEarly(Operation *op, const Frames &from, double padding) {
  Location loc = op->getLoc();
  Value &valid = inTime[{from.count, from.delay}];
  if (!valid) {
    auto flags = [&](int64_t count) {
      return RankedTensorType::get({count}, b.getI1Type());
    };
    Value state = addState(op, flags(from.delay), 0);
    Value ones =
        arith::ConstantOp::create(b, loc, nn::makeSplat(flags(from.count), 1));
    Value all = nn::ConcatOp::create(b, loc, ValueRange{state, ones},
                                     /*axis=*/0);
    valid = slice(loc, all, 0, 0, from.count);
    setNext(slice(loc, all, 0, from.count, from.delay));
  }
  SmallVector<int64_t> shape(tensorOf(from.value).getRank(), 1);
  shape[from.axis] = from.count;
  Value condition = nn::ReshapeOp::create(
      b, loc, RankedTensorType::get(shape, b.getI1Type()), valid);
  RankedTensorType type = tensorOf(from.value);
  Value before = arith::ConstantOp::create(
      b, loc,
      nn::makeSplat(RankedTensorType::get({}, type.getElementType()), padding));
  return nn::SelectOp::create(b, loc, condition, from.value, before);
}

/// The frames of an operand that one call computes the result's frames from:
/// those of a state, and new ones.
FailureOr<Value> Streaming::gather(Operation *op, const Frames &from,
                                   const FrameWindow &window,
                                   const FrameMap &map, const Frames &result) {
  Location loc = op->getLoc();
  int64_t needed = window.stride * (result.count - 1) + window.extent;
  int64_t kept = window.stride * result.delay - from.delay - window.offset;
  Value frames = from.value;
  bool looksBefore = window.offset < 0;
  if (looksBefore && from.delay < 0 && *map.before != from.before)
    return op->emitError("--stream: its padding of ")
           << text(*map.before) << " lies before a padding of "
           << text(from.before);
  if (looksBefore && from.delay > 0)
    frames = hideEarly(op, from, *map.before);
  if (kept < 0)
    return slice(loc, frames, from.axis, -kept, needed);
  if (kept > 0) {
    SmallVector<int64_t> shape(tensorOf(frames).getShape());
    shape[from.axis] = kept;
    double initial = looksBefore ? *map.before : from.before;
    Value state = addState(op, tensorOf(frames).clone(shape), initial);
    frames = nn::ConcatOp::create(b, loc, ValueRange{state, frames}, from.axis);
    setNext(slice(loc, frames, from.axis, from.count, kept));
  }
  return slice(loc, frames, from.axis, 0, needed);
}

/// How many frames the result has a call, and how late they are.
FailureOr<Frames> Streaming::combine(Operation *op, const FrameMap &map,
                                     FrameAxes axes) {
  Frames result;
  result.axis = map.axis;
  bool isFirst = true;
  for (auto [i, window] : llvm::enumerate(map.windows)) {
    if (!window)
      continue;
    const Frames &from = streams.at(op->getOperand(i));
    if (from.count % window->stride != 0)
      return op->emitError("--stream: takes every ")
             << window->stride << " frames, which do not divide the "
             << from.count << " that a call has here: give a hop that is a "
             << "multiple of " << hop / from.count * window->stride;
    int64_t count = from.count / window->stride;
    // Rounded up, also below 0.
    int64_t late =
        from.delay + window->offset + window->extent - window->stride;
    int64_t delay = -llvm::divideFloorSigned(-late, window->stride);
    if (isFirst) {
      result.count = count;
      result.delay = delay;
    } else if (result.count != count) {
      return op->emitError("--stream: its operands have ")
             << result.count << " and " << count << " frames a call";
    }
    result.delay = std::max(result.delay, delay);
    isFirst = false;
  }
  if (!map.isPadding)
    result.delay = std::max<int64_t>(0, result.delay);
  else
    result.before = *map.before;
  return result;
}

LogicalResult Streaming::stream(Operation *op) {
  SmallVector<std::optional<int64_t>> axes;
  for (Value operand : op->getOperands()) {
    auto found = streams.find(operand);
    axes.push_back(found == streams.end() ? std::nullopt
                                          : std::optional(found->second.axis));
  }
  if (llvm::none_of(axes, [](auto &axis) { return axis.has_value(); }))
    return success();
  std::string reason;
  std::optional<FrameMap> map = mapFrames(op, axes, reason);
  if (!map)
    return op->emitError("--stream: ") << reason;
  FailureOr<Frames> result = combine(op, *map, axes);
  if (failed(result))
    return failure();
  b.setInsertionPoint(op);
  SmallVector<Value> operands(op->getOperands());
  for (auto [i, window] : llvm::enumerate(map->windows)) {
    if (!window)
      continue;
    FailureOr<Value> frames =
        gather(op, streams.at(operands[i]), *window, *map, *result);
    if (failed(frames))
      return failure();
    operands[i] = *frames;
  }
  result->value =
      buildFrames(b, op, *map, axes, result->count, operands, reason);
  if (!result->value)
    return op->emitError("--stream: ") << reason;
  streams[op->getResult(0)] = *result;
  return success();
}

/// Frames that a pad has put before the first are given out, too.
Frames Streaming::inOrder(Operation *op, const Frames &early) {
  Frames result = early;
  result.delay = 0;
  // Nothing looks before these frames, so nothing can fail.
  result.value = *gather(op, early, FrameWindow(), FrameMap(), result);
  return result;
}

/// The network returns frames, with how late they are, and behind them the new
/// states.
void Streaming::returnFrames() {
  Operation *end = main.front().getTerminator();
  SmallVector<Value> values;
  SmallVector<DictionaryAttr> attributes;
  auto module = main->getParentOfType<ModuleOp>();
  b.setInsertionPoint(end);
  for (auto [i, value] : llvm::enumerate(end->getOperands())) {
    NamedAttrList list(main.getResultAttrDict(i));
    auto found = streams.find(value);
    if (found != streams.end() && found->second.delay < 0)
      found->second = inOrder(end, found->second);
    if (found != streams.end() && found->second.delay > 0) {
      list.set(nn::delayAttr.name, b.getI64IntegerAttr(found->second.delay));
      auto name = nn::nameAttr.getOfResult(main, i);
      nn::addNote(module, "output '" + (name ? name.str() : std::to_string(i)) +
                              "' is " + Twine(found->second.delay) +
                              " frames late: so many come before its first");
    }
    values.push_back(found == streams.end() ? value : found->second.value);
    attributes.push_back(list.getDictionary(main.getContext()));
  }
  for (Value state : nextStates) {
    values.push_back(state);
    attributes.push_back(DictionaryAttr::get(main.getContext()));
  }
  end->setOperands(values);
  main.setType(FunctionType::get(main.getContext(), main.getArgumentTypes(),
                                 ValueRange(values).getTypes()));
  main.setAllResultAttrs(attributes);
}

void Streaming::finish(llvm::ArrayRef<Operation *> ops) {
  returnFrames();
  for (Operation *op : llvm::reverse(ops))
    if (op->use_empty() && !isa<arith::ConstantOp>(op))
      op->erase();
  llvm::BitVector erased(main.getNumArguments());
  for (BlockArgument argument : replaced)
    erased.set(argument.getArgNumber());
  (void)main.eraseArguments(erased);
}

struct Stream : impl::StreamBase<Stream> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto main = module.lookupSymbol<func::FuncOp>("main");
    std::optional<int64_t> hop = nn::hopAttr.value(module);
    nn::hopAttr.remove(module);
    if (!main || main.isExternal() || !hop || *hop <= 0) {
      module.emitError("frames are those of a function @main, and nn.hop of "
                       "them a call is positive");
      return signalPassFailure();
    }
    if (failed(Streaming(main, *hop).run()))
      signalPassFailure();
  }
};

} // namespace
} // namespace dlc::state
