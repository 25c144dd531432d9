//===- CheckModel.h - What must hold before nodes are imported ------------===//

#ifndef DLC_COMPILER_IMPORT_CHECKMODEL_H
#define DLC_COMPILER_IMPORT_CHECKMODEL_H

#include "mlir/IR/Location.h"
#include "llvm/ADT/StringMap.h"
#include <string>

namespace onnx {
class ModelProto;
class NodeProto;
class TensorProto;
} // namespace onnx

namespace dlc::import {

/// The node's name, or one made from its operator and place when it has none.
std::string nodeName(const onnx::NodeProto &node, unsigned index);

/// Fails with one diagnostic that lists every node whose operator dlc cannot
/// import, in branches and functions too.
void checkOperators(mlir::Location loc, const onnx::ModelProto &model);

/// Puts the nodes in an order where producers come first; fails when they form
/// a cycle. ONNX demands this order, but not all exporters keep it.
void sortNodes(mlir::Location loc, onnx::ModelProto &model);

/// The operator set and the version of the format are known.
void checkVersions(mlir::Location loc, const onnx::ModelProto &model);

/// ONNX's checker, behind what `checkGraph` says better. Leaves the model as it
/// is.
void checkModel(mlir::Location loc, onnx::ModelProto &model);

/// The oldest operator set whose definitions the import functions follow.
constexpr int64_t kOldestOpset = 7;

/// Converts a model to an operator set when it is older. Its initializers are
/// stubs for `weights`.
void liftModel(mlir::Location loc, onnx::ModelProto &model,
               const llvm::StringMap<onnx::TensorProto *> &weights,
               int64_t opset = kOldestOpset);

} // namespace dlc::import

#endif
