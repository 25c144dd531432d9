//===- CheckGraph.h - Names and forms of a model's nodes ------------------===//
//
// What ONNX's checker finds too, but reports in terms of its own
// implementation. These checks run first and say which node, which tensor and
// what to do.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_IMPORT_CHECKS_CHECKGRAPH_H
#define DLC_COMPILER_IMPORT_CHECKS_CHECKGRAPH_H

#include "compiler/import/OpSets.h"
#include "mlir/IR/Location.h"

namespace onnx {
class ModelProto;
class NodeProto;
} // namespace onnx

namespace dlc::import {

/// Every name is made once, by an input, an initializer or a node, before it
/// is read; every node, of branches and of functions too, has the form that
/// `checkForm` asks for. The main graph's nodes are sorted.
void checkGraph(mlir::Location loc, const onnx::ModelProto &model);

/// The node has the inputs, outputs and attributes that its operator's
/// definition names, as many as it allows and of the types it gives them.
void checkForm(mlir::Location loc, const onnx::NodeProto &node,
               const OpSets &opsets);

} // namespace dlc::import

#endif
