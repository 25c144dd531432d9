//===- HalfConversions.h - Half precision without helpers -------*- C++ -*-===//

#ifndef DLC_CODEGEN_LLVM_HALFCONVERSIONS_H
#define DLC_CODEGEN_LLVM_HALFCONVERSIONS_H

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace dlc::llvmgen {

/// Writes operations of half precision for which an Arm core has no
/// instruction, and those of bfloat16 on every machine, so that no helper is
/// called that libgcc or compiler-rt lacks. After LLVM's optimisations, which
/// would undo it.
void writeHalfConversions(llvm::Module &module,
                          const llvm::TargetMachine &machine);

} // namespace dlc::llvmgen

#endif // DLC_CODEGEN_LLVM_HALFCONVERSIONS_H
