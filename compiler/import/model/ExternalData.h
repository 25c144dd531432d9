//===- ExternalData.h - Tensor data in files beside the model -------------===//

#ifndef DLC_COMPILER_IMPORT_EXTERNALDATA_H
#define DLC_COMPILER_IMPORT_EXTERNALDATA_H

#include "mlir/IR/Location.h"
#include <string>
#include <vector>

namespace onnx {
class TensorProto;
} // namespace onnx

namespace dlc::import {

/// Reads `size` bytes of a tensor whose data_location is EXTERNAL. The file
/// must lie within the model's folder.
std::vector<char> readExternalData(mlir::Location loc,
                                   const onnx::TensorProto &tensor,
                                   const std::string &folder, uint64_t size);

} // namespace dlc::import

#endif
