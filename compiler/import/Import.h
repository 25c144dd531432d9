//===- Import.h - ONNX model to nn dialect --------------------------------===//
//
// The only door to ONNX: nothing outside this folder knows protobuf. The
// operator sets 7 to 28 are read as they are; older models are lifted to 7
// with ONNX's version converter.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_IMPORT_IMPORT_H
#define DLC_COMPILER_IMPORT_IMPORT_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace dlc::import {

/// Tensors that are to be seen: they become outputs.
struct Watch {
  std::vector<std::string> patterns; ///< of names of nodes, or of tensors
  std::vector<std::string> tensors;  ///< those that the import has found
};

struct ImportOptions {
  /// The model. Diagnostics carry it as the file of their location, and
  /// external data is looked for in its folder.
  std::string file;
  /// Sizes of dynamic dimensions, by the dimension's name in the model or by
  /// "<input>.<axis>". A leading dimension that is not named here is 1.
  std::map<std::string, int64_t> shapes;
  /// Inputs that are constants of the network, by name: numbers, or a file
  /// with an ONNX tensor.
  std::map<std::string, std::string> fixed = {};
  /// The most rounds of Loops that end when the network runs, by node.
  std::map<std::string, int64_t> rounds = {};
  /// A dimension of inputs, named as in `shapes`: they are marked `nn.frames`.
  std::string frames = {};
  /// Transforms of frames may become nn.spectrum, which GPUs do not compute;
  /// else they are products.
  bool spectra = false;
  Watch *watch = nullptr;
};

/// Makes a module with one function `main` of nn ops. Returns null after
/// errors, which go to the context's diagnostic handler.
mlir::OwningOpRef<mlir::ModuleOp> importModel(mlir::MLIRContext &context,
                                              const ImportOptions &options);

/// As above for a serialised model in memory; `options.file` only names it.
/// External data is refused.
mlir::OwningOpRef<mlir::ModuleOp>
importModelFromMemory(mlir::MLIRContext &context, llvm::StringRef bytes,
                      const ImportOptions &options);

/// A model that is read once and imported for several sizes of its dynamic
/// dimensions, into modules that share its weights.
class SizedModel {
public:
  /// Null after errors. With `bytes` in place of the file, as
  /// importModelFromMemory.
  static std::unique_ptr<SizedModel> load(mlir::MLIRContext &context,
                                          ImportOptions options,
                                          llvm::StringRef bytes = {});
  ~SizedModel();

  /// The module for `shapes`, which take the place of those in the options;
  /// null after errors.
  mlir::OwningOpRef<mlir::ModuleOp>
  importFor(const std::map<std::string, int64_t> &shapes);

private:
  struct Parts;
  explicit SizedModel(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts;
};

} // namespace dlc::import

#endif
