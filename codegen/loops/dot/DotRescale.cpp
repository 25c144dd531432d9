//===- DotRescale.cpp - Rescaling sums in vectors -------------------------===//

#include "codegen/loops/dot/DotRescale.h"
#include "codegen/loops/nest/SumEpilogue.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
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
  if (!rescale || rescale->tie || hasWideMultiplier(nest, *rescale) ||
      !epilogue.others.empty())
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

} // namespace dlc::loops
