//===- Audio.h - Evaluation of front ends of sound --------------*- C++ -*-===//

#ifndef DLC_COMPILER_EVALUATE_AUDIO_H
#define DLC_COMPILER_EVALUATE_AUDIO_H

#include "compiler/evaluate/Families.h"
#include "dialects/nn/audio/NnAudioOps.h"

namespace dlc::evaluate {

mlir::LogicalResult compute(nn::MicroFeaturesOp op, Operands, Results &);
mlir::LogicalResult compute(nn::MelEnergiesOp op, Operands, Results &);
mlir::LogicalResult compute(nn::SpectrumOp op, Operands, Results &);

} // namespace dlc::evaluate

#endif
