//===- CheckTypes.h - Element types of a node's operands ------------------===//

#ifndef DLC_COMPILER_IMPORT_CHECKTYPES_H
#define DLC_COMPILER_IMPORT_CHECKTYPES_H

#include "mlir/IR/Location.h"
#include "mlir/IR/Value.h"

namespace onnx {
class NodeProto;
} // namespace onnx

namespace dlc::import {

/// Fails when an operand has an element type that ONNX's definition of the
/// operator does not take, or when operands that must agree in type do not.
/// Import functions then need not look at types.
void checkOperandTypes(mlir::Location loc, const onnx::NodeProto &node,
                       int64_t opset, llvm::ArrayRef<mlir::Value> operands);

} // namespace dlc::import

#endif
