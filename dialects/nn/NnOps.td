//===- NnOps.td - All operators of the nn dialect -------------------------===//

#ifndef DLC_DIALECTS_NN_NNOPS
#define DLC_DIALECTS_NN_NNOPS

include "dialects/nn/NnConvOps.td"
include "dialects/nn/NnDataOps.td"
include "dialects/nn/NnElementwiseOps.td"
include "dialects/nn/NnIntegerOps.td"
include "dialects/nn/pixels/NnPixelOps.td"
include "dialects/nn/NnPoolOps.td"
include "dialects/nn/NnReduceOps.td"

#endif
