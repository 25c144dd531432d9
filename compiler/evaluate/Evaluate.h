//===- Evaluate.h - What nn ops compute, in plain loops -------------------===//
//
// The reference that constants are folded with and tests compare to. It shares
// nothing with code generation. Floats are computed in double and rounded once
// for each op; integers wrap.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_EVALUATE_EVALUATE_H
#define DLC_COMPILER_EVALUATE_EVALUATE_H

#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

namespace mlir {
class Operation;
namespace func {
class FuncOp;
} // namespace func
} // namespace mlir

namespace dlc::evaluate {

class Tensor;

/// Computes an nn op's results from its operands (in order, absent optional
/// ones left out). Fails, without a diagnostic, when the op is not one of nn's
/// or the values are outside what it is defined for.
mlir::LogicalResult
evaluateOp(mlir::Operation *op, llvm::ArrayRef<mlir::ElementsAttr> operands,
           llvm::SmallVectorImpl<mlir::ElementsAttr> &results);

/// The same on tensors, which need no attributes.
mlir::LogicalResult evaluateOp(mlir::Operation *op,
                               llvm::ArrayRef<Tensor> operands,
                               llvm::SmallVectorImpl<Tensor> &results);

/// Runs a function of nn ops, constants and calls of such functions. An error
/// is reported at the op that cannot be evaluated.
mlir::LogicalResult evaluateFunction(mlir::func::FuncOp function,
                                     llvm::ArrayRef<Tensor> inputs,
                                     llvm::SmallVectorImpl<Tensor> &results);

} // namespace dlc::evaluate

#endif
