//===- GraphImporter.h - Walks a checked model and builds main ------------===//

#ifndef DLC_COMPILER_IMPORT_GRAPHIMPORTER_H
#define DLC_COMPILER_IMPORT_GRAPHIMPORTER_H

#include "compiler/import/Bounds.h"
#include "compiler/import/Import.h"
#include "compiler/import/OpSets.h"
#include "compiler/import/model/Functions.h"
#include "compiler/import/model/Rounds.h"
#include "dialects/nn/NodeLocation.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringMap.h"

namespace onnx {
class GraphProto;
class ModelProto;
class NodeProto;
class TensorProto;
} // namespace onnx

namespace dlc::import {

class LoopBody;
class Node;

/// The constants that initializers have become.
using TakenConstants =
    llvm::DenseMap<const onnx::TensorProto *, mlir::ElementsAttr>;

/// Names that are visible in a graph, a branch or a function body.
struct Scope {
  explicit Scope(const OpSets &opsets) : opsets(opsets) {}

  const OpSets &opsets;
  /// Whose nodes are imported; none for a function's body.
  const onnx::GraphProto *graph = nullptr;
  /// The graph around a branch; a function body sees nothing outside.
  Scope *outer = nullptr;
  /// The node whose function body this is. Nodes of a function that the model
  /// defines are named below it; those of ONNX's own are it.
  std::optional<nn::NodeRef> caller;
  bool builtIn = false;
  llvm::StringMap<mlir::Value> values;
  /// Initializers that no node has used yet.
  llvm::StringMap<onnx::TensorProto *> initializers;
};

class GraphImporter {
public:
  /// Initializers of the main graph come from `weights` when it holds one of
  /// their name. `folder` is where external data lies; empty refuses it.
  GraphImporter(mlir::ModuleOp module, onnx::ModelProto &model,
                llvm::StringMap<onnx::TensorProto *> weights,
                const ImportOptions &options, std::string folder);

  /// Tensors of `weights` are not taken twice: what they have become is kept
  /// in `taken` and found there.
  void keepConstants(TakenConstants &taken) { kept = &taken; }

  /// Builds `main`; throws ImportStopped after an error.
  void run();

  /// Imports a branch of an If that is known to be taken.
  llvm::SmallVector<mlir::Value> importBranch(onnx::GraphProto &branch,
                                              Scope &outer);
  const std::string &folder() const { return dataFolder; }
  bool makesSpectra() const { return options.spectra; }
  /// The sizes that the network computes.
  Bounds &sizes() { return bounds; }
  /// Those of the results of the node that is being imported, by number.
  llvm::SmallVectorImpl<std::pair<unsigned, Bound>> &newBounds() {
    return resultBounds;
  }
  /// The strings that a value's elements are positions in; none for numbers.
  llvm::ArrayRef<std::string> stringsOf(mlir::Value value) const {
    auto found = strings.find(value);
    return found == strings.end() ? llvm::ArrayRef<std::string>()
                                  : llvm::ArrayRef(found->second);
  }

private:
  friend class LoopBody;

  void importNodes(onnx::GraphProto &graph, Scope &scope);
  void importNode(onnx::NodeProto &proto, Scope &scope, unsigned index);
  void importFunctionCall(onnx::NodeProto &call, Node &node, Scope &scope,
                          const nn::NodeRef &ref,
                          llvm::ArrayRef<mlir::Value> operands);
  nn::NodeRef refFor(const onnx::NodeProto &proto, const Scope &scope,
                     unsigned index) const;
  void checkEmpty(const onnx::GraphProto &graph, llvm::StringRef input);
  void leaveOut(llvm::StringRef kind, llvm::StringRef name);
  void markFrames(const onnx::GraphProto &graph);
  mlir::ElementsAttr constantOf(mlir::Location loc, onnx::TensorProto &tensor);
  void addInitializers(onnx::GraphProto &graph, Scope &scope);
  mlir::Value lookup(llvm::StringRef name, Scope &scope, mlir::Location loc);
  void checkStrings(const onnx::NodeProto &proto, mlir::Location loc,
                    llvm::ArrayRef<mlir::Value> operands) const;
  void keepStrings(const onnx::NodeProto &proto, const Node &node,
                   llvm::ArrayRef<mlir::Value> operands,
                   llvm::ArrayRef<mlir::Value> results);
  void fold(Node &node, mlir::Operation *before,
            llvm::SmallVectorImpl<mlir::Value> &results);
  void followBounds(const onnx::NodeProto &proto, const Node &node,
                    llvm::ArrayRef<mlir::Value> operands,
                    mlir::Block::iterator first);
  /// Makes `results` those of @main, with their names, and those that follow
  /// from them behind.
  void nameResults(onnx::GraphProto &graph,
                   llvm::SmallVectorImpl<mlir::Value> &results);
  void addWatched(onnx::GraphProto &graph, const Scope &scope);
  void finish(onnx::GraphProto &graph, Scope &scope);

  mlir::ModuleOp module;
  onnx::ModelProto &model;
  llvm::StringMap<onnx::TensorProto *> weights;
  TakenConstants *kept = nullptr;
  const ImportOptions &options;
  std::string dataFolder;
  mlir::OpBuilder builder;
  mlir::func::FuncOp main;
  /// Never gone through in its order.
  llvm::DenseMap<mlir::Value, llvm::SmallVector<std::string>> strings;
  Bounds bounds;
  llvm::SmallVector<std::pair<unsigned, Bound>> resultBounds;
  /// How many bodies of loops are around.
  unsigned loops = 0;
  Rounds rounds;
  FunctionTable functions;
  OpSets modelOpsets;
  uint64_t nodesImported = 0;
  unsigned depth = 0;
};

} // namespace dlc::import

#endif
