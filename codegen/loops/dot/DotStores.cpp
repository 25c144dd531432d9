//===- DotStores.cpp - Rescaled sums, narrowed and stored -----------------===//

#include "codegen/loops/dot/DotEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace dlc::loops {

/// The sum of each lane.
Value DotEmitter::sumOf(Value lanes) {
  if (plan.form->sumsInLane() == 1 || plan.depthwise)
    return lanes;
  auto halves = vector::DeinterleaveOp::create(b, loc, lanes);
  return arith::AddIOp::create(b, loc, halves.getRes1(), halves.getRes2());
}

DotEmitter::Values DotEmitter::finished(Values values, const Piece &piece) {
  values.front() = sumOf(values.front());
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
  Value result = emitHighWord(b, loc, sums, multipliers, *rescale,
                              /*doubled=*/plan.form->factorInLane);
  return {result};
}

/// Rescaled sums are narrowed together: short vectors of neighbouring features
/// are stored as one.
bool DotEmitter::storeTile(ArrayRef<Value> results) {
  if (!plan.rescale)
    return false;
  constexpr int64_t kJoined = 16; // lanes
  ArrayRef<Piece> pieces = block->pieces;
  const Access &access = nest.outputs.front();
  size_t next = 0;
  Values joined;
  int64_t offset = 0, lanes = 0;
  auto flush = [&] {
    if (!joined.empty())
      storeJoined(joined, offset);
    joined.clear();
    lanes = 0;
  };
  forEachAccumulator([&](int64_t, const Piece &piece, unsigned) {
    Value result = results[next++];
    bool last = &piece == &pieces.back();
    if (piece.isPartial()) {
      flush();
      store(access, piece, narrowed(result));
      return;
    }
    bool follows = !joined.empty() && piece.offset == offset + lanes &&
                   joined.back().getType() == result.getType() &&
                   lanes + piece.lanes <= kJoined;
    if (!follows) {
      flush();
      offset = piece.offset;
    }
    joined.push_back(result);
    lanes += piece.lanes;
    if (last)
      flush();
  });
  return true;
}

Value DotEmitter::narrowed(Value vector) {
  auto type = cast<VectorType>(vector.getType());
  return arith::TruncIOp::create(
      b, loc,
      VectorType::get(type.getShape(), nest.outputs.front().buffer.element),
      vector);
}

/// Stores vectors of one length, the first at a lane of the block.
void DotEmitter::storeJoined(ArrayRef<Value> results, int64_t offset) {
  const Access &access = nest.outputs.front();
  Values joined(results);
  // Two by two, as far as there are two.
  while (joined.size() > 1 && joined.size() % 2 == 0) {
    Values pairs;
    for (size_t i = 0; i < joined.size(); i += 2) {
      int64_t lanes = cast<VectorType>(joined[i].getType()).getDimSize(0);
      pairs.push_back(vector::ShuffleOp::create(
          b, loc, joined[i], joined[i + 1],
          llvm::to_vector(llvm::seq<int64_t>(0, 2 * lanes))));
    }
    joined = std::move(pairs);
  }
  for (Value vector : joined) {
    vector::StoreOp::create(b, loc, narrowed(vector), access.buffer.flat,
                            ValueRange{indexOf(access.address, offset)});
    offset += cast<VectorType>(vector.getType()).getDimSize(0);
  }
}

} // namespace dlc::loops
