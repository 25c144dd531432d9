//===- BankPlanner.h - Buffers in several banks of RAM ----------*- C++ -*-===//
//
// Arithmetic alone, as in ArenaPlanner.h: each buffer lies wholly in one of
// several arenas of given sizes.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_MEMORY_BANKPLANNER_H
#define DLC_CODEGEN_MEMORY_BANKPLANNER_H

#include "codegen/memory/plan/ArenaPlanner.h"

namespace dlc::memory {

struct BankPlan {
  /// Of each buffer. A bank behind the last holds what fits in none, or not in
  /// the only one that it may lie in.
  std::vector<unsigned> banks;
  /// Within the bank.
  std::vector<int64_t> offsets;
  /// Bytes of each bank, at most what it has; then of the one behind the last.
  std::vector<int64_t> used;

  bool fits() const { return used.back() == 0; }
  int64_t bytes() const;
};

/// Places buffers into banks of `sizes` bytes: no more than has to be lies in
/// none, and the sum of bytes is small. Banks are preferred in their order. The
/// same input gives the same plan; `effort` as in planArena().
BankPlan planBanks(llvm::ArrayRef<LiveBuffer> buffers,
                   llvm::ArrayRef<int64_t> sizes, uint64_t effort = 32'000'000);

} // namespace dlc::memory

#endif
