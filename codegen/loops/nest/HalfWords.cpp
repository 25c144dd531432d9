//===- HalfWords.cpp - Rescaling to bytes by way of 16 bits ---------------===//

#include "codegen/loops/nest/HalfWords.h"
#include "codegen/loops/nest/BodyEmitter.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kWord = 32, kHalfWord = 16;
constexpr int64_t kWords = 4, kLanes = 8; // of vectors of words, half words
constexpr int64_t kLeastByte = -128, kMostByte = 127, kMostUnsigned = 255;

Value call(OpBuilder &b, Location loc, StringRef name, int64_t lanes,
           unsigned bits, ValueRange operands) {
  auto type = VectorType::get({lanes}, b.getIntegerType(bits));
  return LLVM::CallIntrinsicOp::create(b, loc, type, b.getStringAttr(name),
                                       operands)
      .getResults();
}

Value splat(OpBuilder &b, Location loc, int64_t lanes, unsigned bits,
            int64_t value) {
  auto type = VectorType::get({lanes}, b.getIntegerType(bits));
  return arith::ConstantOp::create(
      b, loc,
      DenseElementsAttr::get(type, ArrayRef<Attribute>(b.getIntegerAttr(
                                       type.getElementType(), value))));
}

/// Lanes `first` to `first + count` of a vector; those that it has not are
/// anything.
Value lanesOf(OpBuilder &b, Location loc, Value vector, int64_t first,
              int64_t count) {
  int64_t has = cast<VectorType>(vector.getType()).getDimSize(0);
  if (first == 0 && has == count)
    return vector;
  SmallVector<int64_t> lanes;
  for (int64_t lane = first; lane < first + count; ++lane)
    lanes.push_back(lane < has ? lane : vector::ShuffleOp::kPoisonIndex);
  return vector::ShuffleOp::create(b, loc, vector, vector, lanes);
}

/// Eight half words as bytes.
Value narrowEight(OpBuilder &b, Location loc, Value vector, int64_t zero,
                  const WordRescale &rescale) {
  if (zero)
    vector = call(b, loc, "llvm.sadd.sat.v8i16", kLanes, kHalfWord,
                  {vector, splat(b, loc, kLanes, kHalfWord, zero)});
  bool isSigned = rescale.max <= kMostByte;
  vector = call(b, loc,
                isSigned ? "llvm.aarch64.neon.sqxtn.v8i8"
                         : "llvm.aarch64.neon.sqxtun.v8i8",
                kLanes, 8, {vector});
  auto bound = [&](int64_t value) { return splat(b, loc, kLanes, 8, value); };
  if (isSigned && rescale.min > kLeastByte)
    vector = arith::MaxSIOp::create(b, loc, vector, bound(rescale.min));
  if (isSigned && rescale.max < kMostByte)
    vector = arith::MinSIOp::create(b, loc, vector, bound(rescale.max));
  if (!isSigned && rescale.min > 0)
    vector = arith::MaxUIOp::create(b, loc, vector, bound(rescale.min));
  if (!isSigned && rescale.max < kMostUnsigned)
    vector = arith::MinUIOp::create(b, loc, vector, bound(rescale.max));
  return vector;
}

bool isByte(const WordRescale &rescale) {
  bool isSigned = rescale.min >= kLeastByte && rescale.max <= kMostByte;
  bool isUnsigned = rescale.min >= 0 && rescale.max <= kMostUnsigned;
  return isSigned || isUnsigned;
}
} // namespace

bool fitsHalfWords(const WordRescale &rescale) {
  return rescale.zeroPoint() && rescale.shift + 1 <= kHalfWord &&
         isByte(rescale);
}

Value emitHalfWords(OpBuilder &b, Location loc, Value sums, Value multipliers,
                    const WordRescale &rescale) {
  multipliers = broadcastTo(b, loc, multipliers, kWords);
  Value high = call(b, loc, "llvm.aarch64.neon.sqdmulh.v4i32", kWords, kWord,
                    {sums, multipliers});
  Value by = LLVM::ConstantOp::create(b, loc, b.getI32Type(),
                                      b.getI32IntegerAttr(rescale.shift + 1));
  return call(b, loc, "llvm.aarch64.neon.sqrshrn.v4i16", kWords, kHalfWord,
              {high, by});
}

/// A vector of half words as bytes, eight at a time.
static Value narrowBytes(OpBuilder &b, Location loc, Value halfWords,
                         int64_t zero, const WordRescale &rescale) {
  int64_t lanes = cast<VectorType>(halfWords.getType()).getDimSize(0);
  Value bytes;
  for (int64_t first = 0; first < lanes; first += kLanes) {
    Value eight = narrowEight(b, loc, lanesOf(b, loc, halfWords, first, kLanes),
                              zero, rescale);
    bytes = bytes ? vector::ShuffleOp::create(
                        b, loc, bytes, eight,
                        llvm::to_vector(llvm::seq<int64_t>(0, first + kLanes)))
                        .getResult()
                  : eight;
  }
  return lanesOf(b, loc, bytes, 0, lanes);
}

Value narrowHalfWords(OpBuilder &b, Location loc, Value halfWords,
                      const WordRescale &rescale) {
  return narrowBytes(b, loc, halfWords, *rescale.zeroPoint(), rescale);
}

Value emitByteRescale(OpBuilder &b, Location loc, Value words,
                      Value multipliers, const WordRescale &rescale) {
  int64_t lanes = cast<VectorType>(words.getType()).getDimSize(0);
  bool fits = multipliers ? fitsHalfWords(rescale) : isByte(rescale);
  if (lanes % kWords != 0 || !fits)
    return nullptr;
  if (multipliers)
    multipliers = broadcastTo(b, loc, multipliers, lanes);
  Value halfWords;
  for (int64_t first = 0; first < lanes; first += kWords) {
    Value four = lanesOf(b, loc, words, first, kWords);
    if (multipliers) {
      four = emitHalfWords(
          b, loc, four, lanesOf(b, loc, multipliers, first, kWords), rescale);
    } else {
      if (rescale.shift)
        four = arith::ShRSIOp::create(
            b, loc, four, splat(b, loc, kWords, kWord, rescale.shift));
      four = call(b, loc, "llvm.aarch64.neon.sqxtn.v4i16", kWords, kHalfWord,
                  {four});
    }
    if (halfWords)
      four = lanesOf(b, loc, four, 0, first);
    halfWords =
        halfWords ? vector::ShuffleOp::create(
                        b, loc, halfWords, four,
                        llvm::to_vector(llvm::seq<int64_t>(0, first + kWords)))
                        .getResult()
                  : four;
  }
  return narrowBytes(b, loc, halfWords, multipliers ? *rescale.zeroPoint() : 0,
                     rescale);
}

} // namespace dlc::loops
