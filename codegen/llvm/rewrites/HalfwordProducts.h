//===- HalfwordProducts.h - Products whose upper half is wanted -*- C++ -*-===//

#ifndef DLC_CODEGEN_LLVM_HALFWORDPRODUCTS_H
#define DLC_CODEGEN_LLVM_HALFWORDPRODUCTS_H

namespace llvm {
class Module;
class TargetMachine;
} // namespace llvm

namespace dlc::llvmgen {

/// Writes `(x * y) >> 16` of words that are not negative, one of them less than
/// 2^15 and their product less than 2^31, as Arm's DSP instructions of a word
/// and half a word: SMULWB shifts as well, SMLAWB adds too. LLVM's code
/// generator finds them in products that need 64 bits alone. After LLVM's
/// optimisations, which know products better; does nothing for machines without
/// these instructions.
void writeHalfwordProducts(llvm::Module &module,
                           const llvm::TargetMachine &machine);

} // namespace dlc::llvmgen

#endif // DLC_CODEGEN_LLVM_HALFWORDPRODUCTS_H
