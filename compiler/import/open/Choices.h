//===- Choices.h - What an operand says when the network runs ---*- C++ -*-===//
//
// Operands that ONNX lets come with the data (axes, starts), where no shape
// depends on them. There are few ways to compute the node then; all are built,
// and one of them is computed.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_IMPORT_OPEN_CHOICES_H
#define DLC_COMPILER_IMPORT_OPEN_CHOICES_H

#include "compiler/import/Node.h"

namespace dlc::import {

/// Integers of operand `operand`, counted from the end where they are negative,
/// as i32 in [0, size): one that is outside becomes the nearest.
mlir::Value openPositions(Node &n, unsigned operand, int64_t size);

/// The result that `build(i)` makes for the `keys[i]` that `key`, one i32
/// without dimensions, is when the network runs; the last for a key that is
/// none of these. All have one type.
mlir::Value chooseByKey(Build &build, mlir::Value key,
                        llvm::ArrayRef<int64_t> keys,
                        llvm::function_ref<mlir::Value(size_t)> result);

/// The node's result for the axis of a tensor of `rank` that operand `operand`
/// holds, one number, which may come when the network runs. `shapeFor` says
/// what shape the result has for an axis: axes with another one than the model
/// declares are not possible, and of the others it must be the same. Only the
/// first `axes` are.
mlir::Value alongOpenAxis(Node &n, unsigned operand, int64_t rank, int64_t axes,
                          llvm::function_ref<Ints(int64_t)> shapeFor,
                          llvm::function_ref<mlir::Value(int64_t)> compute);

/// Whether axes that are no constant leave one shape; the sets of `count` axes
/// that are possible then.
std::optional<std::vector<Ints>>
openAxisSets(Node &n, int64_t rank, int64_t count,
             llvm::function_ref<Ints(llvm::ArrayRef<int64_t>)> shapeFor);

/// The node's result for the set of axes that operand `operand` holds, one of
/// `sets`.
mlir::Value
alongOpenAxes(Node &n, unsigned operand, int64_t rank,
              const std::vector<Ints> &sets,
              llvm::function_ref<mlir::Value(llvm::ArrayRef<int64_t>)> compute);

} // namespace dlc::import

#endif
