//===- LoopBody.h - The body of a Scan or Loop ----------------------------===//

#ifndef DLC_COMPILER_IMPORT_LOOPBODY_H
#define DLC_COMPILER_IMPORT_LOOPBODY_H

#include "compiler/import/GraphImporter.h"

namespace dlc::import {

/// Imports a body as often as it is run. Its initializers and Constant nodes
/// become constants once, for all rounds.
class LoopBody {
public:
  LoopBody(GraphImporter &graph, onnx::GraphProto &body, Scope &outer);

  int numInputs() const;
  int numOutputs() const;
  /// One round: the outputs for these inputs.
  llvm::SmallVector<mlir::Value> run(llvm::ArrayRef<mlir::Value> inputs);

private:
  GraphImporter &graph;
  onnx::GraphProto &body;
  /// Around each round's own names.
  Scope constants;
};

} // namespace dlc::import

#endif
