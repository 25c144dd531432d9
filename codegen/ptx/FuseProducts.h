//===- FuseProducts.h - What is rounded once, what twice ---------*- C++
//-*-===//

#ifndef DLC_CODEGEN_PTX_FUSEPRODUCTS_H
#define DLC_CODEGEN_PTX_FUSEPRODUCTS_H

#include "llvm/IR/Module.h"

namespace dlc::ptx {

/// Fuses products with the sums that they go into, where both are marked
/// `contract`, and takes that mark off everything: what is left is rounded
/// twice on every device. A driver's assembler would fuse what PTX leaves open,
/// one like this and another like that.
void fuseProducts(llvm::Module &module);

} // namespace dlc::ptx

#endif // DLC_CODEGEN_PTX_FUSEPRODUCTS_H
