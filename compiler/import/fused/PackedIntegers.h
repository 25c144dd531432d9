//===- PackedIntegers.h - Several integers in a byte ------------*- C++ -*-===//

#ifndef DLC_COMPILER_IMPORT_FUSED_PACKEDINTEGERS_H
#define DLC_COMPILER_IMPORT_FUSED_PACKEDINTEGERS_H

#include "compiler/import/Node.h"

namespace dlc::import {

/// Operand `operand`, which is known when compiling: `rows` rows of `columns`
/// integers of `bits` bits each, from rows of `stride` bytes; the first integer
/// of a byte is in its low bits.
mlir::Value unpackIntegers(Node &n, unsigned operand, int64_t bits,
                           int64_t rows, int64_t columns, int64_t stride);

} // namespace dlc::import

#endif
