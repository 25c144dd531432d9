//===- TiedOperands.cpp - Undefined operands that are results -------------===//
//
// Where LLVM 22's register coalescer joins the result of an instruction of MVE
// with a part of another register, it makes its operand for the lanes that are
// not written, undefined and tied to the result, that part as well:
//
//   %1:mqpr = MVE_VMOVimmi32 0, 0, $noreg, $noreg, undef %1.ssub_2(tied-def 0)
//
// The code is right, as only the result is encoded, but the machine verifier
// rejects it.
//
//===----------------------------------------------------------------------===//

#include "codegen/machine/TiedOperands.h"

#include "llvm/CodeGen/MachineFunctionPass.h"
#include "llvm/CodeGen/Passes.h"
#include "llvm/CodeGen/TargetPassConfig.h"

using namespace dlc::machine;

namespace {
class TiedOperands : public llvm::MachineFunctionPass {
public:
  static char ID;
  TiedOperands() : MachineFunctionPass(ID) {}

  llvm::StringRef getPassName() const override {
    return "Undefined operands that are results";
  }
  void getAnalysisUsage(llvm::AnalysisUsage &usage) const override {
    // Nobody reads what is undefined: neither ranges nor blocks change.
    usage.setPreservesAll();
    MachineFunctionPass::getAnalysisUsage(usage);
  }
  bool runOnMachineFunction(llvm::MachineFunction &function) override;
};

char TiedOperands::ID = 0;
} // namespace

bool TiedOperands::runOnMachineFunction(llvm::MachineFunction &function) {
  bool isChanged = false;
  for (llvm::MachineBasicBlock &block : function)
    for (llvm::MachineInstr &instr : block)
      for (llvm::MachineOperand &operand : instr.uses()) {
        if (!operand.isReg() || !operand.isUndef() || !operand.isTied())
          continue;
        unsigned at = instr.findTiedOperandIdx(operand.getOperandNo());
        const llvm::MachineOperand &result = instr.getOperand(at);
        if (operand.getReg() != result.getReg() ||
            operand.getSubReg() == result.getSubReg())
          continue;
        operand.setSubReg(result.getSubReg());
        isChanged = true;
      }
  return isChanged;
}

void dlc::machine::insertTiedOperands(llvm::TargetPassConfig &passes) {
  passes.insertPass(&llvm::RegisterCoalescerID, new TiedOperands);
}
