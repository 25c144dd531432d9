//===- WatchedTensors.h - Tensors that become outputs as well ---*- C++ -*-===//

#ifndef DLC_COMPILER_IMPORT_MODEL_WATCHEDTENSORS_H
#define DLC_COMPILER_IMPORT_MODEL_WATCHEDTENSORS_H

#include "compiler/import/Import.h"
#include "mlir/IR/Location.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

namespace onnx {
class GraphProto;
} // namespace onnx

namespace dlc::import {

/// Finds the tensors that nodes of such names compute, or that have such names
/// themselves, each once, in the order of the nodes, and makes outputs of them.
/// `mayBeOutput` is asked of each. Throws ImportStopped after an error, for a
/// pattern without any.
void watchTensors(mlir::Location loc, onnx::GraphProto &graph, Watch &watch,
                  llvm::function_ref<bool(llvm::StringRef)> mayBeOutput);

} // namespace dlc::import

#endif
