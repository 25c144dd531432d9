//===- FuseProducts.h - What is rounded once, what twice ---------*- C++
//-*-===//

#ifndef DLC_CODEGEN_PTX_FUSEPRODUCTS_H
#define DLC_CODEGEN_PTX_FUSEPRODUCTS_H

#include "llvm/IR/Module.h"

namespace dlc::ptx {

/// Fuses products with the sums that they go into, where both are marked
/// `contract`. Once before LLVM optimises, which takes products apart from
/// their sums where one operand is a constant on some way, and once behind.
void fuseProducts(llvm::Module &module);

/// Takes the mark off everything: what is left is rounded twice on every
/// device. A driver's assembler would fuse what PTX leaves open, one like this
/// and another like that.
void forbidFusing(llvm::Module &module);

} // namespace dlc::ptx

#endif // DLC_CODEGEN_PTX_FUSEPRODUCTS_H
