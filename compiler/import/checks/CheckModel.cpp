//===- CheckModel.cpp - ONNX's checker and version converter --------------===//

#include "compiler/import/checks/CheckModel.h"
#include "compiler/import/Error.h"
#include "compiler/import/OpSets.h"
#include "onnx/checker.h"
#include "onnx/defs/schema.h"
#include "onnx/onnx_pb.h"
#include "onnx/version_converter/convert.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

namespace dlc::import {

namespace {
/// The library's messages span lines and end in a context line.
std::string oneLine(llvm::StringRef message) {
  std::string line;
  llvm::SmallVector<llvm::StringRef> parts;
  message.split(parts, '\n', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef part : parts) {
    part.consume_front("==> Context: ");
    line += (line.empty() ? "" : "; ") + part.trim().str();
  }
  return line;
}

/// What the version converter says, without its source file and the condition
/// that failed there. Its versions have a '$' in front.
std::string wordsOfConverter(llvm::StringRef message) {
  auto [assertion, words] = message.split("` failed: ");
  if (!words.empty())
    message = words;
  else if (assertion.contains("Assertion `"))
    message = "something in it has no counterpart";
  std::string line = oneLine(message);
  llvm::erase(line, '$');
  return line;
}

int64_t defaultOpset(const onnx::ModelProto &model) {
  return OpSets(model.opset_import()).version("");
}
} // namespace

void checkVersions(mlir::Location loc, const onnx::ModelProto &model) {
  int64_t version = defaultOpset(model);
  const auto &known =
      onnx::OpSchemaRegistry::DomainToVersionRange::Instance().Map().at(
          onnx::ONNX_DOMAIN);
  // A model may do without ONNX's own domain.
  bool usesDefault = llvm::any_of(model.graph().node(), [](const auto &node) {
    return OpSets::canonical(node.domain()).empty();
  });
  if ((version < 1 && usesDefault) || version < 0 || version > known.second)
    fail(loc, "the model needs ONNX operator set " + llvm::Twine(version) +
                  ", but this compiler knows 1 to " +
                  llvm::Twine(known.second) + "; export it for one of these");
  if (model.ir_version() < 1 || model.ir_version() > onnx::IR_VERSION)
    fail(loc, "the model has IR version " + llvm::Twine(model.ir_version()) +
                  ", but this compiler knows 1 to " +
                  llvm::Twine(static_cast<int>(onnx::IR_VERSION)) +
                  "; save it with one of these");
}

namespace {
/// Outputs may be declared without a shape, or not at all: it follows from the
/// graph. The checker wants one, so while this lives such outputs have the
/// shape of a scalar.
class OutputShapes {
public:
  explicit OutputShapes(onnx::GraphProto &graph) : graph(graph) {
    declared = graph.output();
    for (onnx::ValueInfoProto &output : *graph.mutable_output()) {
      if (output.type().value_case() != onnx::TypeProto::VALUE_NOT_SET &&
          output.type().value_case() != onnx::TypeProto::kTensorType)
        continue;
      auto *tensor = output.mutable_type()->mutable_tensor_type();
      if (!tensor->has_elem_type())
        tensor->set_elem_type(onnx::TensorProto::FLOAT);
      tensor->mutable_shape();
    }
  }
  ~OutputShapes() { graph.mutable_output()->Swap(&declared); }

private:
  onnx::GraphProto &graph;
  google::protobuf::RepeatedPtrField<onnx::ValueInfoProto> declared;
};
} // namespace

void checkModel(mlir::Location loc, onnx::ModelProto &model) {
  OutputShapes shapes(*model.mutable_graph());
  try {
    onnx::checker::check_model(model, /*full_check=*/false,
                               /*skip_opset_compatibility_check=*/true);
  } catch (const std::exception &error) {
    fail(loc, "the model breaks ONNX's rules: " + oneLine(error.what()));
  }
}

void liftModel(mlir::Location loc, onnx::ModelProto &model,
               const llvm::StringMap<onnx::TensorProto *> &weights,
               int64_t opset) {
  int64_t version = defaultOpset(model);
  if (version == 0 || version >= opset)
    return;
  // To the converter weights are inputs: it infers shapes from their types and
  // has no use for their values.
  google::protobuf::RepeatedPtrField<onnx::TensorProto> stubs;
  stubs.Swap(model.mutable_graph()->mutable_initializer());
  llvm::StringSet<> inputs;
  for (const auto &input : model.graph().input())
    inputs.insert(input.name());
  for (const onnx::TensorProto &stub : stubs) {
    if (!inputs.insert(stub.name()).second)
      continue;
    onnx::ValueInfoProto *input = model.mutable_graph()->add_input();
    input->set_name(stub.name());
    auto *type = input->mutable_type()->mutable_tensor_type();
    type->set_elem_type(stub.data_type());
    type->mutable_shape();
    for (int64_t size : weights.at(stub.name())->dims())
      type->mutable_shape()->add_dim()->set_dim_value(size);
  }
  try {
    model = onnx::version_conversion::ConvertVersion(model, opset);
  } catch (const std::exception &error) {
    fail(loc,
         "the model's operator set " + llvm::Twine(version) +
             " cannot be converted to " + llvm::Twine(opset) +
             " by ONNX's version converter: " + wordsOfConverter(error.what()) +
             "; export the model for operator set " + llvm::Twine(opset) +
             " or later");
  }
  model.mutable_graph()->mutable_initializer()->MergeFrom(stubs);
}

} // namespace dlc::import
