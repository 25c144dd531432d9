//===- Infer.h - What the type inference of nn ops shares ------*- C++ -*-===//
//
// Private to dialects/nn.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_DIALECTS_NN_INFER_H
#define DLC_DIALECTS_NN_INFER_H

#include "dialects/nn/NnOps.h"
#include "mlir/IR/Diagnostics.h"

namespace dlc::nn::detail {

using Shape = llvm::SmallVector<int64_t>;

/// Reports `message` for constraint `number` of an op's description.
inline llvm::LogicalResult violated(std::optional<mlir::Location> loc,
                                    llvm::StringRef name, int number,
                                    const llvm::Twine &message) {
  return mlir::emitOptionalError(loc, "'", name, "' (", number, ") ", message);
}

inline mlir::RankedTensorType tensorOf(mlir::Value value) {
  return llvm::cast<mlir::RankedTensorType>(value.getType());
}

/// A static tensor type, or an error when a dimension is negative or the
/// number of bytes overflows.
mlir::FailureOr<mlir::RankedTensorType>
makeTensor(std::optional<mlir::Location> loc, llvm::StringRef name,
           llvm::ArrayRef<int64_t> shape, mlir::Type element);

llvm::LogicalResult appendTensor(std::optional<mlir::Location> loc,
                                 llvm::StringRef name,
                                 llvm::ArrayRef<int64_t> shape,
                                 mlir::Type element,
                                 llvm::SmallVectorImpl<mlir::Type> &types);

/// Element type of the result of sums over `operands`: `accumulator`, which is
/// i32 or i64 and wider than their integers, or without one the first
/// operand's. Constraint `number`.
mlir::FailureOr<mlir::Type> sumElement(std::optional<mlir::Location> loc,
                                       llvm::StringRef name, int number,
                                       std::optional<mlir::Type> accumulator,
                                       mlir::ValueRange operands);

/// A zero point, if any, needs an accumulator and is of its operand's type. It
/// has one element, or broadcasts to `shape`. Constraint `number`.
llvm::LogicalResult checkZeroPoint(std::optional<mlir::Location> loc,
                                   llvm::StringRef name, int number,
                                   mlir::Value zeroPoint, mlir::Value operand,
                                   bool accumulates,
                                   llvm::ArrayRef<int64_t> shape = {});

/// Output size of windows over one dimension, -1 when no window fits.
int64_t windowCount(int64_t size, int64_t padBegin, int64_t padEnd,
                    int64_t kernel, int64_t dilation, int64_t stride);

} // namespace dlc::nn::detail

#endif
