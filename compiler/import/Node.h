//===- Node.h - An ONNX node while it is imported -------------------------===//

#ifndef DLC_COMPILER_IMPORT_NODE_H
#define DLC_COMPILER_IMPORT_NODE_H

#include "compiler/import/Bounds.h"
#include "compiler/import/Build.h"
#include "compiler/import/checks/Range.h"
#include "llvm/ADT/StringSet.h"

namespace onnx {
class AttributeProto;
class GraphProto;
class NodeProto;
class TensorProto;
} // namespace onnx

namespace dlc::import {

class GraphImporter;
class LoopBody;
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

  // Operands that must be known when compiling (shapes, axes, bounds). Integers
  // come with the range of each.
  bool isConstant(unsigned i) const;
  mlir::ElementsAttr constantInput(unsigned i) const;
  Ints constantInts(unsigned i, Range allowed) const;
  llvm::SmallVector<double> constantFloats(unsigned i) const;
  int64_t constantInt(unsigned i, Range allowed) const;
  double constantFloat(unsigned i) const;

  // Attributes.
  bool hasAttr(llvm::StringRef name) const { return attribute(name); }
  int64_t intAttr(llvm::StringRef name, int64_t absent, Range allowed) const;
  double floatAttr(llvm::StringRef name, double absent) const;
  bool boolAttr(llvm::StringRef name, bool absent) const {
    return intAttr(name, absent, {0, 1}) != 0;
  }
  std::string stringAttr(llvm::StringRef name, llvm::StringRef absent) const;
  /// A string that must be one of `allowed`.
  std::string choiceAttr(llvm::StringRef name, llvm::StringRef absent,
                         std::initializer_list<llvm::StringRef> allowed) const;
  Ints intsAttr(llvm::StringRef name, Range allowed) const;
  llvm::SmallVector<double> floatsAttr(llvm::StringRef name) const;
  /// The floats of a tensor attribute, which keeps them.
  llvm::SmallVector<double> tensorFloatsAttr(llvm::StringRef name);
  llvm::SmallVector<std::string> stringsAttr(llvm::StringRef name) const;
  /// The value of a tensor attribute, which it loses.
  mlir::ElementsAttr takeTensorAttr(llvm::StringRef name);
  mlir::ElementsAttr takeTensor(onnx::TensorProto &tensor);
  /// The tensor of an attribute as a constant: of strings, the positions in
  /// the strings that come with it.
  std::pair<mlir::Value, llvm::SmallVector<std::string>>
  takeTensorOrStrings(llvm::StringRef name);
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
  /// in newer ones; nullopt when neither is there. An empty name is none.
  std::optional<Ints> intsFrom(unsigned operand, llvm::StringRef name,
                               Range allowed) const;

  // Axes, counted from the front in what these return.
  /// Attribute `name` as an axis of a tensor of `rank`.
  int64_t axisAttr(llvm::StringRef name, int64_t absent, int64_t rank) const;
  /// The same with `rank` itself allowed, as a place to cut the dimensions.
  int64_t cutAttr(llvm::StringRef name, int64_t absent, int64_t rank) const;
  /// Axes that `intsFrom` or `intsAttr` would give, in their order, each once.
  std::optional<Ints> axesFrom(unsigned operand, llvm::StringRef name,
                               int64_t rank) const;
  std::optional<Ints> axesAttr(llvm::StringRef name, int64_t rank) const;

  // For diagnostics.
  /// "input 'X'": an operand by its name in the operator's definition.
  std::string inputText(unsigned i) const;
  /// "attribute 'name'", or the operand when that is given.
  std::string sourceText(unsigned operand, llvm::StringRef name) const;
  /// Fails unless operand `i` has this shape; `why` ends the sentence.
  void requireShape(unsigned i, llvm::ArrayRef<int64_t> shape,
                    const llvm::Twine &why = "") const;
  void requireRank(unsigned i, Range ranks, const llvm::Twine &why = "") const;
  /// Fails when the number that comes from `source` lies outside.
  void require(int64_t value, Range allowed, const llvm::Twine &source,
               const llvm::Twine &why = "") const;

  // Results.
  unsigned numOutputs() const;
  /// Whether somebody may use output `i`.
  bool wants(unsigned i) const;
  void set(unsigned i, mlir::Value value);
  void set(mlir::Value value) { set(0, value); }
  llvm::ArrayRef<mlir::Value> results() const { return outputs; }

  // Strings. A tensor of them is one of i64: positions in a list.
  /// The list of an operand that holds strings, else none.
  llvm::ArrayRef<std::string> stringsOf(unsigned i) const;
  /// Says that output `i`, which is set, holds positions in `strings`, or of a
  /// map's values that its columns are called so.
  void setStrings(unsigned i, llvm::ArrayRef<std::string> strings);
  llvm::ArrayRef<llvm::SmallVector<std::string>> resultStrings() const {
    return outputStrings;
  }

  // Values that are no tensors (Sequences.h).
  /// Whether operand `i` is a sequence; its elements, or an error.
  bool isSequence(unsigned i) const;
  mlir::OperandRange sequence(unsigned i) const;
  /// Whether operand `i` is an optional value without an element.
  bool isNothing(unsigned i) const;
  void setSequence(unsigned i, llvm::ArrayRef<mlir::Value> elements);
  void setNothing(unsigned i);

  // Sizes that the network computes.
  /// The bound of an operand.
  std::optional<Bound> boundOf(unsigned i) const;
  /// Says that of output `i`, which is set, only the first elements along an
  /// axis are meant, as many as `count` says when the network runs.
  void setBound(unsigned i, int64_t axis, mlir::Value count);

  /// Whether a transform of frames may be nn.spectrum.
  bool makesSpectra() const;

  // What the model declares of its values (value_info).
  /// The shape of output `i`, -1 for sizes that are left open.
  std::optional<Ints> declaredShape(unsigned i) const;
  /// Whether the declaration of output `i`, if there is one, allows `shape`.
  bool mayHaveShape(unsigned i, llvm::ArrayRef<int64_t> shape) const;

  /// Imports a branch of the node in place; gives its outputs.
  llvm::SmallVector<mlir::Value> importBranch(onnx::GraphProto &branch);
  /// The graph in an attribute, to be imported for each round of a loop.
  LoopBody loopBody(llvm::StringRef name);

private:
  GraphImporter &graph;
  Scope &scope;
  onnx::NodeProto &proto;
  int64_t version;
  llvm::SmallVector<mlir::Value> operands;
  llvm::SmallVector<mlir::Value> outputs;
  llvm::SmallVector<llvm::SmallVector<std::string>> outputStrings;
  mutable llvm::StringSet<> attributesUsed;

  Ints orderedAxes(Ints axes, int64_t rank, const llvm::Twine &source) const;
};

} // namespace dlc::import

#endif
