//===- Functions.h - Operators defined by other operators -----------------===//

#ifndef DLC_COMPILER_IMPORT_FUNCTIONS_H
#define DLC_COMPILER_IMPORT_FUNCTIONS_H

#include "mlir/IR/Value.h"
#include "llvm/ADT/StringMap.h"
#include <optional>

namespace onnx {
class FunctionProto;
class ModelProto;
class NodeProto;
} // namespace onnx

namespace dlc::import {

/// The functions a model defines, and those ONNX defines.
class FunctionTable {
public:
  explicit FunctionTable(const onnx::ModelProto &model);

  /// The model's own function that a node calls, or null.
  const onnx::FunctionProto *local(const onnx::NodeProto &node) const;

  /// The body by which ONNX defines the node's operator, null if it does not.
  /// A body that depends on the operands' types is left out.
  static const onnx::FunctionProto *builtIn(const onnx::NodeProto &node,
                                            int64_t opset);
  /// Whether ONNX makes a body when it sees the operands' types.
  static bool builtInByType(const onnx::NodeProto &node, int64_t opset);

  /// The body to import instead of the node, its attributes bound; nullopt
  /// when there is none.
  std::optional<onnx::FunctionProto>
  body(const onnx::NodeProto &node, int64_t opset,
       llvm::ArrayRef<mlir::Value> operands) const;

private:
  llvm::StringMap<const onnx::FunctionProto *> functions;
};

} // namespace dlc::import

#endif
