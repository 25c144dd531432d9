//===- Import.cpp - ONNX model to nn dialect ------------------------------===//

#include "compiler/import/Import.h"
#include "compiler/import/Error.h"
#include "compiler/import/GraphImporter.h"
#include "compiler/import/checks/CheckGraph.h"
#include "compiler/import/checks/CheckModel.h"
#include "compiler/import/checks/OnnxTerms.h"
#include "compiler/import/model/FixInputs.h"
#include "compiler/import/model/LoadModel.h"
#include "compiler/import/model/Signatures.h"
#include "dialects/nn/NnDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "onnx/onnx_pb.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace dlc::import {

namespace {
/// The tensors of a graph, taken out of it: the checker and the converter
/// copy what they are given, and weights are large. Empty tensors of the same
/// names and types stay behind.
class DetachedWeights {
public:
  explicit DetachedWeights(onnx::GraphProto &graph) {
    tensors.Swap(graph.mutable_initializer());
    for (onnx::TensorProto &tensor : tensors) {
      onnx::TensorProto *stub = graph.add_initializer();
      stub->set_name(tensor.name());
      stub->set_data_type(tensor.data_type());
      stub->add_dims(0);
      byName[tensor.name()] = &tensor;
    }
  }

  llvm::StringMap<onnx::TensorProto *> byName;

private:
  google::protobuf::RepeatedPtrField<onnx::TensorProto> tensors;
};

/// A model that is ready to be walked, and where its tensors are.
struct CheckedModel {
  onnx::ModelProto model;
  std::unique_ptr<DetachedWeights> weights;
  std::string folder;
};

template <typename Load>
CheckedModel readChecked(Location loc, const ImportOptions &options,
                         std::string folder, const Load &load) {
  CheckedModel checked;
  checked.folder = std::move(folder);
  onnx::ModelProto &model = checked.model;
  load(model, loc);
  if (!model.graph().sparse_initializer().empty())
    fail(loc, "sparse initializers are not supported; export the model with "
              "dense weights");
  registerMicrosoftSchemas();
  registerQonnxSchemas();
  fixInputs(loc, *model.mutable_graph(), options.fixed);
  checked.weights = std::make_unique<DetachedWeights>(*model.mutable_graph());
  checkVersions(loc, model);
  checkOperators(loc, model);
  sortNodes(loc, model);
  checkGraph(loc, model);
  checkModel(loc, model);
  liftModel(loc, model, checked.weights->byName);
  return checked;
}

void loadDialects(MLIRContext &context) {
  context.loadDialect<nn::NnDialect, arith::ArithDialect, func::FuncDialect>();
}

Location locationOf(MLIRContext &context, const ImportOptions &options) {
  return FileLineColLoc::get(&context, options.file, 0, 0);
}

/// Whether `work` ends without an error, which is reported.
template <typename Work>
bool succeeds(MLIRContext &context, Location loc, const Work &work) {
  OnnxTerms terms(&context);
  try {
    work();
    return true;
  } catch (const ImportStopped &) {
    return false;
  } catch (const std::exception &error) {
    emitError(loc) << "the model cannot be read: " << error.what();
    return false;
  }
}

template <typename Load>
OwningOpRef<ModuleOp> import(MLIRContext &context, const ImportOptions &options,
                             const std::string &folder, const Load &load) {
  loadDialects(context);
  Location loc = locationOf(context, options);
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  if (!succeeds(context, loc, [&] {
        CheckedModel checked = readChecked(loc, options, folder, load);
        GraphImporter(*module, checked.model,
                      std::move(checked.weights->byName), options,
                      checked.folder)
            .run();
      }))
    return nullptr;
  return module;
}

std::string folderOf(const ImportOptions &options) {
  StringRef folder = llvm::sys::path::parent_path(options.file);
  return folder.empty() ? "." : folder.str();
}
} // namespace

OwningOpRef<ModuleOp> importModel(MLIRContext &context,
                                  const ImportOptions &options) {
  return import(context, options, folderOf(options),
                [&](onnx::ModelProto &model, Location loc) {
                  loadModelFile(options.file, model, loc);
                });
}

OwningOpRef<ModuleOp> importModelFromMemory(MLIRContext &context,
                                            StringRef bytes,
                                            const ImportOptions &options) {
  return import(context, options, /*folder=*/"",
                [&](onnx::ModelProto &model, Location loc) {
                  loadModelBytes(bytes, model, loc);
                });
}

struct SizedModel::Parts {
  MLIRContext &context;
  ImportOptions options;
  CheckedModel checked;
  /// Those of the main graph that have been used.
  TakenConstants taken;
};

SizedModel::SizedModel(std::unique_ptr<Parts> parts)
    : parts(std::move(parts)) {}
SizedModel::~SizedModel() = default;

std::unique_ptr<SizedModel>
SizedModel::load(MLIRContext &context, ImportOptions options, StringRef bytes) {
  loadDialects(context);
  Location loc = locationOf(context, options);
  std::string folder = bytes.empty() ? folderOf(options) : "";
  auto parts = std::make_unique<Parts>(
      Parts{context, std::move(options), CheckedModel(), TakenConstants()});
  if (!succeeds(context, loc, [&] {
        parts->checked =
            readChecked(loc, parts->options, folder,
                        [&](onnx::ModelProto &model, Location where) {
                          if (bytes.empty())
                            loadModelFile(parts->options.file, model, where);
                          else
                            loadModelBytes(bytes, model, where);
                        });
      }))
    return nullptr;
  return std::unique_ptr<SizedModel>(new SizedModel(std::move(parts)));
}

OwningOpRef<ModuleOp>
SizedModel::importFor(const std::map<std::string, int64_t> &shapes) {
  Location loc = locationOf(parts->context, parts->options);
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  ImportOptions options = parts->options;
  options.shapes = shapes;
  if (!succeeds(parts->context, loc, [&] {
        // Importing takes the model apart.
        onnx::ModelProto model = parts->checked.model;
        GraphImporter importer(*module, model, parts->checked.weights->byName,
                               options, parts->checked.folder);
        importer.keepConstants(parts->taken);
        importer.run();
      }))
    return nullptr;
  return module;
}

} // namespace dlc::import
