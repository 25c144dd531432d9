//===- PtxText.h - LLVM IR to PTX -------------------------------*- C++ -*-===//

#ifndef DLC_CODEGEN_PTX_PTXTEXT_H
#define DLC_CODEGEN_PTX_PTXTEXT_H

#include "targets/description/TargetInfo.h"

#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

#include <string>

namespace dlc::ptx {

/// Optimises the kernels and writes them for the target's GPU. An error where
/// they would call a function that is not theirs: there are no libraries.
llvm::Expected<std::string> writePtxText(llvm::Module &module,
                                         const targets::TargetInfo &target);

} // namespace dlc::ptx

#endif // DLC_CODEGEN_PTX_PTXTEXT_H
