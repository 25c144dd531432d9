//===- ModelMutator.h - Small changes to a parsed model -------------------===//
//
// Changed bytes seldom are a model again; these changes mostly are, and reach
// what stands behind the parser: attributes at their extremes, other types,
// ranks and sizes, inputs dropped and swapped, other operator sets.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_TEST_FUZZ_MODELMUTATOR_H
#define DLC_TEST_FUZZ_MODELMUTATOR_H

#include "onnx/onnx_pb.h"

#include "llvm/ADT/StringRef.h"

#include <random>

namespace dlc::fuzz {

/// The same seed makes the same changes to the same model, on any machine.
class ModelMutator {
public:
  ModelMutator(onnx::ModelProto &model, unsigned seed)
      : model(model), graph(*model.mutable_graph()), random(seed) {}

  /// One change.
  void mutate();

private:
  int below(int limit) {
    return static_cast<int>(random() % static_cast<unsigned>(limit));
  }
  /// True once in `times`.
  bool oneIn(int times) { return below(times) == 0; }

  int64_t integer();
  /// As integer(), but mostly one that a small model can do with.
  int64_t size();
  float real();
  std::string text();
  std::string oneOf(llvm::StringRef words);
  onnx::NodeProto *anyNode();

  void changeAttribute();
  void addAttribute();
  void changeAttributeValue(onnx::AttributeProto &attribute);
  void changeShape(onnx::ValueInfoProto &value);
  void changeShapes();
  void changeRank();
  void rewire();
  void changeOutputs();
  void changeInitializer();
  void changeTensor(onnx::TensorProto &tensor);
  void makeConstant();
  void fill(onnx::TensorProto &tensor, int64_t elements);
  void changeOperator();
  void append();

  onnx::ModelProto &model;
  onnx::GraphProto &graph;
  std::minstd_rand random;
};

} // namespace dlc::fuzz

#endif // DLC_TEST_FUZZ_MODELMUTATOR_H
