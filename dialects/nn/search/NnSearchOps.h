//===- NnSearchOps.h - Results that are found -------------------*- C++ -*-===//

#ifndef DLC_DIALECTS_NN_NNSEARCHOPS_H
#define DLC_DIALECTS_NN_NNSEARCHOPS_H

#include "dialects/nn/NnOps.h"

#define GET_OP_CLASSES
#include "dialects/nn/NnSearchOps.h.inc"

#endif
