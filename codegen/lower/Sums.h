//===- Sums.h - Sums of products, less zero points --------------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOWER_SUMS_H
#define DLC_CODEGEN_LOWER_SUMS_H

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace dlc::lower {

/// What is subtracted from an operand's elements.
struct ZeroPoint {
  mlir::Value tensor;              // null: nothing is
  std::optional<int64_t> constant; // of one element that the stage knows

  ZeroPoint() = default;
  /// `original` is the op's operand, `converted` what became of it.
  ZeroPoint(mlir::Value original, mlir::Value converted);
};

/// An operand of a sum of products.
struct Factor {
  mlir::Value tensor;
  mlir::Type element;  // before it lost its sign
  mlir::AffineMap map; // of the sum's loops
  ZeroPoint zeroPoint;
  mlir::AffineMap zeroMap; // of the loops; for a tensor that is no constant
};

/// init + the sums of products of the factors, in the accumulator's type; the
/// loops are those of createReduction. `bounds` is an input that is not read
/// and gives loops their bounds, null where the factors do.
mlir::Value createSumOfProducts(mlir::ImplicitLocOpBuilder &b, mlir::Value init,
                                unsigned reductions,
                                llvm::ArrayRef<Factor> factors,
                                mlir::Value bounds = nullptr,
                                mlir::AffineMap boundsMap = {});

/// What sums of products are formed in that an op with elements of this type
/// consists of. Halves of a GPU are added up in float32 where sums are long,
/// and where its arithmetic on halves is slow: there they only are what is
/// stored.
mlir::Type productSumType(mlir::Operation *op, mlir::Type element);

/// How a zero point of one element, or one that broadcasts to an operand of
/// `shape`, is read where the operand is read by `map`.
mlir::AffineMap zeroPointMap(mlir::Value zeroPoint,
                             llvm::ArrayRef<int64_t> shape,
                             mlir::AffineMap map);

/// What an operand is padded with so that the padding counts as zero: its zero
/// point. Where the stage does not know it (and there is padding, `isPadded`),
/// the operand becomes a wider one without a zero point.
mlir::TypedAttr padWithZeroPoint(mlir::ImplicitLocOpBuilder &b,
                                 mlir::Value &tensor, mlir::Type &element,
                                 ZeroPoint &zeroPoint, bool isPadded);

} // namespace dlc::lower

#endif
