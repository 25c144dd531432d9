//===- EncodeConstants.h - Encoded constants for callers --------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_ENCODECONSTANTS_H
#define DLC_CODEGEN_LOOPS_ENCODECONSTANTS_H

#include "codegen/loops/weights/WeightEncoding.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"
#include <vector>

namespace dlc::loops {

/// By the name of a stage, in the order of the arguments.
using StageEncodings = llvm::StringMap<std::vector<EncodedArgument>>;

/// Gives each call of a stage the encoded constants in place of the network's
/// own, which have to be `memref.global`s. Equal ones made of one global are
/// one global.
mlir::LogicalResult encodeAtCallers(mlir::ModuleOp module,
                                    const StageEncodings &encodings);

} // namespace dlc::loops

#endif
