//===- VectorCompares.h - Comparisons of MVE's vectors of floats ----------===//

#ifndef DLC_CODEGEN_LLVM_VECTORCOMPARES_H
#define DLC_CODEGEN_LLVM_VECTORCOMPARES_H

namespace llvm {
class Module;
} // namespace llvm

namespace dlc::llvmgen {

/// Keeps LLVM's code generator from exchanging the operands of a comparison of
/// MVE's vectors of floats, after which it holds for another set of lanes with
/// NaN. After LLVM's optimisations, whose vectors are among them; does nothing
/// for other machines.
void hideComparedRegisters(llvm::Module &module);

} // namespace dlc::llvmgen

#endif // DLC_CODEGEN_LLVM_VECTORCOMPARES_H
