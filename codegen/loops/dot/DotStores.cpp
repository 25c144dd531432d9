//===- DotStores.cpp - Rescaled sums, narrowed and stored -----------------===//

#include "codegen/loops/dot/DotEmitter.h"
#include "codegen/loops/nest/HalfWords.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace dlc::loops {

/// The sum of each lane of a piece; with several in each they begin with zero,
/// and what sums begin with is added here.
Value DotEmitter::sumOf(Value lanes, const Piece &piece) {
  if (!hasSumsBeside())
    return lanes;
  for (int64_t sums = plan.form->sumsInLane; sums > 1; sums /= 2) {
    auto halves = vector::DeinterleaveOp::create(b, loc, lanes);
    lanes = arith::AddIOp::create(b, loc, halves.getRes1(), halves.getRes2());
  }
  return arith::AddIOp::create(b, loc, lanes, loadStart(piece));
}

/// Rescaled sums have 16 bits until they are stored.
bool DotEmitter::storesHalfWords() const {
  return plan.rescale && plan.form->factorInLane &&
         fitsHalfWords(plan.rescale->rescale);
}

DotEmitter::Values DotEmitter::finished(Values values, const Piece &piece) {
  values.front() = sumOf(values.front(), piece);
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
  if (storesHalfWords())
    return {emitHalfWords(b, loc, sums, multipliers, rescale->rescale)};
  return {emitWordRescale(b, loc, sums, multipliers, rescale->rescale,
                          highWordsOf(context.target()))};
}

/// Rescaled sums are narrowed together: short vectors of neighbouring features
/// are stored as one.
bool DotEmitter::storeTile(ArrayRef<Value> results) {
  if (!plan.rescale)
    return false;
  constexpr int64_t kJoined = 16, kShort = 4; // lanes
  ArrayRef<Piece> pieces = block->pieces;
  const Access &access = nest.outputs.front();
  size_t next = 0;
  Values joined;
  int64_t offset = 0, lanes = 0;
  Values singles, indices; // short vectors that have no neighbour
  auto flush = [&] {
    if (storesHalfWords() && lanes == kShort) {
      singles.push_back(joined.front());
      indices.push_back(indexOf(access.address, offset));
    } else if (!joined.empty()) {
      storeJoined(joined, offset);
    }
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
  storeShort(singles, indices);
  return true;
}

Value DotEmitter::narrowed(Value vector) {
  if (storesHalfWords())
    return narrowHalfWords(b, loc, vector, plan.rescale->rescale);
  auto type = cast<VectorType>(vector.getType());
  return arith::TruncIOp::create(
      b, loc,
      VectorType::get(type.getShape(), nest.outputs.front().buffer.element),
      vector);
}

/// Stores vectors of four lanes, narrowed together, each at its index.
void DotEmitter::storeShort(ArrayRef<Value> results, ArrayRef<Value> indices) {
  constexpr size_t kTogether = 4;
  const Access &access = nest.outputs.front();
  for (size_t first = 0; first < results.size(); first += kTogether) {
    Values joined(results.slice(first).take_front(kTogether));
    size_t count = joined.size();
    while (joined.size() > 1) {
      if (joined.size() % 2)
        joined.push_back(joined.back());
      Values pairs;
      for (size_t i = 0; i < joined.size(); i += 2)
        pairs.push_back(concatenated(joined[i], joined[i + 1]));
      joined = std::move(pairs);
    }
    Value bytes = narrowed(joined.front());
    int64_t lanes = cast<VectorType>(bytes.getType()).getDimSize(0);
    if (count == 1) {
      vector::StoreOp::create(b, loc, bytes, access.buffer.flat,
                              ValueRange{indices[first]});
      continue;
    }
    // As words: LLVM widens the elements of a vector of four bytes.
    Value words = vector::BitCastOp::create(
        b, loc, VectorType::get({lanes / 4}, b.getI32Type()), bytes);
    for (size_t i = 0; i < count; ++i) {
      Value word = vector::ExtractStridedSliceOp::create(
          b, loc, words, static_cast<int64_t>(i), 1, 1);
      Value four = vector::BitCastOp::create(
          b, loc, VectorType::get({4}, b.getI8Type()), word);
      vector::StoreOp::create(b, loc, four, access.buffer.flat,
                              ValueRange{indices[first + i]});
    }
  }
}

Value DotEmitter::concatenated(Value x, Value y) {
  int64_t lanes = cast<VectorType>(x.getType()).getDimSize(0);
  return vector::ShuffleOp::create(
      b, loc, x, y, llvm::to_vector(llvm::seq<int64_t>(0, 2 * lanes)));
}

/// Stores vectors of one length, the first at a lane of the block.
void DotEmitter::storeJoined(ArrayRef<Value> results, int64_t offset) {
  const Access &access = nest.outputs.front();
  Values joined(results);
  // Two by two, as far as there are two.
  while (joined.size() > 1 && joined.size() % 2 == 0) {
    Values pairs;
    for (size_t i = 0; i < joined.size(); i += 2)
      pairs.push_back(concatenated(joined[i], joined[i + 1]));
    joined = std::move(pairs);
  }
  for (Value vector : joined) {
    vector::StoreOp::create(b, loc, narrowed(vector), access.buffer.flat,
                            ValueRange{indexOf(access.address, offset)});
    offset += cast<VectorType>(vector.getType()).getDimSize(0);
  }
}

} // namespace dlc::loops
