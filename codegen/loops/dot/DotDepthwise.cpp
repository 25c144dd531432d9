//===- DotDepthwise.cpp - Depthwise sums, channels in lanes ---------------===//

#include "codegen/loops/dot/DotEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Products that follow without a loop at most.
constexpr int64_t kUnrolledTaps = 128, kUnrolledBytes = 256;
} // namespace

/// The taps of a depthwise convolution: those of a row follow without a loop,
/// and rows as far as that is not too much.
DotEmitter::Values DotEmitter::reduceDepthwise(ArrayRef<unsigned> dims,
                                               Values sums) {
  bool bytes = addsBytes();
  int64_t count = 1;
  for (unsigned d : dims)
    count *= nest.sizes[d];
  int64_t products = static_cast<int64_t>(sums.size()) * count;
  if (products > (bytes ? kUnrolledBytes : kUnrolledTaps) && dims.size() > 1) {
    unsigned d = dims.front();
    Range range;
    range.upper = nest.sizes[d];
    return addSteps(d, range, /*step=*/1, std::move(sums), [&](Values carried) {
      return reduceDepthwise(dims.drop_front(), std::move(carried));
    });
  }
  std::vector<Tap> taps(count, Tap(dims.size(), 0));
  for (int64_t i = 0; i < count; ++i)
    for (int64_t d = static_cast<int64_t>(dims.size()) - 1, rest = i; d >= 0;
         rest /= nest.sizes[dims[d]], --d)
      taps[i][d] = rest % nest.sizes[dims[d]];
  size_t together = bytes ? 2 : 1;
  for (size_t i = 0; i < taps.size(); i += together) {
    ArrayRef<Tap> some = ArrayRef(taps).slice(i).take_front(together);
    if (bytes) {
      sums = addTwoTaps(dims, some, std::move(sums));
      continue;
    }
    goTo(dims, some.front());
    sums = addTap(std::move(sums));
  }
  for (unsigned d : dims)
    at[d] = {};
  return sums;
}

void DotEmitter::goTo(ArrayRef<unsigned> dims, ArrayRef<int64_t> tap) {
  for (auto [d, offset] : llvm::zip(dims, tap))
    at[d] = {nullptr, offset};
}

/// The products of bytes of one or two taps, added up in 16 bits and then to
/// the sums. Two pieces fill a vector of 16-bit products.
DotEmitter::Values DotEmitter::addTwoTaps(ArrayRef<unsigned> dims,
                                          ArrayRef<Tap> taps, Values sums) {
  llvm::SmallDenseMap<int64_t, Value> made; // of the first piece of a pair
  forEachAccumulator([&](int64_t position, const Piece &piece, unsigned i) {
    size_t number = i % block->pieces.size();
    std::optional<Piece> pair = pairOf(number);
    bool second = pair && number % 2 == 1;
    Value &products = made[position];
    if (!second) {
      products = nullptr;
      for (const Tap &tap : taps) {
        goTo(dims, tap);
        Value each = productsOf(pair.value_or(piece));
        products =
            products ? arith::AddIOp::create(b, loc, products, each).getResult()
                     : each;
      }
    }
    Value lanes = products;
    if (cast<VectorType>(products.getType()).getDimSize(0) != piece.lanes)
      lanes = vector::ExtractStridedSliceOp::create(
          b, loc, products, second ? piece.lanes : 0, piece.lanes, 1);
    auto words = VectorType::get({piece.lanes}, b.getI32Type());
    sums[i] = arith::AddIOp::create(
        b, loc, sums[i], arith::ExtSIOp::create(b, loc, words, lanes));
  });
  return sums;
}

/// Products of bytes in 16 bits: of eight lanes; those that a piece has not are
/// anything.
Value DotEmitter::productsOf(const Piece &piece) {
  constexpr int64_t kLanes = 8;
  auto widened = [&](Value bytes) -> Value {
    if (piece.lanes == kLanes)
      return bytes;
    SmallVector<int64_t> lanes = llvm::to_vector(llvm::seq(piece.lanes));
    lanes.resize(kLanes, vector::ShuffleOp::kPoisonIndex);
    return vector::ShuffleOp::create(b, loc, bytes, bytes, lanes);
  };
  Value data = widened(flipped(loadBytes(piece)));
  Value weights = widened(loadFactors(piece));
  return LLVM::CallIntrinsicOp::create(
             b, loc, VectorType::get({kLanes}, b.getI16Type()),
             b.getStringAttr("llvm.aarch64.neon.smull.v8i16"),
             ValueRange{data, weights})
      .getResults();
}

/// The two pieces that a vector of 16-bit products holds, as one.
std::optional<Piece> DotEmitter::pairOf(size_t number) const {
  ArrayRef<Piece> pieces = block->pieces;
  size_t first = number / 2 * 2;
  if (first + 1 >= pieces.size() || pieces[first + 1].isPartial() ||
      pieces[first].lanes != pieces[first + 1].lanes ||
      pieces[first + 1].offset != pieces[first].offset + pieces[first].lanes)
    return std::nullopt;
  int64_t lanes = 2 * pieces[first].lanes;
  return Piece{pieces[first].offset, lanes, lanes};
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
  const Piece &piece = block->pieces[number];
  std::optional<Piece> pair = pairOf(number);
  if (!pair || piece.lanes * plan.operand.bits != kHalfVector)
    return load(piece);
  return vector::ExtractStridedSliceOp::create(
      b, loc, load(*pair), static_cast<int64_t>(number % 2) * piece.lanes,
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

/// Data of the lanes' channels, as it is stored.
Value DotEmitter::loadBytes(const Piece &piece) {
  const Linear &address = dataAddress();
  if (!scratch)
    return TiledNest::load(nest.inputs[plan.data], address, piece);
  Value &value =
      loadedAt(address, constantOf(address) + piece.offset, -piece.lanes);
  if (!value)
    value = vector::LoadOp::create(
        b, loc, VectorType::get({piece.lanes}, b.getIntegerType(plan.dataBits)),
        scratch, ValueRange{indexOf(address, piece.offset)});
  return value;
}

/// The same, widened to a whole group.
Value DotEmitter::loadChannels(const Piece &piece) {
  const Linear &address = dataAddress();
  auto slot = [&]() -> Value & {
    return loadedAt(address, constantOf(address) + piece.offset, piece.lanes);
  };
  if (Value value = slot())
    return value;
  Value loaded = loadBytes(piece);
  auto wide =
      VectorType::get({piece.lanes}, b.getIntegerType(plan.operand.bits));
  if (plan.dataBits == plan.operand.bits)
    return slot() = loaded;
  Value widened =
      plan.signedData
          ? arith::ExtSIOp::create(b, loc, wide, loaded).getResult()
          : arith::ExtUIOp::create(b, loc, wide, loaded).getResult();
  return slot() = asElements(widened);
}

} // namespace dlc::loops
