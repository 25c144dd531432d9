//===- DotRescale.cpp - Rescaling sums in vectors -------------------------===//

#include "codegen/loops/dot/DotRescale.h"
#include "codegen/loops/nest/BodyEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kWord = 32;

std::optional<int64_t> constantOf(const BodyScalar &scalar) {
  auto value = dyn_cast_or_null<IntegerAttr>(scalar.constant);
  return value ? std::optional<int64_t>(value.getInt()) : std::nullopt;
}

/// Whether the epilogue ends in the truncation of what has been clamped.
bool storesClamped(const Nest &nest, const Clamp &clamp) {
  linalg::GenericOp epilogue = nest.epilogue;
  Value stored = epilogue.getBody()->getTerminator()->getOperand(0);
  auto truncation = stored.getDefiningOp<arith::TruncIOp>();
  Operation *last = clamp.lowerOp->isBeforeInBlock(clamp.upperOp)
                        ? clamp.upperOp
                        : clamp.lowerOp;
  return truncation && truncation.getIn() == last->getResult(0);
}
} // namespace

std::optional<HighWordEpilogue> highWordEpilogue(const Nest &nest,
                                                 const SumEpilogue &epilogue) {
  const std::optional<Rescale> &rescale = epilogue.rescale;
  if (!rescale || rescale->tie || !epilogue.others.empty())
    return std::nullopt;
  auto addend = constantOf(rescale->addend), shift = constantOf(rescale->shift);
  auto lower = dyn_cast_or_null<IntegerAttr>(epilogue.clamp.lower);
  auto upper = dyn_cast_or_null<IntegerAttr>(epilogue.clamp.upper);
  if (!addend || !shift || *shift < kWord || *shift >= 2 * kWord ||
      *addend % (int64_t(1) << kWord) != 0 || !lower || !upper ||
      !llvm::isInt<kWord>(lower.getInt()) ||
      !llvm::isInt<kWord>(upper.getInt()) ||
      !storesClamped(nest, epilogue.clamp))
    return std::nullopt;
  HighWordEpilogue high;
  high.bias = epilogue.bias;
  high.multipliers = rescale->multiplier.input;
  auto multiplier = constantOf(rescale->multiplier);
  if (high.multipliers < 0 && (!multiplier || !llvm::isInt<kWord>(*multiplier)))
    return std::nullopt;
  high.multiplier = static_cast<int32_t>(multiplier.value_or(0));
  if (high.multipliers >= 0 &&
      !nest.epilogueInputs[high.multipliers]->buffer.element.isInteger(kWord))
    return std::nullopt;
  high.rescale.addend = static_cast<int32_t>(*addend >> kWord);
  high.rescale.shift = static_cast<int32_t>(*shift - kWord);
  high.rescale.min = static_cast<int32_t>(lower.getInt());
  high.rescale.max = static_cast<int32_t>(upper.getInt());
  return high;
}

// AArch64: (2 a M >> 32) by SQDMULH is shifted, rounded to the nearest and
// narrowed to 16 bits by SQRSHRN. Both that and the addition of the zero point
// saturate far beyond the bounds of a byte.

namespace {
constexpr int64_t kHalfWord = 16, kLanes = 8; // of a vector of half words
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
Value narrowEight(OpBuilder &b, Location loc, Value vector,
                  const WordRescale &rescale) {
  if (int32_t zero = *rescale.zeroPoint())
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
} // namespace

bool fitsHalfWords(const WordRescale &rescale) {
  bool isSigned = rescale.min >= kLeastByte && rescale.max <= kMostByte;
  bool isUnsigned = rescale.min >= 0 && rescale.max <= kMostUnsigned;
  return rescale.zeroPoint() && rescale.shift + 1 <= kHalfWord &&
         (isSigned || isUnsigned);
}

Value emitHalfWords(OpBuilder &b, Location loc, Value sums, Value multipliers,
                    const WordRescale &rescale) {
  constexpr int64_t kWords = 4;
  multipliers = broadcastTo(b, loc, multipliers, kWords);
  Value high = call(b, loc, "llvm.aarch64.neon.sqdmulh.v4i32", kWords, kWord,
                    {sums, multipliers});
  Value by = LLVM::ConstantOp::create(b, loc, b.getI32Type(),
                                      b.getI32IntegerAttr(rescale.shift + 1));
  return call(b, loc, "llvm.aarch64.neon.sqrshrn.v4i16", kWords, kHalfWord,
              {high, by});
}

Value narrowHalfWords(OpBuilder &b, Location loc, Value halfWords,
                      const WordRescale &rescale) {
  int64_t lanes = cast<VectorType>(halfWords.getType()).getDimSize(0);
  Value bytes;
  for (int64_t first = 0; first < lanes; first += kLanes) {
    Value eight =
        narrowEight(b, loc, lanesOf(b, loc, halfWords, first, kLanes), rescale);
    bytes = bytes ? vector::ShuffleOp::create(
                        b, loc, bytes, eight,
                        llvm::to_vector(llvm::seq<int64_t>(0, first + kLanes)))
                        .getResult()
                  : eight;
  }
  return lanesOf(b, loc, bytes, 0, lanes);
}

} // namespace dlc::loops
