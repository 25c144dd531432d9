//===- Node.h - An ONNX node while it is imported -------------------------===//

#ifndef DLC_COMPILER_IMPORT_NODE_H
#define DLC_COMPILER_IMPORT_NODE_H

#include "compiler/import/Build.h"
#include "llvm/ADT/StringSet.h"

namespace onnx {
class AttributeProto;
class GraphProto;
class NodeProto;
class TensorProto;
} // namespace onnx

namespace dlc::import {

class GraphImporter;
struct Scope;

/// What an import function sees of its node: operands as values, attributes
/// with their defaults, and where the results go. It builds ops at the node's
/// location. Whatever is wrong ends the import with a diagnostic.
class Node : public Build {
public:
  Node(GraphImporter &graph, Scope &scope, onnx::NodeProto &proto,
       int64_t opset, mlir::OpBuilder &builder, mlir::Location loc,
       llvm::ArrayRef<mlir::Value> operands);

  llvm::StringRef op() const;
  /// Version of the operator set that the node's operator comes from.
  int64_t opset() const { return version; }

  [[noreturn]] void fail(const llvm::Twine &message) const {
    import::fail(loc(), message);
  }

  // Operands. An optional operand that is left out is absent.
  unsigned numInputs() const { return operands.size(); }
  bool has(unsigned i) const { return i < operands.size() && operands[i]; }
  mlir::Value in(unsigned i = 0) const;
  /// All operands, none of which may be absent.
  llvm::ArrayRef<mlir::Value> allInputs() const;
  llvm::ArrayRef<int64_t> shape(unsigned i = 0) const { return shapeOf(in(i)); }
  mlir::Type element(unsigned i = 0) const { return elementOf(in(i)); }
  int64_t rank(unsigned i = 0) const { return rankOf(in(i)); }

  // Operands that must be known when compiling (shapes, axes, bounds).
  bool isConstant(unsigned i) const;
  Ints constantInts(unsigned i) const;
  llvm::SmallVector<double> constantFloats(unsigned i) const;
  int64_t constantInt(unsigned i) const;
  double constantFloat(unsigned i) const;

  // Attributes.
  bool hasAttr(llvm::StringRef name) const { return attribute(name); }
  int64_t intAttr(llvm::StringRef name, int64_t absent) const;
  double floatAttr(llvm::StringRef name, double absent) const;
  bool boolAttr(llvm::StringRef name, bool absent) const {
    return intAttr(name, absent) != 0;
  }
  std::string stringAttr(llvm::StringRef name, llvm::StringRef absent) const;
  Ints intsAttr(llvm::StringRef name) const;
  llvm::SmallVector<double> floatsAttr(llvm::StringRef name) const;
  llvm::SmallVector<std::string> stringsAttr(llvm::StringRef name) const;
  /// The value of a tensor attribute, which it loses.
  mlir::ElementsAttr takeTensorAttr(llvm::StringRef name);
  mlir::ElementsAttr takeTensor(onnx::TensorProto &tensor);
  /// An element type named by its TensorProto::DataType.
  mlir::Type typeAttr(llvm::StringRef name, mlir::Type absent) const;
  onnx::AttributeProto *attribute(llvm::StringRef name) const;
  /// Names attributes that do not change what is computed here.
  void ignore(std::initializer_list<llvm::StringRef> names) const {
    for (llvm::StringRef name : names)
      attribute(name);
  }
  /// Fails when the node has an attribute that nobody asked for: a later
  /// operator set may give it a meaning.
  void checkAttributesUsed() const;

  /// Integers that were an attribute in older operator sets and are an operand
  /// in newer ones; nullopt when neither is there.
  std::optional<Ints> intsFrom(unsigned operand, llvm::StringRef name) const;

  /// `axis` counted from the front; fails outside [-rank, rank).
  int64_t axis(int64_t axis, int64_t rank) const;
  /// Sorted, different, counted from the front.
  Ints axes(llvm::ArrayRef<int64_t> axes, int64_t rank) const;

  // Results.
  unsigned numOutputs() const;
  /// Whether somebody may use output `i`.
  bool wants(unsigned i) const;
  void set(unsigned i, mlir::Value value);
  void set(mlir::Value value) { set(0, value); }
  llvm::ArrayRef<mlir::Value> results() const { return outputs; }

  /// Imports a branch of the node in place; gives its outputs.
  llvm::SmallVector<mlir::Value> importBranch(onnx::GraphProto &branch);

private:
  GraphImporter &graph;
  Scope &scope;
  onnx::NodeProto &proto;
  int64_t version;
  llvm::SmallVector<mlir::Value> operands;
  llvm::SmallVector<mlir::Value> outputs;
  mutable llvm::StringSet<> attributesUsed;

  std::string inputName(unsigned i) const;
  mlir::ElementsAttr constantInput(unsigned i) const;
};

} // namespace dlc::import

#endif
