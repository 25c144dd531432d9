//===- FixedPointConversions.h - MVE's conversions by 2^n -------*- C++ -*-===//

#ifndef DLC_CODEGEN_LLVM_FIXEDPOINTCONVERSIONS_H
#define DLC_CODEGEN_LLVM_FIXEDPOINTCONVERSIONS_H

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace dlc::llvmgen {

/// Writes conversions between vectors of integers and floats with a factor of
/// 2^n as the intrinsic of MVE's instruction for them, which LLVM's code
/// generator selects wrongly by itself. After LLVM's optimisations, whose
/// vectors are among them; does nothing for machines without that instruction.
void writeFixedPointConversions(llvm::Module &module,
                                const llvm::TargetMachine &machine);

} // namespace dlc::llvmgen

#endif // DLC_CODEGEN_LLVM_FIXEDPOINTCONVERSIONS_H
