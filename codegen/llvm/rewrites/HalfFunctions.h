//===- HalfFunctions.h - Conversions of half precision as code --*- C++ -*-===//

#ifndef DLC_CODEGEN_LLVM_HALFFUNCTIONS_H
#define DLC_CODEGEN_LLVM_HALFFUNCTIONS_H

namespace llvm {
class Function;
class Module;
} // namespace llvm

namespace dlc::llvmgen {

/// Functions of the module's own between the bits of floats, in arithmetic of
/// integers, each written when it is first asked for. They round to nearest,
/// ties to even, once, and make NaNs quiet, as IEEE 754's conversions do.

/// i32 (i16)
llvm::Function *halfToFloat(llvm::Module &module);
/// i16 (i32)
llvm::Function *floatToHalf(llvm::Module &module);
/// i16 (i64)
llvm::Function *doubleToHalf(llvm::Module &module);

} // namespace dlc::llvmgen

#endif // DLC_CODEGEN_LLVM_HALFFUNCTIONS_H
