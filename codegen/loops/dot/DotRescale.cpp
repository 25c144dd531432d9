//===- DotRescale.cpp - Rescaling sums in vectors -------------------------===//
//
// nn.rescale is (a M + C) >> k in 64 bits. Where C is a multiple of 2^32 and k
// is at least 32, nothing of a M's lower word is carried over:
//
//   (a M + C) >> k  =  ((a M >> 32) + (C >> 32)) >> (k - 32)
//
// |a M| and |C| are at most 2^62, so the sum has 32 bits.
//
//===----------------------------------------------------------------------===//

#include "codegen/loops/dot/DotRescale.h"
#include "codegen/loops/nest/BodyEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"
#include <limits>

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
  high.addend = static_cast<int32_t>(*addend >> kWord);
  high.shift = static_cast<int32_t>(*shift - kWord);
  high.min = static_cast<int32_t>(lower.getInt());
  high.max = static_cast<int32_t>(upper.getInt());
  return high;
}

namespace {
class HighWordEmitter {
public:
  HighWordEmitter(OpBuilder &b, Location loc, VectorType type)
      : b(b), loc(loc), type(type), lanes(type.getDimSize(0)) {}

  Value constant(VectorType of, int64_t value) {
    return arith::ConstantOp::create(
        b, loc,
        DenseElementsAttr::get(of, ArrayRef<Attribute>(b.getIntegerAttr(
                                       of.getElementType(), value))));
  }

  /// The upper words of the products: those of even and of odd lanes are
  /// multiplied by themselves. This is the form that LLVM takes for PMULDQ and
  /// SMULL wherever the operands come from.
  Value highWords(Value x, Value y) {
    Value even = products(widened(x), widened(y));
    Value odd = products(widened(oddLanes(x)), widened(oddLanes(y)));
    SmallVector<int64_t> upper;
    for (int64_t lane = 0; lane < lanes; lane += 2)
      llvm::append_values(upper, lane + 1, lanes + lane + 1);
    return vector::ShuffleOp::create(b, loc, even, odd, upper);
  }

private:
  Value oddLanes(Value x) {
    SmallVector<int64_t> odd;
    for (int64_t lane = 0; lane < lanes; lane += 2)
      odd.append(2, lane + 1);
    return vector::ShuffleOp::create(b, loc, x, x, odd);
  }

  /// The lower of each two words, with its sign.
  Value widened(Value x) {
    auto wide = VectorType::get({lanes / 2}, b.getI64Type());
    Value both = vector::BitCastOp::create(b, loc, wide, x);
    Value up = arith::ShLIOp::create(b, loc, both, constant(wide, kWord));
    return arith::ShRSIOp::create(b, loc, up, constant(wide, kWord));
  }

  Value products(Value x, Value y) {
    return vector::BitCastOp::create(b, loc, type,
                                     arith::MulIOp::create(b, loc, x, y));
  }

  OpBuilder &b;
  Location loc;
  VectorType type;
  int64_t lanes;
};
} // namespace

namespace {
/// ((2 a M >> 32) + 2 C') >> (s + 1). Where the sum does not fit 32 bits it is
/// saturated, and the result is beyond the clamp in both cases.
bool fitsDoubled(const HighWordEpilogue &epilogue) {
  constexpr int64_t kMost = std::numeric_limits<int32_t>::max();
  int32_t shift = epilogue.shift + 1;
  return shift < kWord && kMost >> shift >= epilogue.max &&
         (-kMost - 1) >> shift <= epilogue.min &&
         llvm::isInt<kWord>(2 * int64_t(epilogue.addend));
}

Value emitDoubled(OpBuilder &b, Location loc, Value sums, Value multipliers,
                  const HighWordEpilogue &epilogue,
                  llvm::function_ref<Value(int64_t)> constant) {
  auto call = [&](StringRef name, Value x, Value y) -> Value {
    return LLVM::CallIntrinsicOp::create(b, loc, x.getType(),
                                         b.getStringAttr(name), {x, y})
        .getResults();
  };
  Value high = call("llvm.aarch64.neon.sqdmulh.v4i32", sums, multipliers);
  if (epilogue.addend)
    high = call("llvm.sadd.sat.v4i32", high,
                constant(2 * int64_t(epilogue.addend)));
  high = arith::ShRSIOp::create(b, loc, high, constant(epilogue.shift + 1));
  high = arith::MaxSIOp::create(b, loc, high, constant(epilogue.min));
  return arith::MinSIOp::create(b, loc, high, constant(epilogue.max));
}
} // namespace

Value emitHighWord(OpBuilder &b, Location loc, Value sums, Value multipliers,
                   const HighWordEpilogue &epilogue, bool doubled) {
  auto type = cast<VectorType>(sums.getType());
  HighWordEmitter emitter(b, loc, type);
  multipliers = broadcastTo(b, loc, multipliers, type.getDimSize(0));
  auto constant = [&](int64_t value) { return emitter.constant(type, value); };
  if (doubled && fitsDoubled(epilogue))
    return emitDoubled(b, loc, sums, multipliers, epilogue, constant);
  Value high = emitter.highWords(sums, multipliers);
  if (epilogue.addend)
    high = arith::AddIOp::create(b, loc, high, constant(epilogue.addend));
  if (epilogue.shift)
    high = arith::ShRSIOp::create(b, loc, high, constant(epilogue.shift));
  high = arith::MaxSIOp::create(b, loc, high, constant(epilogue.min));
  return arith::MinSIOp::create(b, loc, high, constant(epilogue.max));
}

} // namespace dlc::loops
