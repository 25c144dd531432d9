//===- WidenHalves.h - Arithmetic on halves in float32 ----------*- C++ -*-===//

#ifndef DLC_CODEGEN_PTX_WIDENHALVES_H
#define DLC_CODEGEN_PTX_WIDENHALVES_H

#include "llvm/IR/Module.h"

namespace dlc::ptx {

/// Computes in float32 what is computed in halves, and rounds each result: for
/// sums, products, quotients and roots the bits are the same (float32 has more
/// than twice the digits). For chips whose instructions on halves are slow;
/// behind LLVM's optimisation, which would make halves of it again.
void widenHalves(llvm::Module &module);

} // namespace dlc::ptx

#endif // DLC_CODEGEN_PTX_WIDENHALVES_H
