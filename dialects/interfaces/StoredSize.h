//===- StoredSize.h - Bytes that elements take in memory --------*- C++ -*-===//
//
// The one place that knows how densely elements lie in memory at run time.
// (In a constant of the compiler each element has whole bytes, see
// dialects/nn/Constants.h.)
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_INTERFACES_STOREDSIZE_H
#define DLC_DIALECTS_INTERFACES_STOREDSIZE_H

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/MathExtras.h"

namespace dlc {

/// Bits from an element to the next. Integers of 1, 2 and 4 bits lie packed; a
/// truth value, which is what i1 without a sign is, takes a byte, as in ONNX
/// and C (si1 and ui1 are numbers of one bit); everything else takes whole
/// bytes. An index counts as 64 bits.
inline int64_t storedBits(mlir::Type element) {
  if (element.isIndex())
    return 64;
  if (element.isSignlessInteger(1))
    return 8;
  int64_t bits = element.getIntOrFloatBitWidth();
  bool isPacked = mlir::isa<mlir::IntegerType>(element) && bits < 8 &&
                  llvm::isPowerOf2_64(bits);
  return isPacked ? bits : llvm::alignTo(bits, 8);
}

/// Whether several elements share a byte, so that not each has an address.
inline bool isPacked(mlir::Type element) { return storedBits(element) < 8; }

/// Bytes of `count` elements one after the other, the last one filled up.
inline int64_t storedBytes(mlir::Type element, int64_t count) {
  return llvm::divideCeil(storedBits(element) * count, 8);
}

/// Bytes of a tensor or memref of static shape without gaps.
inline int64_t storedBytes(mlir::ShapedType type) {
  return storedBytes(type.getElementType(), type.getNumElements());
}

} // namespace dlc

#endif // DLC_DIALECTS_INTERFACES_STOREDSIZE_H
