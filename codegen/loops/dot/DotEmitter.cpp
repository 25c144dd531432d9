//===- DotEmitter.cpp - Sums of integers with features in lanes -----------===//

#include "codegen/loops/dot/DotEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Instructions that follow without a loop at most.
constexpr int64_t kUnrolled = 128;
constexpr int32_t kSignBits = static_cast<int32_t>(0x80808080U);
} // namespace

DotEmitter::DotEmitter(StageContext &context, Nest &nest, const DotPlan &plan,
                       const Machine &machine)
    : TiledNest(context, nest, plan.schedule, plan.bias, /*inKernels=*/false,
                static_cast<int>(plan.weights)),
      plan(plan), vectorBits(machine.vectorBits),
      encoding(std::make_shared<DotWeights>(plan.operand)),
      startAddress(encoding->startAddress()) {
  SmallVector<BlockArgument> beside;
  if (plan.bias >= 0)
    beside.push_back(nest.epilogueInputs[plan.bias]->buffer.constant);
  SmallVector<Value> constants =
      context.encode(nest.inputs[plan.weights], encoding, beside);
  packed = constants[0];
  starts = constants[1];
  if (!plan.gather)
    return;
  scratch = context.scratch(plan.gather->elements, gatheredType());
  fillScratch();
}

void DotEmitter::enterLevel(LoopLevel::Kind kind) {
  if (!plan.gather)
    return;
  bool inTile = plan.gather->perTile || plan.schedule.blockedDim < 0;
  if (kind == (inTile ? LoopLevel::Blocks : LoopLevel::Tiles))
    gatherData();
}

DotEmitter::Values DotEmitter::startSums() {
  weightAddress = encoding->address(*block);
  Values sums;
  SmallVector<Value> made; // by piece
  forEachAccumulator([&](int64_t position, const Piece &piece, unsigned) {
    if (position == 0) {
      Value start = vector::LoadOp::create(
          b, loc, VectorType::get({piece.lanes}, b.getI32Type()), starts,
          ValueRange{indexOf(startAddress, piece.offset)});
      if (plan.form->sumsInLane() > 1 && !plan.depthwise) {
        // The second sum of each lane begins with zero.
        Value zero =
            arith::ConstantOp::create(b, loc, b.getZeroAttr(start.getType()));
        start = vector::InterleaveOp::create(b, loc, start, zero);
      }
      made.push_back(start);
    }
    sums.push_back(made[sums.size() % block->pieces.size()]);
  });
  return sums;
}

DotEmitter::Values DotEmitter::reduceTile(Values sums) {
  ArrayRef<unsigned> reduction = plan.operand.order.reduction;
  if (plan.depthwise)
    return reduceDepthwise(reduction, std::move(sums));
  return reduceRows(reduction.drop_back(plan.operand.runDims), std::move(sums));
}

/// The steps of all reduction dimensions but those of a run.
DotEmitter::Values DotEmitter::reduceRows(ArrayRef<unsigned> dims,
                                          Values sums) {
  if (dims.empty())
    return reduceRun(std::move(sums));
  unsigned d = dims.front();
  Range range;
  range.upper = nest.sizes[d];
  return emitReductionLoop(d, range, /*step=*/1, std::move(sums),
                           [&](Value variable, Values carried) {
                             at[d] = {variable, 0};
                             return reduceRows(dims.drop_front(),
                                               std::move(carried));
                           });
}

/// Groups of a run that follow without a loop: no two positions read the same
/// one, which LLVM would keep in a register, of which none is left.
int64_t DotEmitter::unrolledGroups() {
  int64_t group = plan.operand.group, stride = 0;
  int64_t groups = plan.operand.runLength() / group;
  if (plan.schedule.blockedDim >= 0)
    stride = dataAddress().coefficients[plan.schedule.blockedDim];
  auto tile = static_cast<int64_t>(positions * block->pieces.size());
  int64_t vector = groupsInVector(*plan.form);
  // One vector where each of its lanes takes several instructions.
  int64_t unrolled = plan.form->multiplyTwo ? 1 : kUnrolled / tile;
  int64_t most = std::min(std::max(unrolled, vector), groups);
  for (unrolled = 1; unrolled < most; ++unrolled)
    for (int64_t position = 1; position < positions; ++position)
      if (position * stride == unrolled * group)
        most = unrolled;
  // Whole vectors, and as few left over as can be.
  if (most >= vector)
    most -= most % vector;
  else
    vector = 1;
  for (unrolled = most; 2 * unrolled > most; unrolled -= vector)
    if (groups % unrolled == 0)
      return unrolled;
  return most;
}

/// The groups of a run, the last of which may have fewer elements.
DotEmitter::Values DotEmitter::reduceRun(Values sums) {
  int64_t group = plan.operand.group, length = plan.operand.runLength();
  int64_t step = std::max<int64_t>(1, unrolledGroups()) * group;
  Range range;
  range.upper = length / step * step;
  if (range.upper <= step)
    return addGroups(0, length, std::move(sums));
  sums = emitReductionLoop(runDim(), range, step, std::move(sums),
                           [&](Value variable, Values carried) {
                             at[runDim()] = {variable, 0};
                             return addGroups(0, step, std::move(carried));
                           });
  return addGroups(range.upper, length, std::move(sums));
}

/// The products of a run's elements from `first` on.
DotEmitter::Values DotEmitter::addGroups(int64_t first, int64_t end,
                                         Values sums) {
  int64_t group = plan.operand.group;
  int64_t vector = groupsInVector(*plan.form);
  int64_t together = plan.form->multiplyTwo ? 2 : 1;
  while (vector > 1 && first + vector * group <= end) {
    Values data;
    for (int64_t position = 0; position < positions; ++position)
      data.push_back(flipped(loadData(position, first, vector)));
    auto laneOf = [&](int64_t element, int64_t position, int64_t lanes) {
      return asElements(vector::ShuffleOp::create(
          b, loc, data[position], data[position],
          SmallVector<int64_t>(lanes, (element - first) / group)));
    };
    for (int64_t lane = 0; lane < vector; lane += together) {
      SmallVector<int64_t> groups{first + lane * group};
      if (together == 2)
        groups.push_back(groups.front() + group);
      sums = multiply(groups, laneOf, std::move(sums));
    }
    first += vector * group;
  }
  auto broadcast = [&](int64_t element, int64_t position, int64_t lanes) {
    Value data = loadGroup(position, element, std::min(group, end - element));
    auto type = VectorType::get({lanes}, data.getType());
    return asElements(flipped(vector::BroadcastOp::create(b, loc, type, data)));
  };
  for (; first + together * group <= end; first += together * group) {
    SmallVector<int64_t> groups;
    for (int64_t i = 0; i < together; ++i)
      groups.push_back(first + i * group);
    sums = multiply(groups, broadcast, std::move(sums));
  }
  for (; first < end; first += group)
    sums = multiply(first, broadcast, std::move(sums));
  return sums;
}

/// One group, or two, in each lane, at such elements of a run.
DotEmitter::Values DotEmitter::multiply(ArrayRef<int64_t> groups, Factor factor,
                                        Values sums) {
  SmallVector<Values, 2> weights;
  for (int64_t element : groups)
    weights.push_back(loadWeights(element));
  size_t next = 0;
  for (int64_t position = 0; position < positions; ++position) {
    llvm::SmallDenseMap<int64_t, Values> factors; // by lanes
    for (auto [i, piece] : llvm::enumerate(block->pieces)) {
      Values &data = factors[piece.lanes];
      if (data.empty())
        for (int64_t element : groups)
          data.push_back(factor(element, position, piece.lanes));
      Value &sum = sums[next++];
      if (groups.size() == 1) {
        sum = plan.form->multiply(b, loc, sum, data[0], weights[0][i]);
        continue;
      }
      Values both{weights[0][i], weights[1][i]};
      sum = plan.form->multiplyTwo(b, loc, sum, data, both);
    }
  }
  return sums;
}

/// The weights of all pieces; two that fill a vector are loaded as one.
DotEmitter::Values DotEmitter::loadWeights(int64_t first) {
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
      weights.push_back(loadWeights(piece, lanes, first));
      continue;
    }
    Value both = loadWeights(piece, 2 * lanes, first);
    int64_t elements = lanes * plan.operand.group;
    for (int64_t half = 0; half < 2; ++half)
      weights.push_back(vector::ExtractStridedSliceOp::create(
          b, loc, both, half * elements, elements, 1));
    ++i;
  }
  return weights;
}

Value DotEmitter::loadWeights(const Piece &piece, int64_t lanes,
                              int64_t first) {
  int64_t group = plan.operand.group;
  int64_t extra = first * block->paddedWidth() + piece.offset * group;
  auto type = VectorType::get({lanes * group}, elementType());
  return vector::LoadOp::create(b, loc, type, packed,
                                ValueRange{indexOf(weightAddress, extra)});
}

/// A vector of so many groups of the data, each as one integer, from an element
/// of a run on.
Value DotEmitter::loadData(int64_t position, int64_t first, int64_t groups) {
  int64_t group = plan.operand.group, bits = plan.form->bits;
  int blocked = plan.schedule.blockedDim;
  Position tile;
  if (blocked >= 0) {
    tile = at[blocked];
    if (plan.gather && plan.gather->perTile)
      at[blocked] = {};
    at[blocked].offset += position;
  }
  Value index = indexOf(dataAddress(), first);
  if (blocked >= 0)
    at[blocked] = tile;
  Value memory = scratch ? scratch : nest.inputs[plan.data].buffer.flat;
  auto type = VectorType::get({groups * group}, b.getIntegerType(bits));
  Value loaded =
      vector::LoadOp::create(b, loc, type, memory, ValueRange{index});
  if (group == 1)
    return loaded;
  return vector::BitCastOp::create(
      b, loc, VectorType::get({groups}, b.getIntegerType(bits * group)),
      loaded);
}

/// A group of the data as one integer: elements of a run from `first` on, zeros
/// (or anything, where weights are zeros) behind them.
Value DotEmitter::loadGroup(int64_t position, int64_t first, int64_t elements) {
  int64_t missing = plan.readsBeyondRuns() ? 0 : plan.operand.group - elements;
  Value number = vector::ExtractOp::create(
      b, loc, loadData(position, first - missing, 1), 0);
  if (missing)
    number = arith::ShRUIOp::create(
        b, loc, number,
        arith::ConstantOp::create(
            b, loc,
            b.getIntegerAttr(number.getType(), plan.form->bits * missing)));
  return number;
}

/// Groups of the data with the sign that the instruction takes.
Value DotEmitter::flipped(Value vector) {
  if (!plan.flip || plan.gather)
    return vector;
  auto type = cast<VectorType>(vector.getType());
  auto bits = DenseElementsAttr::get(
      type,
      ArrayRef<Attribute>(b.getIntegerAttr(type.getElementType(), kSignBits)));
  return arith::XOrIOp::create(b, loc, vector,
                               arith::ConstantOp::create(b, loc, bits));
}

/// A vector of groups as one of their elements.
Value DotEmitter::asElements(Value groups) {
  if (plan.form->group == 1)
    return groups;
  int64_t lanes = cast<VectorType>(groups.getType()).getDimSize(0);
  return vector::BitCastOp::create(
      b, loc, VectorType::get({lanes * plan.form->group}, elementType()),
      groups);
}

} // namespace dlc::loops
