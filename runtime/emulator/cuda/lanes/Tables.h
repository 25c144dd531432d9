// Tables.h - what the sources of one instruction set find for each other.
#ifndef DLC_EMULATOR_CUDA_LANES_TABLES_H
#define DLC_EMULATOR_CUDA_LANES_TABLES_H

#include "runtime/emulator/cuda/lanes/Lanes.h"

namespace dlc::ptx::DLC_LANES {

Handler findUnary(Unary op, Type type, Modifiers modifiers);
Handler findBinary(Binary op, Type type, Modifiers modifiers);
Handler findTernary(Ternary op, Type type, Modifiers modifiers);
/// Unary and ternary operations on bits and bytes.
Handler findBits(Unary op, Type type);
Handler findBytes(Ternary op, Type type);
Handler findCompare(Compare op, Type type, bool flush);
Handler findSelect(Type type);
Handler findConvert(Type to, Type from);
Handler findResize(unsigned to, unsigned from, bool isSigned);
Handler findFixed(Fixed op);

} // namespace dlc::ptx::DLC_LANES

#endif
