//===- Passes.h - From operators to stages ----------------------*- C++ -*-===//

#ifndef DLC_COMPILER_FUSE_PASSES_H
#define DLC_COMPILER_FUSE_PASSES_H

#include "mlir/Pass/Pass.h"

namespace dlc::fuse {

/// On the module: the bytes of arena that dlc-split-into-patches aims at.
inline constexpr llvm::StringLiteral ramBudgetAttrName = "dlc.ram_budget";
/// On the module, without a budget: dlc-split-into-patches may do what costs
/// next to nothing.
inline constexpr llvm::StringLiteral cheapPatchesAttrName = "dlc.cheap_patches";
/// On the module: the bytes of arena that dlc-split-into-patches expects, which
/// knows neither scratch memory nor gaps of the placement.
inline constexpr llvm::StringLiteral expectedRamAttrName = "dlc.expected_ram";

/// What dlc-mark-costs leaves on a stage, whatever it is lowered to: its
/// operations, and its multiply-accumulates (i64).
inline constexpr llvm::StringLiteral flopsAttrName = "nn.flops";
inline constexpr llvm::StringLiteral macsAttrName = "nn.macs";

#define GEN_PASS_DECL
#include "compiler/fuse/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "compiler/fuse/Passes.h.inc"

} // namespace dlc::fuse

#endif
