//===- Declarations.h - The attributes of the arena dialect --*- C++ -*-===//

#ifndef DLC_DIALECTS_ARENA_DECLARATIONS_H
#define DLC_DIALECTS_ARENA_DECLARATIONS_H

#include "dialects/attributes/Declared.h"

namespace dlc::arena {

using namespace dlc::attributes;

/// Of a module whose arena is planned: its bytes, the alignment it needs and
/// the largest sum of bytes alive at once, which no plan can beat.
inline constexpr DeclaredNumber bytesAttr{"arena.bytes", OnModule};
inline constexpr DeclaredNumber alignAttr{"arena.align", OnModule};
inline constexpr DeclaredNumber lowerBoundAttr{"arena.lower_bound", OnModule};
/// Of a planned module with buffers on a device: the bytes that they take
/// there.
inline constexpr DeclaredNumber deviceBytesAttr{"arena.device_bytes", OnModule};
/// Of @main of a network on a device: how many of its arguments are inputs.
inline constexpr DeclaredNumber inputsAttr{"arena.inputs", OnFunction};
/// Of a module: bytes of the arena before anything was done about them.
inline constexpr DeclaredNumber plainBytesAttr{"arena.plain_bytes", OnModule};

/// Of a module whose arena is split: the bytes that each bank of RAM has, in
/// the order in which they are preferred; and, once it is planned, the bytes of
/// each part of the arena. Offsets count through all parts.
inline constexpr Declared<mlir::DenseI64ArrayAttr> bankSizesAttr{
    "arena.bank_sizes", OnModule};
inline constexpr Declared<mlir::DenseI64ArrayAttr> partsAttr{"arena.parts",
                                                             OnModule};

/// Of a module: bytes that the arena may take, which scratch memory may fill.
inline constexpr DeclaredNumber budgetAttr{"arena.budget", OnModule};
/// Of a module: dlc-prove-arena takes no stage at its word, however long that
/// takes.
inline constexpr DeclaredMark proveAllAttr{"arena.prove_all", OnModule};

/// Of a stage: the most bytes of scratch memory that a faster form may take.
inline constexpr DeclaredNumber maxScratchAttr{"arena.max_scratch", OnFunction};
/// On a stage whose results may decide how large the arena is.
inline constexpr DeclaredMark crowdedAttr{"arena.crowded", OnFunction};

/// On an argument of a stage: scratch memory, which callers have in the arena.
inline constexpr DeclaredMark scratchAttr{"arena.scratch", OnArgument};
/// On an argument of a stage whose memory is the arena's and that nothing reads
/// after the stage (dlc-mark-last-reads); on one that the stage also writes to.
inline constexpr DeclaredMark lastReadAttr{"arena.last_read", OnArgument};
inline constexpr DeclaredMark consumedAttr{"arena.consumed", OnArgument};
/// On an argument of a stage, `array<i64: after, before>`: the result may lie
/// over it if the operand begins at least `after` bytes after the result, or at
/// least `before` bytes before it.
inline constexpr Declared<mlir::DenseI64ArrayAttr> overlapAttr{"arena.overlap",
                                                               OnArgument};

/// On an argument of a stage: the result may begin where it begins, too. Each
/// part of it is read before that part of the result is written, in whatever
/// order; dlc-measure-overlap checks it and takes the mark off where it is
/// wrong.
inline constexpr DeclaredMark inPlaceAttr{"arena.in_place", OnArgument};

/// Whether an operation is a loop.
bool isLoop(mlir::Operation *op);
/// On a loop of a stage whose iterations do not depend on each other and go
/// through the result from its beginning to its end.
inline constexpr DeclaredMark anyOrderAttr{"arena.any_order", isLoop, "a loop"};

Declarations declaredAttributes();

} // namespace dlc::arena

#endif // DLC_DIALECTS_ARENA_DECLARATIONS_H
