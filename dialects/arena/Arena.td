//===- Arena.td - The whole arena dialect ---------------------------------===//

include "dialects/arena/ArenaOps.td"
include "dialects/arena/ArenaStageOps.td"
