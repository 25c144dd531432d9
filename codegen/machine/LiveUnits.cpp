//===- LiveUnits.cpp - Which registers are read after a block -------------===//

#include "codegen/machine/LiveUnits.h"

#include "llvm/CodeGen/MachineRegisterInfo.h"
#include "llvm/CodeGen/TargetFrameLowering.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetLowering.h"
#include "llvm/CodeGen/TargetRegisterInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"

using namespace dlc::machine;
using llvm::BitVector;
using llvm::MachineInstr;
using llvm::MachineOperand;

static void set(BitVector &units, const llvm::TargetRegisterInfo &registers,
                llvm::Register reg) {
  for (auto unit : registers.regunits(reg.asMCReg()))
    units.set(static_cast<unsigned>(unit));
}

namespace {
/// What a block reads before it writes it, and what it writes in any case.
struct Summary {
  BitVector reads, writes;
};
} // namespace

static Summary summarise(const Instructions &block,
                         const llvm::TargetRegisterInfo &registers,
                         const llvm::TargetInstrInfo &instructions) {
  unsigned count = registers.getNumRegUnits();
  Summary result{BitVector(count), BitVector(count)};
  BitVector reads(count), writes(count);
  for (const MachineInstr *instr : block) {
    if (instr->isDebugInstr())
      continue;
    reads.reset();
    writes.reset();
    for (const MachineOperand &operand : instr->operands()) {
      if (!operand.isReg() || !operand.getReg())
        continue;
      if (operand.readsReg())
        set(reads, registers, operand.getReg());
      if (operand.isDef() && !instructions.isPredicated(*instr))
        set(writes, registers, operand.getReg());
    }
    result.reads |= reads.reset(result.writes);
    result.writes |= writes;
  }
  return result;
}

/// What the caller reads.
static BitVector readAfterReturn(const llvm::MachineFunction &function,
                                 const Instructions &block,
                                 const MemoryOps &ops) {
  const llvm::TargetSubtargetInfo &target = function.getSubtarget();
  const llvm::TargetRegisterInfo &registers = *target.getRegisterInfo();
  BitVector units(registers.getNumRegUnits());
  set(units, registers,
      target.getTargetLowering()->getStackPointerRegisterToSaveRestore());
  for (const llvm::MCPhysReg *reg = function.getRegInfo().getCalleeSavedRegs();
       *reg; ++reg)
    set(units, registers, *reg);
  if (block.empty())
    return units;
  const MachineInstr &last = *block.back();
  if (last.isReturn() && !last.isCall()) {
    BitVector link(units.size());
    set(link, registers, registers.getRARegister());
    units.reset(link);
  }
  if (std::optional<llvm::Register> address = ops.returnAddress(last))
    set(units, registers, *address);
  for (const MachineOperand &operand : last.operands())
    if (operand.isReg() && operand.getReg() && operand.readsReg())
      set(units, registers, operand.getReg());
  return units;
}

std::vector<BitVector>
dlc::machine::liveAfterBlocks(const llvm::MachineFunction &function,
                              llvm::ArrayRef<Instructions> blocks,
                              const MemoryOps &ops) {
  const llvm::TargetSubtargetInfo &target = function.getSubtarget();
  const llvm::TargetRegisterInfo &registers = *target.getRegisterInfo();
  std::vector<Summary> summaries;
  for (const Instructions &block : blocks)
    summaries.push_back(summarise(block, registers, *target.getInstrInfo()));
  unsigned count = registers.getNumRegUnits();
  std::vector<BitVector> before(blocks.size(), BitVector(count));
  std::vector<BitVector> after(blocks.size(), BitVector(count));
  for (bool changed = true; changed;) {
    changed = false;
    for (const llvm::MachineBasicBlock &block : llvm::reverse(function)) {
      unsigned at = block.getNumber();
      BitVector live(count);
      for (const llvm::MachineBasicBlock *next : block.successors())
        live |= before[next->getNumber()];
      if (block.succ_empty())
        live = readAfterReturn(function, blocks[at], ops);
      after[at] = live;
      live.reset(summaries[at].writes);
      live |= summaries[at].reads;
      changed |= live != before[at];
      before[at] = std::move(live);
    }
  }
  return after;
}
