//===- DataInterfaces.cpp - What ops that move data answer ----------------===//

#include "dialects/nn/Infer.h"
#include "dialects/nn/interfaces/ReshapeOrder.h"
#include "dialects/nn/interfaces/Windows.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::nn;
using namespace dlc::nn::detail;

static std::optional<Reordering> anyOrder(ArrayRef<int64_t> perm) {
  return Reordering{identity(perm.size()), Permutation(perm)};
}

//===----------------------------------------------------------------------===//
// Transpose, reshape, broadcast, concat
//===----------------------------------------------------------------------===//

std::optional<SmallVector<Box>> TransposeOp::getOperandParts(const Box &part) {
  return SmallVector<Box>{unpermute(ArrayRef(part), getPerm())};
}

std::optional<Reordering> ReshapeOp::reorder(ArrayRef<int64_t> perm) {
  SmallVector<int64_t> source =
      unpermute(tensorOf(getInput()).getShape(), perm);
  return reorderReshape(source, perm, tensorOf(getOutput()).getShape());
}

/// Dimensions that are added come first, before and after.
std::optional<Reordering> BroadcastOp::reorder(ArrayRef<int64_t> perm) {
  int64_t added = tensorOf(getOutput()).getRank() - int64_t(perm.size());
  Permutation after = identity(added);
  for (int64_t dim : perm)
    after.push_back(dim + added);
  return Reordering{identity(perm.size()), after};
}

bool ConcatOp::hasJointOrder() { return true; }

std::optional<Reordering> ConcatOp::reorder(ArrayRef<int64_t> perm) {
  return anyOrder(perm);
}

void ConcatOp::renumber(ArrayRef<int64_t> perm) {
  setAxis(axisBefore(getAxis(), perm));
}

std::optional<SmallVector<Box>> ConcatOp::getOperandParts(const Box &part) {
  int64_t axis = getAxis();
  if (!(part[axis] == wholeBox(getOutput())[axis]))
    return std::nullopt;
  SmallVector<Box> parts;
  for (Value operand : getInputs()) {
    Box box = part;
    box[axis] = wholeBox(operand)[axis];
    parts.push_back(box);
  }
  return parts;
}

//===----------------------------------------------------------------------===//
// Slice
//===----------------------------------------------------------------------===//

static bool takesNeighbours(SliceOp slice) {
  return llvm::all_of(slice.getSteps(), [](int64_t step) { return step == 1; });
}

std::optional<Reordering> SliceOp::reorder(ArrayRef<int64_t> perm) {
  return anyOrder(perm);
}

void SliceOp::renumber(ArrayRef<int64_t> perm) {
  setStarts(unpermute(getStarts(), perm));
  setSizes(unpermute(getSizes(), perm));
  setSteps(unpermute(getSteps(), perm));
}

StageRole SliceOp::getStageRole() {
  return takesNeighbours(*this) ? StageRole::View : StageRole::Root;
}

std::optional<SmallVector<Box>> SliceOp::getOperandParts(const Box &part) {
  if (!takesNeighbours(*this))
    return std::nullopt;
  Box box = part;
  for (auto [interval, start] : llvm::zip_equal(box, getStarts()))
    interval.begin += start;
  return SmallVector<Box>{box};
}

/// The operand is what the slice takes.
Value SliceOp::buildPart(OpBuilder &, const Box &, ValueRange operands) {
  return operands.front();
}

//===----------------------------------------------------------------------===//
// Pad, tile, resize
//===----------------------------------------------------------------------===//

std::optional<Reordering> PadOp::reorder(ArrayRef<int64_t> perm) {
  return anyOrder(perm);
}

void PadOp::renumber(ArrayRef<int64_t> perm) {
  SmallVector<int64_t> pads =
      unpermute(getPads().take_front(perm.size()), perm);
  llvm::append_range(pads, unpermute(getPads().drop_front(perm.size()), perm));
  setPads(pads);
}

static std::optional<WindowReads> readsOf(PadOp pad, const Box &part) {
  if (pad.getMode() != PadMode::Constant)
    return std::nullopt;
  WindowReads reads;
  reads.pads.resize(2 * part.size());
  for (auto [i, size] : llvm::enumerate(tensorOf(pad.getInput()).getShape())) {
    std::optional<WindowRead> read =
        readOfWindows(part[i], {1, 1, 1, pad.getPads()[i], size});
    if (!read)
      return std::nullopt;
    reads.input.push_back(read->input);
    reads.pads[i] = read->padBegin;
    reads.pads[part.size() + i] = read->padEnd;
  }
  return reads;
}

std::optional<SmallVector<Box>> PadOp::getOperandParts(const Box &part) {
  std::optional<WindowReads> reads = ::readsOf(*this, part);
  if (!reads)
    return std::nullopt;
  return partsOf(*this, *reads);
}

Value PadOp::buildPart(OpBuilder &builder, const Box &part,
                       ValueRange operands) {
  std::optional<WindowReads> reads = ::readsOf(*this, part);
  if (noPads(reads->pads))
    return operands.front();
  auto clone = cast<PadOp>(cloneForPart(builder, *this, part, operands));
  clone.setPads(reads->pads);
  return clone.getOutput();
}

std::optional<Reordering> TileOp::reorder(ArrayRef<int64_t> perm) {
  return anyOrder(perm);
}

void TileOp::renumber(ArrayRef<int64_t> perm) {
  setRepeats(unpermute(getRepeats(), perm));
}

std::optional<Reordering> ResizeOp::reorder(ArrayRef<int64_t> perm) {
  return anyOrder(perm);
}

void ResizeOp::renumber(ArrayRef<int64_t> perm) {
  setScales(unpermute(getScales(), perm));
}

HalfRule ResizeOp::getHalfRule() {
  return getMode() == ResizeMode::Nearest ? HalfRule::Follow : HalfRule::Float;
}

IntegerForm ResizeOp::getIntegerForm() {
  return getMode() == ResizeMode::Nearest ? IntegerForm::Moved
                                          : IntegerForm::Summed;
}

SmallVector<unsigned> ResizeOp::getMovedOperands() {
  if (getMode() == ResizeMode::Nearest)
    return {0};
  return {};
}

/// Every tap is read, weighted and added up.
int64_t GridSampleOp::countOtherOperations(int64_t elements) {
  int64_t taps = getMode() == ResizeMode::Nearest  ? 1
                 : getMode() == ResizeMode::Linear ? 2
                                                   : 4;
  for (int64_t dim = 2; dim < tensorOf(getInput()).getRank(); ++dim)
    elements *= taps;
  return elements;
}

//===----------------------------------------------------------------------===//
// Scatter
//===----------------------------------------------------------------------===//

IntegerForm ScatterElementsOp::getIntegerForm() {
  return getMovedOperands().empty() ? IntegerForm::None : IntegerForm::Moved;
}

SmallVector<unsigned> ScatterElementsOp::getMovedOperands() {
  if (getReduction() == ScatterReduction::None)
    return {0, 2};
  return {};
}

IntegerForm ScatterNdOp::getIntegerForm() {
  return getMovedOperands().empty() ? IntegerForm::None : IntegerForm::Moved;
}

SmallVector<unsigned> ScatterNdOp::getMovedOperands() {
  if (getReduction() == ScatterReduction::None)
    return {0, 2};
  return {};
}
