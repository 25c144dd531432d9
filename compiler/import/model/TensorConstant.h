//===- TensorConstant.h - TensorProto to constants ------------------------===//

#ifndef DLC_COMPILER_IMPORT_TENSORCONSTANT_H
#define DLC_COMPILER_IMPORT_TENSORCONSTANT_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Location.h"
#include <string>

namespace onnx {
class TensorProto;
} // namespace onnx

namespace dlc::import {

/// The element type for a TensorProto::DataType; null for strings, complex
/// numbers and types of a later ONNX.
mlir::Type elementType(mlir::MLIRContext *context, int32_t dataType);

/// The TensorProto::DataType of an element type made by elementType.
int32_t dataTypeOf(mlir::Type element);

/// "float", "int64", ... as ONNX calls a TensorProto::DataType.
std::string dataTypeName(int32_t dataType);

/// A tensor type whose bytes can be counted in 64 bits; fails at `loc` for
/// negative and too large dimensions. `what` names the tensor in the message.
mlir::RankedTensorType tensorType(mlir::Location loc, const llvm::Twine &what,
                                  llvm::ArrayRef<int64_t> shape,
                                  mlir::Type element);

/// `count` numbers of which `inByte` share a byte, the first in the low bits,
/// each in the low bits of a byte of its own.
std::vector<char> unpacked(llvm::ArrayRef<char> packed, int64_t count,
                           int64_t inByte);

/// The tensor as a constant. Its data moves out of `tensor`, or is read from
/// its external file beside the model (`folder`; empty refuses).
mlir::ElementsAttr takeConstant(mlir::Location loc, onnx::TensorProto &tensor,
                                const std::string &folder);

} // namespace dlc::import

#endif
