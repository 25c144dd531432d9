//===- ReadFrontEnd.h - A stage of sound as data ----------------*- C++ -*-===//

#ifndef DLC_CODEGEN_AUDIO_READFRONTEND_H
#define DLC_CODEGEN_AUDIO_READFRONTEND_H

#include "codegen/audio/FrontEnds.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <variant>

namespace dlc::audio {

using FrontEnd = std::variant<MicroFeatures, MelEnergies, Spectrum>;

/// What `dlc.audio` says of an op.
mlir::DictionaryAttr describeFrontEnd(mlir::Operation *op);

/// The front end of a function with `dlc.audio`, whose arguments are the op's
/// operands and results in memory.
mlir::FailureOr<FrontEnd> readFrontEnd(mlir::func::FuncOp stage);

} // namespace dlc::audio

#endif
