//===- ArenaDialect.h - The arena dialect -----------------------*- C++ -*-===//

#ifndef DLC_DIALECTS_ARENA_ARENADIALECT_H
#define DLC_DIALECTS_ARENA_ARENADIALECT_H

#include "mlir/IR/Dialect.h"

#include "dialects/arena/ArenaDialect.h.inc"

#endif
