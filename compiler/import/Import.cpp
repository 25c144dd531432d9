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

void importChecked(ModuleOp module, onnx::ModelProto &model,
                   const ImportOptions &options, const std::string &folder) {
  Location loc = module.getLoc();
  if (!model.graph().sparse_initializer().empty())
    fail(loc, "sparse initializers are not supported; export the model with "
              "dense weights");
  registerMicrosoftSchemas();
  registerQonnxSchemas();
  fixInputs(loc, *model.mutable_graph(), options.fixed);
  DetachedWeights weights(*model.mutable_graph());
  checkVersions(loc, model);
  checkOperators(loc, model);
  sortNodes(loc, model);
  checkGraph(loc, model);
  checkModel(loc, model);
  liftModel(loc, model, weights.byName);
  GraphImporter(module, model, std::move(weights.byName), options, folder)
      .run();
}

template <typename Load>
OwningOpRef<ModuleOp> import(MLIRContext &context, const ImportOptions &options,
                             const std::string &folder, const Load &load) {
  context.loadDialect<nn::NnDialect, arith::ArithDialect, func::FuncDialect>();
  Location loc = FileLineColLoc::get(&context, options.file, 0, 0);
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  OnnxTerms terms(&context);
  try {
    onnx::ModelProto model;
    load(model, loc);
    importChecked(*module, model, options, folder);
    return module;
  } catch (const ImportStopped &) {
    return nullptr;
  } catch (const std::exception &error) {
    emitError(loc) << "the model cannot be read: " << error.what();
    return nullptr;
  }
}
} // namespace

OwningOpRef<ModuleOp> importModel(MLIRContext &context,
                                  const ImportOptions &options) {
  StringRef folder = llvm::sys::path::parent_path(options.file);
  return import(context, options, folder.empty() ? "." : folder.str(),
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

} // namespace dlc::import
