//===- NnDialect.h - The nn dialect ---------------------------------------===//

#ifndef DLC_DIALECTS_NN_NNDIALECT_H
#define DLC_DIALECTS_NN_NNDIALECT_H

#include "mlir/IR/Dialect.h"

#include "dialects/nn/NnDialect.h.inc"

#endif
