//===- ArenaDialect.h - The arena dialect -----------------------*- C++ -*-===//

#ifndef DLC_DIALECTS_ARENA_ARENADIALECT_H
#define DLC_DIALECTS_ARENA_ARENADIALECT_H

#include "mlir/IR/Dialect.h"

#include "dialects/arena/ArenaDialect.h.inc"

namespace dlc::arena {

/// Attributes of a module whose arena is planned: its bytes, the alignment it
/// needs and the largest sum of bytes alive at once, which no plan can beat.
inline constexpr llvm::StringLiteral bytesAttrName = "arena.bytes";
inline constexpr llvm::StringLiteral alignAttrName = "arena.align";
inline constexpr llvm::StringLiteral lowerBoundAttrName = "arena.lower_bound";

} // namespace dlc::arena

#endif
