//===- LoadModel.h - Reading a serialised model ---------------------------===//

#ifndef DLC_COMPILER_IMPORT_LOADMODEL_H
#define DLC_COMPILER_IMPORT_LOADMODEL_H

#include "mlir/IR/Location.h"
#include <string>

namespace onnx {
class ModelProto;
} // namespace onnx

namespace dlc::import {

/// Parses the file into `model`. Fails at `loc` when it cannot be read, is
/// larger than protobuf allows, or is no ONNX model.
void loadModelFile(const std::string &file, onnx::ModelProto &model,
                   mlir::Location loc);

void loadModelBytes(llvm::StringRef bytes, onnx::ModelProto &model,
                    mlir::Location loc);

} // namespace dlc::import

#endif
