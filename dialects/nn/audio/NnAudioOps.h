//===- NnAudioOps.h - Front ends of sound in the nn dialect -----*- C++ -*-===//

#ifndef DLC_DIALECTS_NN_NNAUDIOOPS_H
#define DLC_DIALECTS_NN_NNAUDIOOPS_H

#include "dialects/nn/NnOps.h"

#define GET_OP_CLASSES
#include "dialects/nn/NnAudioOps.h.inc"

namespace dlc::nn {

/// The curve of nn.micro_features' gains at `x`.
int32_t microGain(llvm::ArrayRef<int16_t> gains, uint32_t x);

} // namespace dlc::nn

#endif
