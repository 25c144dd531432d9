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
    : TiledNest(context, nest, plan.schedule, /*bias=*/-1, /*inKernels=*/false,
                static_cast<int>(plan.weights)),
      plan(plan), vectorBits(machine.vectorBits),
      encoding(std::make_shared<DotWeights>(plan.operand)),
      startAddress(encoding->startAddress()) {
  SmallVector<Value> constants =
      context.encode(nest.inputs[plan.weights], encoding);
  packed = constants[0];
  starts = constants[1];
  if (!plan.gather)
    return;
  scratch = context.scratch(plan.gather->elements, elementType());
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

/// The groups of a run, the last of which may have fewer elements.
DotEmitter::Values DotEmitter::reduceRun(Values sums) {
  int64_t group = plan.operand.group, length = plan.operand.runLength();
  int64_t whole = length / group * group;
  auto tile = static_cast<int64_t>(sums.size());
  if (whole / group * tile <= kUnrolled) {
    for (int64_t k = 0; k < whole; k += group)
      sums = addGroup(k, group, std::move(sums));
  } else {
    Range range;
    range.upper = whole;
    sums = emitReductionLoop(runDim(), range, group, std::move(sums),
                             [&](Value variable, Values carried) {
                               at[runDim()] = {variable, 0};
                               return addGroup(0, group, std::move(carried));
                             });
  }
  if (whole < length)
    sums = addGroup(whole, length - whole, std::move(sums));
  return sums;
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
  const Linear &address = plan.gather ? plan.gather->address : access.address;
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
