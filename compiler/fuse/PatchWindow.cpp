//===- PatchWindow.cpp - What a part of a tensor is computed from ---------===//

#include "compiler/fuse/PatchWindow.h"
#include "compiler/fuse/StageGroups.h"
#include "dialects/interfaces/CostInterface.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NnOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace dlc::fuse {

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

Box wholeBox(Value value) {
  Box box;
  for (int64_t size : shapeOf(value))
    box.push_back({0, size});
  return box;
}

Box hull(const Box &a, const Box &b) {
  Box box;
  for (auto [x, y] : llvm::zip_equal(a, b)) {
    int64_t begin = std::min(x.begin, y.begin);
    box.push_back({begin, std::max(x.end(), y.end()) - begin});
  }
  return box;
}

int64_t elementsOf(const Box &box) {
  int64_t elements = 1;
  for (const Interval &interval : box)
    elements *= interval.size;
  return elements;
}

std::optional<WindowRead> readOfWindows(Interval output, const WindowDim &dim) {
  int64_t first = output.begin * dim.stride - dim.pad;
  int64_t last = (output.end() - 1) * dim.stride - dim.pad +
                 (dim.kernel - 1) * dim.dilation;
  int64_t begin = std::max<int64_t>(first, 0);
  int64_t end = std::min(last + 1, dim.size);
  if (begin >= end)
    return std::nullopt;
  return WindowRead{{begin, end - begin}, begin - first, last + 1 - end};
}

namespace {

/// Intervals and padding of all spatial dimensions.
struct WindowReads {
  Box input;
  SmallVector<int64_t> pads; // begins, then ends
};

/// Of a convolution or a pool, whose channels `part` takes all.
template <typename SpatialOp>
std::optional<WindowReads> readsOf(SpatialOp op, ArrayRef<int64_t> kernel,
                                   const Box &part) {
  int64_t channel = op.getLayout() == nn::Layout::ChannelsLast
                        ? static_cast<int64_t>(part.size()) - 1
                        : 1;
  int64_t spatial = channel == 1 ? 2 : 1;
  WindowReads reads;
  reads.input = wholeBox(op.getInput());
  if (!(part[channel] == wholeBox(op.getOutput())[channel]))
    return std::nullopt;
  reads.input[0] = part[0];
  reads.pads.resize(2 * kernel.size());
  for (size_t i = 0; i < kernel.size(); ++i) {
    int64_t size = reads.input[spatial + i].size;
    std::optional<WindowRead> read = readOfWindows(
        part[spatial + i], {kernel[i], op.getStrides()[i], op.getDilations()[i],
                            op.getPads()[i], size});
    if (!read)
      return std::nullopt;
    reads.input[spatial + i] = read->input;
    reads.pads[i] = read->padBegin;
    reads.pads[kernel.size() + i] = read->padEnd;
  }
  return reads;
}

std::optional<WindowReads> readsOf(nn::PadOp op, const Box &part) {
  if (op.getMode() != nn::PadMode::Constant)
    return std::nullopt;
  WindowReads reads;
  reads.pads.resize(2 * part.size());
  for (auto [i, size] : llvm::enumerate(shapeOf(op.getInput()))) {
    std::optional<WindowRead> read =
        readOfWindows(part[i], {1, 1, 1, op.getPads()[i], size});
    if (!read)
      return std::nullopt;
    reads.input.push_back(read->input);
    reads.pads[i] = read->padBegin;
    reads.pads[part.size() + i] = read->padEnd;
  }
  return reads;
}

/// Windows of the op, if it has any.
std::optional<WindowReads> windowReads(Operation *op, const Box &part) {
  return llvm::TypeSwitch<Operation *, std::optional<WindowReads>>(op)
      .Case([&](nn::ConvOp conv) {
        return readsOf(conv, shapeOf(conv.getFilter()).drop_front(2), part);
      })
      .Case<nn::MaxPoolOp, nn::AvgPoolOp>(
          [&](auto pool) { return readsOf(pool, pool.getKernel(), part); })
      .Case([&](nn::PadOp pad) { return readsOf(pad, part); })
      .Default([](Operation *) { return std::nullopt; });
}

/// The part of an operand that broadcasts to the result.
Box broadcastBox(Value operand, const Box &part) {
  Box box = wholeBox(operand);
  size_t missing = part.size() - box.size();
  for (size_t i = 0; i < box.size(); ++i)
    if (box[i].size != 1)
      box[i] = part[missing + i];
  return box;
}

/// Scales along an axis are wanted all.
bool cutsScales(Operation *op, const Box &part) {
  if (!isa<nn::QuantizeOp, nn::DequantizeOp>(op) ||
      elementsOf(wholeBox(op->getOperand(1))) == 1)
    return false;
  int64_t axis = op->getAttrOfType<IntegerAttr>("axis").getInt();
  if (axis < 0)
    axis += static_cast<int64_t>(part.size());
  return !(part[axis] == wholeBox(op->getResult(0))[axis]);
}

/// Boxes of an op that moves or maps elements.
std::optional<SmallVector<Box>> movedBoxes(Operation *op, const Box &part) {
  SmallVector<Box> boxes;
  if (auto transpose = dyn_cast<nn::TransposeOp>(op)) {
    Box box(part.size());
    for (auto [i, dim] : llvm::enumerate(transpose.getPerm()))
      box[dim] = part[i];
    boxes.push_back(box);
  } else if (auto concat = dyn_cast<nn::ConcatOp>(op)) {
    int64_t axis = concat.getAxis();
    if (!(part[axis] == wholeBox(concat.getOutput())[axis]))
      return std::nullopt;
    for (Value operand : op->getOperands()) {
      Box box = part;
      box[axis] = wholeBox(operand)[axis];
      boxes.push_back(box);
    }
  } else if (auto slice = dyn_cast<nn::SliceOp>(op); slice && isView(op)) {
    Box box = part;
    for (auto [interval, start] : llvm::zip_equal(box, slice.getStarts()))
      interval.begin += start;
    boxes.push_back(box);
  } else if (isFusableElementwise(op) && !cutsScales(op, part)) {
    bool quantizes = isa<nn::QuantizeOp, nn::DequantizeOp>(op);
    for (auto [i, operand] : llvm::enumerate(op->getOperands()))
      boxes.push_back(quantizes && i > 0 ? wholeBox(operand)
                                         : broadcastBox(operand, part));
  } else {
    return std::nullopt;
  }
  return boxes;
}

} // namespace

std::optional<SmallVector<Box>> operandBoxes(Operation *op, const Box &part) {
  std::optional<SmallVector<Box>> boxes;
  if (isa<nn::ConvOp, nn::MaxPoolOp, nn::AvgPoolOp, nn::PadOp>(op)) {
    std::optional<WindowReads> reads = windowReads(op, part);
    if (!reads)
      return std::nullopt;
    boxes.emplace(1, reads->input);
    for (Value operand : op->getOperands().drop_front())
      boxes->push_back(wholeBox(operand));
  } else {
    boxes = movedBoxes(op, part);
  }
  if (!boxes)
    return std::nullopt;
  for (auto [operand, box] : llvm::zip_equal(op->getOperands(), *boxes))
    if (nn::constantOf(operand) && box != wholeBox(operand))
      return std::nullopt;
  return boxes;
}

Value cloneOnPart(OpBuilder &builder, Operation *op, const Box &part,
                  ValueRange operands) {
  // The operand is what the slice takes.
  if (isa<nn::SliceOp>(op))
    return operands.front();
  std::optional<WindowReads> reads = windowReads(op, part);
  if (reads && isa<nn::PadOp>(op) &&
      llvm::all_of(reads->pads, [](int64_t pad) { return pad == 0; }))
    return operands.front();
  IRMapping mapping;
  mapping.map(op->getOperands(), operands);
  Operation *clone = builder.clone(*op, mapping);
  SmallVector<int64_t> sizes;
  for (const Interval &interval : part)
    sizes.push_back(interval.size);
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  clone->getResult(0).setType(type.clone(sizes));
  if (!reads)
    return clone->getResult(0);
  clone->setAttr("pads", builder.getDenseI64ArrayAttr(reads->pads));
  if (auto pool = dyn_cast<nn::AvgPoolOp>(op)) {
    SmallVector<int64_t> counted(pool.getCountedPads());
    for (auto [count, pad] : llvm::zip_equal(counted, reads->pads))
      count = std::min(count, pad);
    clone->setAttr("counted_pads", builder.getDenseI64ArrayAttr(counted));
  }
  return clone->getResult(0);
}

int64_t workOf(Operation *op) {
  int64_t macs = multiplyAccumulatesOf(op);
  if (macs || isView(op))
    return macs;
  return std::max(elementsOf(wholeBox(op->getResult(0))),
                  otherOperationsOf(op));
}

} // namespace dlc::fuse
