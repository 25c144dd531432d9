// Lanes.h - handlers for arithmetic over the 32 lanes of a warp.
//
// The sources of this folder are compiled for each instruction set that is
// worth it; all of them compute the same.
#ifndef DLC_EMULATOR_CUDA_LANES_LANES_H
#define DLC_EMULATOR_CUDA_LANES_LANES_H

#include "runtime/emulator/cuda/Operation.h"
#include "runtime/emulator/cuda/Types.h"

namespace dlc::ptx {

/// Each answers null for what PTX, or the emulator, does not have.
struct Lanes {
  /// d = f(a); registers have the type's width.
  Handler (*unary)(Unary, Type, Modifiers);
  Handler (*binary)(Binary, Type, Modifiers);
  Handler (*ternary)(Ternary, Type, Modifiers);
  /// Predicate d; combined with predicate c (negated if vector[1]) by imm: 1
  /// and, 2 or, 3 xor.
  Handler (*compare)(Compare, Type, bool flush);
  /// d = c ? a : b
  Handler (*select)(Type);
  /// imm: Rounding, | 4 to an integral value, | 8 saturates, | 16 flushes
  Handler (*convert)(Type to, Type from);
  /// Between integer registers of 1, 2, 4, 8 bytes.
  Handler (*resize)(unsigned to, unsigned from, bool isSigned);
  Handler (*fixed)(Fixed);
};

/// The fastest that this machine has.
const Lanes &lanes();

} // namespace dlc::ptx

#endif
