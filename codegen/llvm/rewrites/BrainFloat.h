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

} // namespace dlc::llvmgen

#endif // DLC_CODEGEN_LLVM_BRAINFLOAT_H
