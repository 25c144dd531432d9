//===- LoadStoreGuard.cpp - Around LLVM's load/store optimiser for Arm ----===//
//
// The cause (ARMLoadStoreOpt::moveLiveRegsBefore): the optimiser goes through
// its candidates from the end of a block, keeps the registers that are in use
// at an instruction, and goes on from there for the next candidate. That
// instruction may be an addition to a base which it folds into a load or store
// after that. It is erased, the new instruction gets its memory, and what it
// knows is now said of a place further up: everything between is missed. A
// debug instruction before each such addition is where it stops instead; it
// never erases those, and looks through them everywhere else.
//
//===----------------------------------------------------------------------===//

#include "codegen/machine/LoadStoreGuard.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/CodeGen/MachineFunctionPass.h"
#include "llvm/CodeGen/MachineInstrBuilder.h"
#include "llvm/CodeGen/Passes.h"
#include "llvm/CodeGen/TargetInstrInfo.h"
#include "llvm/CodeGen/TargetSubtargetInfo.h"
#include "llvm/PassRegistry.h"
#include "llvm/Target/TargetMachine.h"

using namespace dlc::machine;
using llvm::MachineBasicBlock;
using llvm::MachineFunction;
using llvm::MachineInstr;

namespace {
/// Calls the guard before or after the optimiser.
class GuardPass : public llvm::MachineFunctionPass {
public:
  static char ID;
  using Step = void (LoadStoreGuard::*)(MachineFunction &);
  GuardPass(LoadStoreGuard &guard, Step step)
      : MachineFunctionPass(ID), guard(guard), step(step) {}

  llvm::StringRef getPassName() const override {
    return "Guard of the load / store optimiser";
  }
  void getAnalysisUsage(llvm::AnalysisUsage &usage) const override {
    usage.setPreservesAll();
    MachineFunctionPass::getAnalysisUsage(usage);
  }
  bool runOnMachineFunction(MachineFunction &function) override {
    (guard.*step)(function);
    return true;
  }

private:
  LoadStoreGuard &guard;
  Step step;
};

char GuardPass::ID = 0;
} // namespace

void LoadStoreGuard::insertInto(llvm::TargetPassConfig &passes) {
  const llvm::PassInfo *optimiser =
      llvm::PassRegistry::getPassRegistry()->getPassInfo(
          llvm::StringRef("arm-ldst-opt"));
  const llvm::Triple &triple =
      passes.getTM<llvm::TargetMachine>().getTargetTriple();
  if (!optimiser || !(triple.isARM() || triple.isThumb()))
    return;
  // The optimiser is the first pass after the expansion.
  passes.insertPass(&llvm::ExpandPostRAPseudosID,
                    new GuardPass(*this, &LoadStoreGuard::before));
  passes.insertPass(optimiser->getTypeInfo(),
                    new GuardPass(*this, &LoadStoreGuard::after));
}

static bool isLabel(const MachineInstr &instr) {
  return instr.getOpcode() == llvm::TargetOpcode::DBG_LABEL;
}

void LoadStoreGuard::before(MachineFunction &function) {
  const llvm::TargetInstrInfo &instructions =
      *function.getSubtarget().getInstrInfo();
  if (!ops)
    ops.emplace(instructions, *function.getSubtarget().getRegisterInfo());
  original.assign(function.getNumBlockIDs(), {});
  llvm::MDNode *nothing =
      llvm::MDNode::get(function.getFunction().getContext(), {});
  for (MachineBasicBlock &block : function) {
    Instructions &copies = original[block.getNumber()];
    for (const MachineInstr &instr : block.instrs())
      copies.push_back(function.CloneMachineInstr(&instr));
    if (!removesCause)
      continue;
    for (MachineInstr &instr : llvm::make_early_inc_range(block))
      if (ops->isIncrement(instr))
        BuildMI(block, instr, llvm::DebugLoc(),
                instructions.get(llvm::TargetOpcode::DBG_LABEL))
            .addMetadata(nothing);
  }
}

void LoadStoreGuard::after(MachineFunction &function) {
  if (removesCause)
    for (MachineBasicBlock &block : function)
      for (MachineInstr &instr : llvm::make_early_inc_range(block))
        if (isLabel(instr))
          instr.eraseFromParent();
  if (!isRight(function))
    wrong.push_back(function.getName().str());
  for (Instructions &copies : original)
    for (const MachineInstr *copy : copies)
      function.deleteMachineInstr(const_cast<MachineInstr *>(copy));
  original.clear();
}

static bool isSame(const Instructions &before, const Instructions &after) {
  return llvm::equal(before, after,
                     [](const MachineInstr *a, const MachineInstr *b) {
                       return a->isIdenticalTo(*b);
                     });
}

/// Whether memory, calls, and registers that are read later are the same.
static bool isEqual(const BlockEffects &before, const BlockEffects &after,
                    llvm::BitVector live,
                    const llvm::TargetRegisterInfo &registers) {
  if (after.undefined || before.memory != after.memory ||
      before.returns != after.returns)
    return false;
  if (before.returns)
    // The return address is in `memory`; where it came from is nobody's.
    for (auto unit : registers.regunits(registers.getRARegister()))
      live.reset(static_cast<unsigned>(unit));
  return llvm::all_of(live.set_bits(), [&](unsigned unit) {
    return before.units[unit] == after.units[unit];
  });
}

bool LoadStoreGuard::isRight(const MachineFunction &function) const {
  std::optional<std::vector<llvm::BitVector>> live;
  for (const MachineBasicBlock &block : function) {
    const Instructions &before = original[block.getNumber()];
    Instructions after;
    for (const MachineInstr &instr : block.instrs())
      after.push_back(&instr);
    if (isSame(before, after))
      continue;
    if (!live)
      live = liveAfterBlocks(function, original, *ops);
    const llvm::TargetRegisterInfo &registers =
        *function.getSubtarget().getRegisterInfo();
    Expressions expressions;
    BlockEffects was = effectsOf(before, registers, *ops, expressions);
    BlockEffects is = effectsOf(after, registers, *ops, expressions);
    if (!isEqual(was, is, (*live)[block.getNumber()], registers))
      return false;
  }
  return true;
}
