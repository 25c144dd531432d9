//===- FixInputs.h - Inputs that become constants -------------------------===//

#ifndef DLC_COMPILER_IMPORT_MODEL_FIXINPUTS_H
#define DLC_COMPILER_IMPORT_MODEL_FIXINPUTS_H

#include "mlir/IR/Location.h"
#include <map>
#include <string>

namespace onnx {
class GraphProto;
} // namespace onnx

namespace dlc::import {

/// Makes inputs of the graph initializers. Each is given as numbers ("3",
/// "0.5,1", in row-major order; one number fills the tensor) or as a file with
/// an ONNX tensor. Fails for names that are no inputs and for values that do
/// not fit what the model declares.
void fixInputs(mlir::Location loc, onnx::GraphProto &graph,
               const std::map<std::string, std::string> &values);

} // namespace dlc::import

#endif
