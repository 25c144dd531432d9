//===- ByteExtremes.h - Maxima and minima of bytes in words -----*- C++ -*-===//

#ifndef DLC_CODEGEN_LLVM_BYTEEXTREMES_H
#define DLC_CODEGEN_LLVM_BYTEEXTREMES_H

#include "mlir/IR/BuiltinOps.h"

namespace dlc::llvmgen {

/// On a target whose words hold four bytes that instructions know (Arm's DSP
/// extension, Armv6): `arith.maxsi` and its like of four bytes as two
/// instructions, a subtraction that sets a flag for each byte and the selection
/// that goes by these. Nothing may come between the two.
void writeByteExtremes(mlir::ModuleOp module);

} // namespace dlc::llvmgen

#endif // DLC_CODEGEN_LLVM_BYTEEXTREMES_H
