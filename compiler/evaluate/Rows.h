//===- Rows.h - Walking tensors row by row --------------------------------===//

#ifndef DLC_COMPILER_EVALUATE_ROWS_H
#define DLC_COMPILER_EVALUATE_ROWS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>

namespace dlc::evaluate {

/// How many elements lie between neighbours in each dimension, row-major.
llvm::SmallVector<int64_t> rowMajorStrides(llvm::ArrayRef<int64_t> shape);

/// The strides with which an operand of shape `from` is read when it is
/// broadcast to shape `to`: 0 where it has one element.
llvm::SmallVector<int64_t> broadcastStrides(llvm::ArrayRef<int64_t> from,
                                            llvm::ArrayRef<int64_t> to);

/// Rows are at most this long, so that they fit in buffers on the stack.
constexpr int64_t maxRow = 1024;

/// A run of consecutive elements of the result.
struct Row {
  int64_t offset;                   // of the first element in the result
  int64_t length;                   // 1 to maxRow
  llvm::ArrayRef<int64_t> operands; // where the row starts in each operand
  llvm::ArrayRef<int64_t> strides;  // how far each operand's elements are apart
};

/// Calls fn for rows that cover a row-major result of this shape in order.
/// `strides` has one list of the result's rank for each operand. Dimensions
/// that can be walked as one are.
void forEachRow(llvm::ArrayRef<int64_t> shape,
                llvm::ArrayRef<llvm::SmallVector<int64_t>> strides,
                llvm::function_ref<void(const Row &)> fn);

/// A shape seen as outer x axis x inner.
struct AxisView {
  int64_t outer = 1, size = 1, inner = 1;
  AxisView(llvm::ArrayRef<int64_t> shape, int64_t axis);
};

} // namespace dlc::evaluate

#endif
