//===- BrainFloat.h - Conversions of bfloat16 as code -----------*- C++ -*-===//

#ifndef DLC_CODEGEN_LLVM_BRAINFLOAT_H
#define DLC_CODEGEN_LLVM_BRAINFLOAT_H

#include "llvm/IR/IRBuilder.h"

namespace dlc::llvmgen {

/// bfloat16 -> float, of a value or of each element of a vector: the upper half
/// of a float's bits.
llvm::Value *extendBrainFloat(llvm::IRBuilder<> &b, llvm::Value *value);

/// float or double -> bfloat16, of a value or of each element of a vector:
/// rounded to nearest, ties to even, once; NaNs become quiet.
llvm::Value *truncateToBrainFloat(llvm::IRBuilder<> &b, llvm::Value *value);

/// Loads, stores, shuffles and the like of bfloat16s as those of their bits:
/// LLVM keeps a bfloat16 that outlives its block in a register of a float on
/// some machines, and calls a helper to take it out.
void carryBrainFloatsAsBits(llvm::Function &function);

} // namespace dlc::llvmgen

#endif // DLC_CODEGEN_LLVM_BRAINFLOAT_H
