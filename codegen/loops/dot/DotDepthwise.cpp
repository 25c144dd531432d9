//===- DotDepthwise.cpp - Depthwise sums, channels in lanes ---------------===//

#include "codegen/loops/dot/DotEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Products that follow without a loop at most.
constexpr int64_t kUnrolledTaps = 128;
} // namespace

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
  if (products <= kUnrolledTaps || dims.size() == 1) {
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
  size_t next = 0;
  forEachAccumulator([&](int64_t, const Piece &piece, unsigned i) {
    size_t number = next++ % block->pieces.size();
    Value weights = loadLanes(
        number, [&](const Piece &lanes) { return loadFactors(lanes); });
    Value data = loadLanes(
        number, [&](const Piece &lanes) { return loadChannels(lanes); });
    sums[i] = plan.form->multiply(b, loc, sums[i], data, weights);
  });
  return sums;
}

/// The lanes of a piece; where two pieces fill a vector of 16-bit elements, a
/// half of what both load.
Value DotEmitter::loadLanes(size_t number,
                            llvm::function_ref<Value(const Piece &)> load) {
  constexpr int64_t kHalfVector = 64; // bits
  ArrayRef<Piece> pieces = block->pieces;
  const Piece &piece = pieces[number];
  size_t first = number / 2 * 2;
  bool pair = piece.lanes * plan.operand.bits == kHalfVector &&
              first + 1 < pieces.size() && !pieces[first + 1].isPartial() &&
              pieces[first].lanes == pieces[first + 1].lanes &&
              pieces[first + 1].offset == pieces[first].offset + piece.lanes;
  if (!pair)
    return load(piece);
  int64_t lanes = 2 * piece.lanes;
  Value both = load({pieces[first].offset, lanes, lanes});
  return vector::ExtractStridedSliceOp::create(
      b, loc, both, static_cast<int64_t>(number - first) * piece.lanes,
      piece.lanes, 1);
}

Value DotEmitter::loadFactors(const Piece &piece) {
  Value &value = loadedAt(
      weightAddress, constantOf(weightAddress) + piece.offset, piece.lanes);
  if (value)
    return value;
  auto type =
      VectorType::get({piece.lanes}, b.getIntegerType(plan.operand.bits));
  Value loaded = asElements(vector::LoadOp::create(
      b, loc, type, packed, ValueRange{indexOf(weightAddress, piece.offset)}));
  return loadedAt(weightAddress, constantOf(weightAddress) + piece.offset,
                  piece.lanes) = loaded;
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
             asElements(widened);
}

} // namespace dlc::loops
