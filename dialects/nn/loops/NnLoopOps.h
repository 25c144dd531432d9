//===- NnLoopOps.h - Loops in the nn dialect ------------------------------===//

#ifndef DLC_DIALECTS_NN_NNLOOPOPS_H
#define DLC_DIALECTS_NN_NNLOOPOPS_H

#include "dialects/nn/NnOps.h"
#include "mlir/IR/PatternMatch.h"

#define GET_OP_CLASSES
#include "dialects/nn/NnLoopOps.h.inc"

#endif
