//===- GatherSteps.cpp - Gathers whose step LLVM gets wrong ---------------===//
//
// VLDRW and VSTRW with a vector of addresses can add a step to them: 7 bits of
// words, so 508 bytes at most (Armv8-M manual, VLDR (vector, immediate)).
// LLVM 22's MVEGatherScatterLowering allows 512, and the object has a step of 0
// where the assembly says 512: every 32nd float of a row, as in a transposition
// of 32 channels. It looks for steps in the address's getelementptr.
//
//===----------------------------------------------------------------------===//

#include "codegen/llvm/rewrites/GatherSteps.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace dlc;

/// The operand with the addresses; none for another instruction.
static llvm::Use *addressesOf(llvm::Instruction &instruction) {
  auto *call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction);
  if (!call)
    return nullptr;
  switch (call->getIntrinsicID()) {
  case llvm::Intrinsic::masked_gather:
    return &call->getArgOperandUse(0);
  case llvm::Intrinsic::masked_scatter:
    return &call->getArgOperandUse(1);
  default:
    return nullptr;
  }
}

void llvmgen::hideGatherSteps(llvm::Module &module) {
  const llvm::Triple &triple = module.getTargetTriple();
  if (!triple.isARM() && !triple.isThumb())
    return;
  for (llvm::Function &function : module)
    for (llvm::Instruction &instruction : llvm::instructions(function))
      if (llvm::Use *addresses = addressesOf(instruction))
        addresses->set(
            llvm::IRBuilder<>(&instruction).CreateFreeze(*addresses));
}
