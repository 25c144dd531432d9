//===- ArenaStageOps.h - Places that a stage finds when it runs -*- C++ -*-===//

#ifndef DLC_DIALECTS_ARENA_ARENASTAGEOPS_H
#define DLC_DIALECTS_ARENA_ARENASTAGEOPS_H

#include "dialects/arena/ArenaOps.h"

#define GET_OP_CLASSES
#include "dialects/arena/ArenaStageOps.h.inc"

#endif
