//===- Graph.h - An ONNX graph as plain data --------------------*- C++ -*-===//
//
// For tools that rewrite a user's model and hand ONNX back. What is not
// described here (attributes of other types, bodies of control flow, functions)
// stays in the model that a graph comes from, and is written again as it was.
// Copies are cheap: constants are shared.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_IMPORT_EDIT_GRAPH_H
#define DLC_COMPILER_IMPORT_EDIT_GRAPH_H

#include "mlir/IR/MLIRContext.h"
#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace dlc::import {

/// As TensorProto.DataType numbers them.
enum class DataType : int32_t {
  Float = 1,
  UInt8 = 2,
  Int8 = 3,
  UInt16 = 4,
  Int16 = 5,
  Int32 = 6,
  Int64 = 7,
  UInt4 = 21,
  Int4 = 22,
};

/// Row-major, in the host's byte order; a number of 4 bits in a byte of its
/// own.
struct GraphTensor {
  DataType type = DataType::Float;
  std::vector<int64_t> shape;
  std::vector<char> bytes;

  int64_t size() const;
  /// Of a float tensor.
  std::vector<float> floats() const;
};
using Constant = std::shared_ptr<const GraphTensor>;

Constant floatConstant(std::vector<int64_t> shape,
                       llvm::ArrayRef<float> values);
/// Each number is stored in the bytes of `type`, which must hold it.
Constant integerConstant(DataType type, std::vector<int64_t> shape,
                         llvm::ArrayRef<int32_t> values);

struct GraphNode {
  std::string name, op, domain;
  std::vector<std::string> inputs, outputs;
  std::map<std::string, int64_t> ints;
  std::map<std::string, std::vector<int64_t>> lists;
  std::map<std::string, float> reals;
  std::map<std::string, std::string> texts;
  /// Names from outside that the bodies of its branches read.
  std::vector<std::string> captured;
  /// Its number in the model it comes from, whose attributes it keeps; none
  /// for a node that has been added, which has those above.
  std::optional<int> origin;

  bool is(llvm::StringRef what) const { return domain.empty() && op == what; }
  /// An input's name; empty where it is left out.
  const std::string &in(size_t i) const;
  int64_t intOr(const std::string &key, int64_t absent) const;
  float realOr(const std::string &key, float absent) const;
};

/// An input or output; the type and shape of one that the model has are
/// written as they were.
struct GraphValue {
  std::string name;
  bool isOwn = true; ///< the model has it
  /// Of a float input that has been added.
  std::vector<int64_t> shape = {};
};

class Source; // the model, which protobuf holds

class Graph {
public:
  std::vector<GraphNode> nodes; ///< producers before consumers
  std::vector<GraphValue> inputs, outputs;
  /// Initializers and the values of Constant nodes, which are no nodes here.
  std::map<std::string, Constant> constants;
  /// Version of ONNX's own operators.
  int64_t opset = 0;
  std::shared_ptr<const Source> source;

  /// Float numbers of a constant; null if `name` is none.
  Constant floatsOf(const std::string &name) const;
  bool isOutput(const std::string &name) const;
  /// A name beginning with `wish` that nothing has.
  std::string freshName(const std::string &wish) const;
  /// Every name that a node or the graph itself reads.
  std::set<std::string> used() const;
  /// Node by the tensor it computes, and the nodes that read a tensor.
  std::map<std::string, size_t> producers() const;
  std::map<std::string, std::vector<size_t>> consumers() const;
};

/// The graph with these tensors as further outputs.
Graph withOutputs(Graph graph, llvm::ArrayRef<std::string> names);

/// What computes `outputs` from those of the `inputs`, float ones of these
/// shapes or the graph's own, that it needs: a network of its own.
Graph extract(const Graph &graph, llvm::ArrayRef<GraphValue> inputs,
              llvm::ArrayRef<std::string> outputs);

/// Reads a model that importModel takes. One of an older operator set than
/// `opset` is lifted to it. Diagnostics go to the context.
mlir::FailureOr<Graph> readGraph(mlir::MLIRContext &context,
                                 const std::string &file, int64_t opset);

/// The serialised model.
std::string writeGraph(const Graph &graph);

} // namespace dlc::import

#endif
