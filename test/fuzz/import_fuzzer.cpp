//===- import_fuzzer.cpp - Any bytes through the importer -----------------===//
//
// libFuzzer target. Half of the mutations are made on the parsed model, since
// changed bytes seldom are a model again.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/Import.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "onnx/onnx_pb.h"
#include <cstdlib>
#include <memory>
#include <random>

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize);

namespace {
/// A context for a number of runs: it takes longer to make than a model to
/// import, and it keeps every constant that it has seen.
mlir::MLIRContext &contextForRun() {
  constexpr int kRuns = 100;
  static std::unique_ptr<mlir::MLIRContext> context;
  static int runs = 0;
  if (runs++ % kRuns == 0)
    context = std::make_unique<mlir::MLIRContext>(
        mlir::MLIRContext::Threading::DISABLED);
  return *context;
}
} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  mlir::MLIRContext &context = contextForRun();
  bool reported = false;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &d) {
    reported |= d.getSeverity() == mlir::DiagnosticSeverity::Error;
    return mlir::success();
  });
  llvm::StringRef bytes(reinterpret_cast<const char *>(data), size);
  auto module =
      dlc::import::importModelFromMemory(context, bytes, {"fuzz.onnx", {}});
  // A refusal says why, and what says no error gives a module.
  if (static_cast<bool>(module) == reported)
    std::abort();
  return 0;
}

namespace {
class ModelMutator {
public:
  ModelMutator(onnx::ModelProto &model, unsigned seed)
      : model(model), graph(*model.mutable_graph()), random(seed) {}

  void mutate() {
    switch (below(8)) {
    case 0:
      return changeAttribute();
    case 1:
      return changeShape();
    case 2:
      return rewire();
    case 3:
      return changeInitializer();
    case 4:
      if (onnx::NodeProto *node = anyNode())
        *graph.add_node() = *node;
      return;
    case 5:
      if (graph.node_size() > 0)
        graph.mutable_node()->SwapElements(below(graph.node_size()),
                                           below(graph.node_size()));
      return;
    case 6:
      if (onnx::NodeProto *node = anyNode())
        if (onnx::NodeProto *other = anyNode())
          node->set_op_type(other->op_type());
      return;
    default:
      for (auto &opset : *model.mutable_opset_import())
        opset.set_version(1 + below(26));
    }
  }

private:
  int below(int limit) {
    return static_cast<int>(random() % static_cast<unsigned>(limit));
  }

  int64_t number() {
    static const int64_t interesting[] = {
        0,  1,         -1,        2,         3,         7,         -2,
        64, INT64_MAX, INT64_MIN, 1LL << 31, 1LL << 32, 1LL << 62, 1000000};
    return interesting[below(std::size(interesting))];
  }

  onnx::NodeProto *anyNode() {
    return graph.node_size() ? graph.mutable_node(below(graph.node_size()))
                             : nullptr;
  }

  void changeAttribute() {
    onnx::NodeProto *node = anyNode();
    if (!node || node->attribute_size() == 0)
      return;
    onnx::AttributeProto &attribute =
        *node->mutable_attribute(below(node->attribute_size()));
    if (attribute.ints_size() && below(2))
      attribute.set_ints(below(attribute.ints_size()), number());
    else if (attribute.ints_size())
      below(2) ? attribute.add_ints(number())
               : attribute.mutable_ints()->RemoveLast();
    else if (attribute.has_f())
      attribute.set_f(static_cast<float>(number()));
    else if (attribute.has_i())
      attribute.set_i(number());
    else
      node->mutable_attribute()->RemoveLast();
  }

  void changeShape() {
    if (graph.input_size() == 0)
      return;
    auto &type = *graph.mutable_input(below(graph.input_size()))
                      ->mutable_type()
                      ->mutable_tensor_type();
    auto &shape = *type.mutable_shape();
    switch (below(4)) {
    case 0:
      return type.set_elem_type(below(20));
    case 1:
      return shape.add_dim()->set_dim_value(1 + below(4));
    case 2:
      if (shape.dim_size())
        shape.mutable_dim()->RemoveLast();
      return;
    default:
      if (shape.dim_size())
        shape.mutable_dim(below(shape.dim_size()))->set_dim_value(number());
    }
  }

  void rewire() {
    onnx::NodeProto *to = anyNode(), *from = anyNode();
    if (!to || to->input_size() == 0)
      return;
    std::string name;
    if (below(4) && from->output_size())
      name = from->output(below(from->output_size()));
    else if (below(2) && from->input_size())
      name = from->input(below(from->input_size()));
    below(4) ? to->set_input(below(to->input_size()), name)
             : to->add_input(name);
  }

  void changeInitializer() {
    if (graph.initializer_size() == 0)
      return;
    onnx::TensorProto &tensor =
        *graph.mutable_initializer(below(graph.initializer_size()));
    switch (below(4)) {
    case 0:
      return tensor.set_data_type(below(20));
    case 1:
      return tensor.add_dims(number());
    case 2:
      if (tensor.int64_data_size())
        tensor.set_int64_data(below(tensor.int64_data_size()), number());
      return;
    default:
      if (tensor.dims_size())
        tensor.set_dims(below(tensor.dims_size()), number());
    }
  }

  onnx::ModelProto &model;
  onnx::GraphProto &graph;
  std::minstd_rand random;
};
} // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size,
                                          size_t maxSize, unsigned seed) {
  onnx::ModelProto model;
  if (seed % 2 == 0 && model.ParseFromArray(data, static_cast<int>(size))) {
    ModelMutator(model, seed).mutate();
    std::string bytes = model.SerializeAsString();
    if (bytes.size() <= maxSize) {
      std::copy(bytes.begin(), bytes.end(), data);
      return bytes.size();
    }
  }
  return LLVMFuzzerMutate(data, size, maxSize);
}
