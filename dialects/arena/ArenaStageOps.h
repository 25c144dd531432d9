//===- ArenaStageOps.h - Known when a stage runs ---------------*- C++ -*-===//

#ifndef DLC_DIALECTS_ARENA_ARENASTAGEOPS_H
#define DLC_DIALECTS_ARENA_ARENASTAGEOPS_H

#include "dialects/arena/ArenaOps.h"

#define GET_OP_CLASSES
#include "dialects/arena/ArenaStageOps.h.inc"

#endif
