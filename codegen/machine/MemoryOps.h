//===- MemoryOps.h - What Arm's loads, stores and additions do ------------===//

#ifndef DLC_CODEGEN_MACHINE_MEMORYOPS_H
#define DLC_CODEGEN_MACHINE_MEMORYOPS_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/CodeGen/MachineInstr.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetRegisterInfo.h"

#include <optional>
#include <vector>

namespace dlc::machine {

/// `to = from + amount`, modulo 2^32.
struct Addition {
  llvm::Register to, from;
  int64_t amount = 0;
};

/// Registers that are loaded from, or stored to, consecutive places.
struct Transfer {
  bool loads = false;
  llvm::SmallVector<llvm::Register, 4> registers; ///< lowest address first
  unsigned bytes = 0;                             ///< of each register
  llvm::Register base;
  int64_t offset = 0; ///< of the lowest address from `base`
  bool updates = false;
  int64_t step = 0; ///< what `base` grows by where it is updated
  /// No instruction has these registers: LLVM has to split the operation.
  bool isPseudo = false;
  /// The last register is the program counter: a return.
  bool returns = false;
};

/// Knows the instructions that LLVM's load/store optimiser for Arm reads and
/// writes (ARMLoadStoreOptimizer.cpp) by their names in LLVM.
class MemoryOps {
public:
  MemoryOps(const llvm::TargetInstrInfo &instructions,
            const llvm::TargetRegisterInfo &registers);

  /// Nothing for an instruction that is conditional, whose registers
  /// contradict each other, or that is of another kind.
  std::optional<Addition> addition(const llvm::MachineInstr &instr) const;
  std::optional<Transfer> transfer(const llvm::MachineInstr &instr) const;

  /// The operand that holds the address of a plain return.
  std::optional<llvm::Register>
  returnAddress(const llvm::MachineInstr &instr) const;

  /// Additions to a register in place, conditional or not.
  bool isIncrement(const llvm::MachineInstr &instr) const;

  struct Form;

private:
  std::vector<const Form *> forms; ///< by opcode
  const llvm::TargetRegisterInfo &registers;
};

} // namespace dlc::machine

#endif // DLC_CODEGEN_MACHINE_MEMORYOPS_H
