//===- Error.h - Leaving an import that failed ----------------------------===//
//
// ONNX's library reports by exceptions, so this folder is compiled with them
// and uses one of its own to leave the import functions. It never passes
// through MLIR's code.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_IMPORT_ERROR_H
#define DLC_COMPILER_IMPORT_ERROR_H

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Location.h"

namespace dlc::import {

/// The import ends here; its diagnostic has been emitted.
struct ImportStopped {};

[[noreturn]] inline void fail(mlir::Location loc, const llvm::Twine &message) {
  mlir::emitError(loc) << message;
  throw ImportStopped{};
}

} // namespace dlc::import

#endif
