//===- DotOperands.cpp - Weights and data of sums in lanes ----------------===//

#include "codegen/loops/dot/DotEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Sign bits of the elements in a word.
constexpr auto kByteSigns = static_cast<int32_t>(0x80808080U),
               kHalfwordSigns = static_cast<int32_t>(0x80008000U);
/// Groups that positions share the vectors of, at most.
constexpr int64_t kShared = 16;
} // namespace

/// How many groups the positions of a tile read from, that read so many each.
int64_t DotEmitter::reachOf(int64_t groups) const {
  return (positions - 1) * positionStride() / plan.operand.group + groups;
}

/// Whether so many groups side by side are read for all positions of a tile
/// from vectors that these share: a few, in scratch memory.
bool DotEmitter::sharesLoads(int64_t groups) const {
  int64_t stride = positionStride(), vector = groupsInVector(*plan.form);
  if (groups == 0 || groups > kShared || plan.depthwise ||
      !plan.readsBeyondRuns() || vector == 1 || plan.form->multipliesRows() ||
      plan.form->multiplyTwo || stride == 0 ||
      stride % plan.operand.group != 0 || positions == 1)
    return false;
  int64_t vectors = llvm::divideCeil(reachOf(groups), vector);
  // Registers beside the sums: two vectors of weights, and one to spare.
  constexpr int64_t kOthers = 3;
  auto sums = static_cast<int64_t>(positions * block->pieces.size());
  return vectors <= positions && sums + vectors + kOthers <= vectorRegisters;
}

/// A group of a position in each lane, out of the vectors of all positions.
Value DotEmitter::sharedFactor(const Group &group, int64_t position,
                               int64_t lanes) {
  int64_t size = plan.operand.group, most = groupsInVector(*plan.form);
  int64_t offset =
      position * positionStride() + group.element - shared->element;
  int64_t lane = offset / size % most, first = offset / size - lane;
  // No more is read behind the last one than other loads do.
  auto left = static_cast<int64_t>(llvm::PowerOf2Ceil(sharedReach - first));
  Group from{shared->row, shared->element + first * size};
  Value &vector = lanesLoaded[{0, from.row, from.element}];
  if (!vector)
    vector = loadData(0, from, std::clamp(left, most / 2, most));
  return asElements(vector::ShuffleOp::create(
      b, loc, vector, vector, SmallVector<int64_t>(lanes, lane)));
}

/// Which groups of the data are loaded as one vector, where factors are lanes
/// of vectors: those that lie side by side. What is behind a run may be read
/// in scratch memory.
void DotEmitter::planLoads(ArrayRef<Group> groups) {
  if (plan.form->isWhole())
    return;
  int64_t group = plan.operand.group, length = plan.operand.runLength();
  int64_t most = groupsInVector(*plan.form);
  loads.clear();
  lanesLoaded.clear();
  shared.reset();
  if (sharesLoads(static_cast<int64_t>(groups.size()))) {
    shared = groups.front();
    sharedReach = reachOf(static_cast<int64_t>(groups.size()));
    return;
  }
  for (size_t i = 0; i < groups.size();) {
    const Group &first = groups[i];
    size_t end = i + 1;
    while (end < groups.size() && end - i < size_t(most) &&
           groups[end].row == first.row &&
           groups[end].element ==
               first.element + static_cast<int64_t>(end - i) * group)
      ++end;
    // A vector has a power of two of lanes, half a vector at least.
    auto lanes = static_cast<int64_t>(llvm::PowerOf2Ceil(end - i));
    lanes = std::max(lanes, most / 2);
    bool exists = at[runDim()].variable == nullptr &&
                  first.element + lanes * group <= length;
    bool inLoop = at[runDim()].variable && lanes == int64_t(end - i);
    if (lanes > 1 && !plan.readsBeyondRuns() && !exists && !inLoop) {
      lanes = static_cast<int64_t>(llvm::bit_floor(end - i));
      if (first.element + lanes * group > length)
        lanes /= 2;
      lanes = std::max<int64_t>(lanes, 1);
      end = i + lanes;
    }
    for (; i < end; ++i)
      loads.push_back(
          {first, lanes, (groups[i].element - first.element) / group});
  }
}

/// A group of the data in each of so many lanes.
Value DotEmitter::factorOf(size_t number, const Group &group, int64_t position,
                           int64_t lanes) {
  if (plan.form->isWhole())
    return flipped(loadWhole(position, group));
  if (shared)
    return sharedFactor(group, position, lanes);
  const LoadedGroup &from = loads[number];
  if (from.lanes > 1) {
    Value &vector = lanesLoaded[{position, from.first.row, from.first.element}];
    if (!vector)
      vector = flipped(loadData(position, from.first, from.lanes));
    return asElements(vector::ShuffleOp::create(
        b, loc, vector, vector, SmallVector<int64_t>(lanes, from.lane)));
  }
  int64_t elements = at[runDim()].variable
                         ? plan.operand.group
                         : std::min(plan.operand.group,
                                    plan.operand.runLength() - group.element);
  Value data = loadGroup(position, group, elements);
  auto type = VectorType::get({lanes}, data.getType());
  return asElements(flipped(vector::BroadcastOp::create(b, loc, type, data)));
}

/// The weights of all pieces; two that fill a vector are loaded as one.
DotEmitter::Values DotEmitter::loadWeights(const Group &group) {
  constexpr int64_t kHalfVector = 64; // bits
  ArrayRef<Piece> pieces = block->pieces;
  Values weights;
  for (size_t i = 0; i < pieces.size(); ++i) {
    const Piece &piece = pieces[i];
    int64_t lanes = piece.lanes;
    bool pair = lanes * plan.operand.group * plan.form->bits == kHalfVector &&
                i + 1 < pieces.size() && pieces[i + 1].lanes == lanes &&
                pieces[i + 1].offset == piece.offset + lanes;
    if (!pair) {
      weights.push_back(loadWeights(piece, lanes, group));
      continue;
    }
    Value both = loadWeights(piece, 2 * lanes, group);
    int64_t elements = lanes * plan.operand.group;
    for (int64_t half = 0; half < 2; ++half)
      weights.push_back(vector::ExtractStridedSliceOp::create(
          b, loc, both, half * elements, elements, 1));
    ++i;
  }
  return weights;
}

Value DotEmitter::loadWeights(const Piece &piece, int64_t lanes,
                              const Group &group) {
  int64_t size = plan.operand.group;
  int64_t extra = group.element * block->paddedWidth() + piece.offset * size +
                  rowOffset(weightAddress, group);
  auto type = VectorType::get({lanes * size}, elementType());
  return vector::LoadOp::create(b, loc, type, packed,
                                ValueRange{indexOf(weightAddress, extra)});
}

/// So many elements of the data from a group on.
Value DotEmitter::loadElements(int64_t position, const Group &first,
                               int64_t elements) {
  int blocked = plan.schedule.blockedDim;
  Position tile;
  if (blocked >= 0) {
    tile = at[blocked];
    if (plan.gather && plan.gather->perTile)
      at[blocked] = {};
    at[blocked].offset += position;
  }
  Value index =
      indexOf(dataAddress(), first.element + rowOffset(dataAddress(), first));
  if (blocked >= 0)
    at[blocked] = tile;
  Value memory = scratch ? scratch : nest.inputs[plan.data].buffer.flat;
  auto type = VectorType::get({elements}, elementType());
  return vector::LoadOp::create(b, loc, type, memory, ValueRange{index});
}

/// A vector of so many groups of the data, each as one integer.
Value DotEmitter::loadData(int64_t position, const Group &first,
                           int64_t groups) {
  int64_t group = plan.operand.group, bits = plan.form->bits;
  Value loaded = loadElements(position, first, groups * group);
  if (group == 1)
    return loaded;
  return vector::BitCastOp::create(
      b, loc, VectorType::get({groups}, b.getIntegerType(bits * group)),
      loaded);
}

/// A group of the data that is a vector; where weights are zeros it holds
/// anything.
Value DotEmitter::loadWhole(int64_t position, Group group) {
  int64_t size = plan.operand.group, missing = missingOf(group);
  group.element -= missing;
  Value vector = loadElements(position, group, size);
  if (!missing)
    return vector;
  SmallVector<int64_t> lanes;
  for (int64_t lane = missing; lane < missing + size; ++lane)
    lanes.push_back(lane < size ? lane : vector::ShuffleOp::kPoisonIndex);
  return vector::ShuffleOp::create(b, loc, vector, vector, lanes);
}

/// A group of the data as one integer, of which so many elements exist: zeros
/// (or anything, where weights are zeros) behind them.
Value DotEmitter::loadGroup(int64_t position, Group group, int64_t elements) {
  int64_t missing = plan.readsBeyondRuns() ? 0 : plan.operand.group - elements;
  group.element -= missing;
  Value number =
      vector::ExtractOp::create(b, loc, loadData(position, group, 1), 0);
  if (missing)
    number = arith::ShRUIOp::create(
        b, loc, number,
        arith::ConstantOp::create(
            b, loc,
            b.getIntegerAttr(number.getType(), plan.form->bits * missing)));
  return number;
}

/// Groups of the data, or elements, with the sign that the instruction takes.
Value DotEmitter::flipped(Value vector) {
  if (!plan.flip || plan.gather)
    return vector;
  auto type = cast<VectorType>(vector.getType());
  bool ofElements = type.getElementType().isInteger(plan.dataBits);
  int64_t signs = plan.dataBits == 16 ? kHalfwordSigns : kByteSigns;
  auto bits = DenseElementsAttr::get(
      type, ArrayRef<Attribute>(b.getIntegerAttr(
                type.getElementType(), ofElements ? plan.signBit() : signs)));
  return arith::XOrIOp::create(b, loc, vector,
                               arith::ConstantOp::create(b, loc, bits));
}

/// A vector of groups as one of their elements.
Value DotEmitter::asElements(Value groups) {
  if (plan.form->group == 1 || addsBytes())
    return groups;
  int64_t lanes = cast<VectorType>(groups.getType()).getDimSize(0);
  return vector::BitCastOp::create(
      b, loc, VectorType::get({lanes * plan.form->group}, elementType()),
      groups);
}

} // namespace dlc::loops
