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

/// Of a planned module with buffers on a device: the bytes that they take
/// there.
inline constexpr llvm::StringLiteral deviceBytesAttrName = "arena.device_bytes";

/// Of a module whose arena is split: the bytes that each bank of RAM has, in
/// the order in which they are preferred; and, once it is planned, the bytes of
/// each part of the arena. Offsets count through all parts.
inline constexpr llvm::StringLiteral bankSizesAttrName = "arena.bank_sizes";
inline constexpr llvm::StringLiteral partsAttrName = "arena.parts";

/// Of an operand of a stage, `array<i64: after, before>`: the result may lie
/// over it if the operand begins at least `after` bytes after the result, or at
/// least `before` bytes before it.
inline constexpr llvm::StringLiteral overlapAttrName = "arena.overlap";

/// On a loop of a stage whose iterations do not depend on each other and go
/// through the result from its beginning to its end.
inline constexpr llvm::StringLiteral anyOrderAttrName = "arena.any_order";

/// Of a module: bytes that the arena may take, which scratch memory may fill.
inline constexpr llvm::StringLiteral budgetAttrName = "arena.budget";
/// Of a stage: the most bytes of scratch memory that a faster form may take.
inline constexpr llvm::StringLiteral maxScratchAttrName = "arena.max_scratch";

} // namespace dlc::arena

#endif
