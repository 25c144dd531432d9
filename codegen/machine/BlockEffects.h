//===- BlockEffects.h - What a block does, in terms of its inputs ---------===//

#ifndef DLC_CODEGEN_MACHINE_BLOCKEFFECTS_H
#define DLC_CODEGEN_MACHINE_BLOCKEFFECTS_H

#include "codegen/machine/MemoryOps.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/CodeGen/TargetRegisterInfo.h"
#include "llvm/Support/Allocator.h"

#include <vector>

namespace dlc::machine {

/// Numbers for expressions: equal numbers for equal expressions and no others.
class Expressions {
public:
  using Id = uint64_t;
  /// What an expression is made of, and a tag that says how.
  Id number(llvm::ArrayRef<uint64_t> parts);

  /// `base + amount` modulo 2^32; sums of sums are one.
  Id sum(Id base, int64_t amount);
  struct Split {
    Id base;
    int32_t amount;
  };
  Split split(Id id) const;

private:
  llvm::BumpPtrAllocator memory;
  llvm::DenseMap<llvm::ArrayRef<uint64_t>, Id> known;
  llvm::DenseMap<Id, Split> sums;
};

/// What is left when a block has run.
struct BlockEffects {
  /// Memory, calls and branches in their order, and what they read.
  Expressions::Id memory = 0;
  std::vector<Expressions::Id> units; ///< of registers
  /// The block ends by a return to an address that `memory` tells.
  bool returns = false;
  /// An instruction that no machine has, or that is not understood.
  bool undefined = false;
};

/// Runs a block on symbols. Instructions that MemoryOps knows have their
/// meaning; all others are functions of what they read, and those that may
/// write memory are steps of it. Loads and stores of one base that do not
/// overlap commute, nothing else in memory does.
BlockEffects effectsOf(llvm::ArrayRef<const llvm::MachineInstr *> block,
                       const llvm::TargetRegisterInfo &registers,
                       const MemoryOps &ops, Expressions &expressions);

} // namespace dlc::machine

#endif // DLC_CODEGEN_MACHINE_BLOCKEFFECTS_H
