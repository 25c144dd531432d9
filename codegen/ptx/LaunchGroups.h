//===- LaunchGroups.h - Which launches are worth being one ------*- C++ -*-===//

#ifndef DLC_CODEGEN_PTX_LAUNCHGROUPS_H
#define DLC_CODEGEN_PTX_LAUNCHGROUPS_H

#include "targets/description/TargetInfo.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/SymbolTable.h"

namespace dlc::ptx {

/// Threads of a kernel that does what several launches did, one block for all:
/// half of what a block may have, for 128 registers each where a block has
/// 32768.
inline constexpr int64_t kMergedThreads = 256;

/// A launch as a part of a merged one: so many of its blocks are worked on at
/// once.
struct MergedPart {
  mlir::gpu::LaunchFuncOp launch;
  mlir::gpu::GPUFuncOp kernel;
  int64_t grid[3] = {1, 1, 1};
  int64_t blocks = 1, threads = 1, sharedBytes = 0, atOnce = 1;
  double cycles = 0, cyclesMerged = 0; // of the launch, and as a part
};

/// The launches of a call; empty where one of them has to stay by itself.
struct MergeCandidate {
  mlir::func::CallOp call;
  llvm::SmallVector<MergedPart> parts;
  unsigned launches = 0;
  double cycles = 0; // of its launches, each by itself
};

/// The calls of @main with their launches, in order.
std::vector<MergeCandidate> candidatesOf(mlir::func::FuncOp main,
                                         mlir::SymbolTable &symbols,
                                         const targets::TargetInfo &target);

/// Ranges [first, last] of calls that are faster as one launch, in order.
std::vector<std::pair<size_t, size_t>>
chooseGroups(llvm::ArrayRef<MergeCandidate> candidates);

} // namespace dlc::ptx

#endif // DLC_CODEGEN_PTX_LAUNCHGROUPS_H
