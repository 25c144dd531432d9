//===- Bytes.cpp - Factors of 8 bits --------------------------------------===//

#include "codegen/loops/gpu/Bytes.h"

using namespace mlir;

namespace dlc::loops {

static int64_t leastOf(const Factor &factor) {
  return factor.isSigned ? -128 : 0;
}

std::optional<int64_t> zeroPointOf(const Factor &factor) {
  if (!factor.element.isInteger(8))
    return std::nullopt;
  if (!factor.zeroPoint.isGiven())
    return 0;
  auto value = dyn_cast_or_null<IntegerAttr>(factor.zeroPoint.constant);
  if (!value)
    return std::nullopt;
  bool isByte = value.getType().isInteger(8) && !factor.zeroPoint.isSigned;
  int64_t zeroPoint =
      isByte ? static_cast<int64_t>(value.getValue().getZExtValue())
             : value.getValue().getSExtValue();
  int64_t least = leastOf(factor);
  if (zeroPoint < least || zeroPoint > least + 255)
    return std::nullopt;
  return zeroPoint;
}

TypedAttr nothingOf(const Factor &factor) {
  std::optional<int64_t> zeroPoint = zeroPointOf(factor);
  if (!zeroPoint)
    return nullptr;
  llvm::APInt value(8, static_cast<uint64_t>(*zeroPoint), /*isSigned=*/true,
                    /*implicitTrunc=*/true);
  return IntegerAttr::get(factor.element, value);
}

int64_t magnitudeOf(const Factor &factor, int64_t zeroPoint) {
  int64_t least = leastOf(factor);
  return std::max(zeroPoint - least, least + 255 - zeroPoint);
}

} // namespace dlc::loops
