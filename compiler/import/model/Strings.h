//===- Strings.h - Tensors of strings -------------------------------------===//
//
// A network computes no strings; those that it chooses from are constants of
// the model. A tensor of strings is imported as one of i64: positions in a list
// of strings, which the importer keeps beside the value.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_IMPORT_MODEL_STRINGS_H
#define DLC_COMPILER_IMPORT_MODEL_STRINGS_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include <string>

namespace onnx {
class TensorProto;
} // namespace onnx

namespace dlc::import {

struct Strings {
  mlir::ElementsAttr positions;
  llvm::SmallVector<std::string> list;
};

/// The strings of a constant tensor, row-major, at positions 0, 1, ...
Strings takeStrings(mlir::Location loc, const onnx::TensorProto &tensor);

/// Whether the values of a tensor of strings mean the same after `op` of
/// `domain` has moved those of its first operand.
bool movesStrings(llvm::StringRef domain, llvm::StringRef op);

} // namespace dlc::import

#endif
