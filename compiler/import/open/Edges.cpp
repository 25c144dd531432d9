//===- Edges.cpp - A model's inputs and outputs of another kind -----------===//
//
// Those whose frames come a few a call, and those that have no elements.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/Error.h"
#include "compiler/import/GraphImporter.h"
#include "compiler/import/model/BindShapes.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/Notes.h"
#include "dialects/nn/state/Declarations.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace dlc::import {

/// Fails where something else than an operator that is defined for an input of
/// no elements takes it.
void GraphImporter::checkEmpty(const onnx::GraphProto &graph, StringRef input) {
  for (const onnx::NodeProto &node : graph.node())
    if (llvm::is_contained(node.input(), input) &&
        node.op_type() != "CausalConvWithState" && node.op_type() != "Concat")
      fail(module.getLoc(), "input '" + input +
                                "' has a dimension of size 0; a network cannot "
                                "compute on empty tensors");
}

/// Says that an edge of the model is none of the network.
void GraphImporter::leaveOut(StringRef kind, StringRef name) {
  nn::addNote(module, kind + " '" + name +
                          "' has no elements and is left out of the network");
}

/// The inputs that have the dimension whose frames come a few a call.
void GraphImporter::markFrames(const onnx::GraphProto &graph) {
  bool found = false;
  std::string known;
  for (unsigned i = 0; i < main.getNumArguments(); ++i) {
    std::string name = nn::nameAttr.getAt(main, i).str();
    known += (known.empty() ? "" : ", ") + name;
    std::optional<int64_t> axis = axisOf(graph, name, options.frames);
    if (!axis)
      continue;
    nn::framesAttr.setAt(main, i, builder.getI64IntegerAttr(*axis));
    found = true;
  }
  if (!found)
    fail(module.getLoc(),
         "--stream axis=" + options.frames +
             ": no input has this dimension; write the name of a dynamic one, "
             "or <input>.<axis>; the inputs are: " +
             known);
}

} // namespace dlc::import
