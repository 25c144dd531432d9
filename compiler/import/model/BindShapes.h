//===- BindShapes.h - Types of a model's inputs and outputs ---------------===//

#ifndef DLC_COMPILER_IMPORT_BINDSHAPES_H
#define DLC_COMPILER_IMPORT_BINDSHAPES_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Location.h"
#include <map>
#include <optional>
#include <string>

namespace onnx {
class GraphProto;
class ValueInfoProto;
} // namespace onnx

namespace dlc::import {

struct ModelInput {
  std::string name;
  mlir::RankedTensorType type;
};

/// The inputs that no initializer provides, with every dynamic dimension set
/// from `sizes` (by its name or "<input>.<axis>"); leading ones are 1 when not
/// named. Fails for other dynamic dimensions and for names nobody uses. One of
/// no elements is no input of the network, but it is among these.
llvm::SmallVector<ModelInput>
bindInputs(mlir::Location loc, const onnx::GraphProto &graph,
           const std::map<std::string, int64_t> &sizes);

/// The dimension of an input that is called so (by its name, or
/// "<input>.<axis>"); nullopt if none is.
std::optional<int64_t> axisOf(const onnx::GraphProto &graph,
                              llvm::StringRef input, llvm::StringRef dimension);

/// Fails when the model declares an output of another shape or element type
/// than `type`, which its nodes compute. It may leave both open. `strings`: the
/// elements of `type` stand for strings or the values of maps. `bounded`: an
/// axis along which there are as many elements as the network computes, at most
/// those of `type`.
void checkOutput(mlir::Location loc, const onnx::ValueInfoProto &output,
                 mlir::Type type, bool strings, std::optional<int64_t> bounded);

} // namespace dlc::import

#endif
