//===- LoopBody.h - The body of a Scan, Loop or If ------------------------===//

#ifndef DLC_COMPILER_IMPORT_LOOPBODY_H
#define DLC_COMPILER_IMPORT_LOOPBODY_H

#include "compiler/import/GraphImporter.h"

namespace dlc::import {

/// What is known of a condition.
std::optional<bool> knownCondition(mlir::Value condition);

/// Imports a body, or a branch of an If, as often as it is run. Its
/// initializers and Constant nodes become constants once, for all rounds.
class LoopBody {
public:
  LoopBody(GraphImporter &graph, onnx::GraphProto &body, Scope &outer);

  int numInputs() const;
  int numOutputs() const;
  /// One round: the outputs for these inputs.
  llvm::SmallVector<mlir::Value> run(llvm::ArrayRef<mlir::Value> inputs);
  /// The same where it depends on the network whether the round takes place:
  /// the outputs are tensors of numbers, all of which are meant.
  llvm::SmallVector<mlir::Value> runPerhaps(llvm::ArrayRef<mlir::Value> inputs,
                                            const Node &node);
  /// Whether a Loop's condition is true, and after each round as well: rounds
  /// hand it on, or a value from outside of them. What nodes of the body
  /// compute is not looked at.
  bool staysTrue(mlir::Value condition);
  /// Of all loops of the model.
  Rounds &rounds() const { return graph.rounds; }

private:
  GraphImporter &graph;
  onnx::GraphProto &body;
  /// Around each round's own names.
  Scope constants;
};

} // namespace dlc::import

#endif
