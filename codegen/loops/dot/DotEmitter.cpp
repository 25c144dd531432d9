//===- DotEmitter.cpp - Sums of integers with features in lanes -----------===//

#include "codegen/loops/dot/DotEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Instructions that follow without a loop at most.
constexpr int64_t kUnrolled = 256;
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
    if (position == 0)
      made.push_back(vector::LoadOp::create(
          b, loc, VectorType::get({piece.lanes}, b.getI32Type()), starts,
          ValueRange{indexOf(startAddress, piece.offset)}));
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
  int64_t most = std::clamp<int64_t>(kUnrolled / tile, 1, groups);
  for (int64_t unrolled = 1; unrolled < most; ++unrolled)
    for (int64_t position = 1; position < positions; ++position)
      if (position * stride == unrolled * group)
        return unrolled;
  return most;
}

/// The groups of a run, the last of which may have fewer elements.
DotEmitter::Values DotEmitter::reduceRun(Values sums) {
  int64_t group = plan.operand.group, length = plan.operand.runLength();
  auto addGroups = [&](int64_t first, int64_t end, Values from) {
    for (int64_t k = first; k < end; k += group)
      from = addGroup(k, std::min(group, end - k), std::move(from));
    return from;
  };
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

/// `elements` products in each lane, of a run's elements from `first` on.
DotEmitter::Values DotEmitter::addGroup(int64_t first, int64_t elements,
                                        Values sums) {
  SmallVector<Value> weights;
  for (const Piece &piece : block->pieces)
    weights.push_back(loadWeights(piece, first));
  size_t next = 0;
  for (int64_t position = 0; position < positions; ++position) {
    Value data = loadData(position, first, elements);
    llvm::SmallDenseMap<int64_t, Value> splats; // by lanes
    for (auto [piece, weight] : llvm::zip(block->pieces, weights)) {
      Value &factor = splats[piece.lanes];
      if (!factor)
        factor = splat(data, piece.lanes);
      sums[next] = plan.form->multiply(b, loc, sums[next], factor, weight);
      ++next;
    }
  }
  return sums;
}

Value DotEmitter::loadWeights(const Piece &piece, int64_t first) {
  int64_t group = plan.operand.group;
  int64_t extra = first * block->paddedWidth() + piece.offset * group;
  auto type = VectorType::get({piece.lanes * group}, elementType());
  return vector::LoadOp::create(b, loc, type, packed,
                                ValueRange{indexOf(weightAddress, extra)});
}

/// A group of the data as one integer: elements of a run from `first` on, zeros
/// (or anything, where weights are zeros) behind them.
Value DotEmitter::loadData(int64_t position, int64_t first, int64_t elements) {
  int64_t group = plan.operand.group, bits = plan.form->bits;
  const Access &access = nest.inputs[plan.data];
  const Linear &address = dataAddress();
  int64_t missing = plan.readsBeyondRuns() ? 0 : group - elements;
  int blocked = plan.schedule.blockedDim;
  Position tile;
  if (blocked >= 0) {
    tile = at[blocked];
    if (plan.gather && plan.gather->perTile)
      at[blocked] = {};
    at[blocked].offset += position;
  }
  Value index = indexOf(address, first - missing);
  if (blocked >= 0)
    at[blocked] = tile;
  Value memory = scratch ? scratch : access.buffer.flat;
  Value loaded = vector::LoadOp::create(
      b, loc, VectorType::get({group}, b.getIntegerType(bits)), memory,
      ValueRange{index});
  Type word = b.getIntegerType(bits * group);
  Value number = vector::ExtractOp::create(
      b, loc,
      vector::BitCastOp::create(b, loc, VectorType::get({1}, word), loaded), 0);
  if (missing)
    number = arith::ShRUIOp::create(
        b, loc, number,
        arith::ConstantOp::create(b, loc,
                                  b.getIntegerAttr(word, bits * missing)));
  return number;
}

/// The taps of a depthwise convolution: those of a row follow without a loop,
/// and rows as far as that is not too much.
DotEmitter::Values DotEmitter::reduceDepthwise(ArrayRef<unsigned> dims,
                                               Values sums) {
  if (dims.empty())
    return addTap(std::move(sums));
  unsigned d = dims.front();
  auto products = static_cast<int64_t>(sums.size());
  for (unsigned inner : dims)
    products *= nest.sizes[inner];
  if (products <= kUnrolled || dims.size() == 1) {
    for (int64_t k = 0; k < nest.sizes[d]; ++k) {
      at[d] = {nullptr, k};
      sums = reduceDepthwise(dims.drop_front(), std::move(sums));
    }
    at[d] = {};
    return sums;
  }
  Range range;
  range.upper = nest.sizes[d];
  return emitReductionLoop(d, range, /*step=*/1, std::move(sums),
                           [&](Value variable, Values carried) {
                             at[d] = {variable, 0};
                             return reduceDepthwise(dims.drop_front(),
                                                    std::move(carried));
                           });
}

/// One product in each lane.
DotEmitter::Values DotEmitter::addTap(Values sums) {
  forEachAccumulator([&](int64_t, const Piece &piece, unsigned i) {
    auto type =
        VectorType::get({piece.lanes}, b.getIntegerType(plan.operand.bits));
    Value &weights = loadedAt(
        weightAddress, constantOf(weightAddress) + piece.offset, piece.lanes);
    if (!weights)
      weights = asHalves(vector::LoadOp::create(
          b, loc, type, packed,
          ValueRange{indexOf(weightAddress, piece.offset)}));
    Value factor = weights; // the map may move
    sums[i] = plan.form->multiply(b, loc, sums[i], loadChannels(piece), factor);
  });
  return sums;
}

/// Data of the lanes' channels, widened to a whole group.
Value DotEmitter::loadChannels(const Piece &piece) {
  const Access &access = nest.inputs[plan.data];
  const Linear &address = dataAddress();
  Value &value =
      loadedAt(address, constantOf(address) + piece.offset, piece.lanes);
  if (value)
    return value;
  auto bytes = VectorType::get({piece.lanes}, b.getI8Type());
  auto wide =
      VectorType::get({piece.lanes}, b.getIntegerType(plan.operand.bits));
  Value loaded =
      scratch
          ? vector::LoadOp::create(b, loc, bytes, scratch,
                                   ValueRange{indexOf(address, piece.offset)})
                .getResult()
          : TiledNest::load(access, address, piece);
  Value widened =
      plan.signedData
          ? arith::ExtSIOp::create(b, loc, wide, loaded).getResult()
          : arith::ExtUIOp::create(b, loc, wide, loaded).getResult();
  return loadedAt(address, constantOf(address) + piece.offset, piece.lanes) =
             asHalves(widened);
}

/// A vector of groups as one of their elements.
Value DotEmitter::asHalves(Value vector) {
  if (plan.operand.bits == plan.form->bits)
    return vector;
  int64_t lanes = cast<VectorType>(vector.getType()).getDimSize(0);
  return vector::BitCastOp::create(
      b, loc, VectorType::get({lanes * plan.form->group}, elementType()),
      vector);
}

DotEmitter::Values DotEmitter::finished(Values values, const Piece &piece) {
  const std::optional<HighWordEpilogue> &rescale = plan.rescale;
  if (!rescale)
    return TiledNest::finished(std::move(values), piece);
  auto loadInput = [&](int input) {
    const Access &access = *nest.epilogueInputs[input];
    return load(access, access.address, piece);
  };
  Value sums = values.front();
  if (rescale->bias >= 0)
    sums = arith::AddIOp::create(
        b, loc, sums,
        broadcastTo(b, loc, loadInput(rescale->bias), piece.lanes));
  Value multipliers =
      rescale->multipliers >= 0
          ? loadInput(rescale->multipliers)
          : arith::ConstantIntOp::create(b, loc, rescale->multiplier, 32);
  Value result = emitHighWord(b, loc, sums, multipliers, *rescale);
  Type stored = nest.outputs.front().buffer.element;
  return {arith::TruncIOp::create(
      b, loc, VectorType::get({piece.lanes}, stored), result)};
}

/// A group of the data in each lane, as the instruction takes it.
Value DotEmitter::splat(Value group, int64_t lanes) {
  Type word = group.getType();
  auto type = VectorType::get({lanes}, word);
  Value vector = vector::BroadcastOp::create(b, loc, type, group);
  if (plan.flip && !plan.gather) {
    auto bits = DenseElementsAttr::get(
        type, ArrayRef<Attribute>(b.getIntegerAttr(word, kSignBits)));
    vector = arith::XOrIOp::create(b, loc, vector,
                                   arith::ConstantOp::create(b, loc, bits));
  }
  if (plan.operand.group == 1)
    return vector;
  return vector::BitCastOp::create(
      b, loc, VectorType::get({lanes * plan.operand.group}, elementType()),
      vector);
}

} // namespace dlc::loops
