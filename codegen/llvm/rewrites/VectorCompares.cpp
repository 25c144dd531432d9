//===- VectorCompares.cpp - Comparisons of MVE's vectors of floats --------===//
//
// VCMP compares a vector with one core register on its right. LLVM 22 makes
// x < c of c > x to use it (ARMISelLowering, getSwappedCondition; zero as
// well). But `lt` and `le` are defined as what `ge` and `gt` are not, so that
// they hold for NaN, which `ge` and `gt` do not (Armv8-M manual, VCMP
// (floating-point)): a ReLU made 0 of NaN. A vector that LLVM does not know to
// be one register in all lanes stays on its side.
//
//===----------------------------------------------------------------------===//

#include "codegen/llvm/rewrites/VectorCompares.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Analysis/VectorUtils.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"

using namespace dlc;
using llvm::CmpInst;

namespace {
/// Whether `x predicate c`, c one register, is an instruction only after an
/// exchange.
bool isExchanged(CmpInst::Predicate predicate) {
  switch (predicate) {
  case CmpInst::FCMP_OLT:
  case CmpInst::FCMP_OLE:
  case CmpInst::FCMP_UGE:
  case CmpInst::FCMP_UGT:
  case CmpInst::FCMP_ONE:
  case CmpInst::FCMP_UEQ:
  case CmpInst::FCMP_UNO:
  case CmpInst::FCMP_ORD:
    return true;
  default:
    return false;
  }
}

class Hider {
public:
  void hideIn(llvm::FCmpInst &compare) {
    auto *type =
        llvm::dyn_cast<llvm::FixedVectorType>(compare.getOperand(0)->getType());
    if (!type || !(type->getElementType()->isFloatTy() ||
                   type->getElementType()->isHalfTy()))
      return;
    for (unsigned side : {0U, 1U}) {
      CmpInst::Predicate predicate =
          side ? compare.getPredicate() : compare.getSwappedPredicate();
      llvm::Value *value = compare.getOperand(side);
      if (!isExchanged(predicate) || !llvm::getSplatValue(value))
        continue;
      llvm::Value *other = hidden(compare, value, *type);
      compare.setOperand(side, other);
      // What is selected (by a ReLU: zero) is in a register already.
      for (llvm::User *user : compare.users())
        if (auto *select = llvm::dyn_cast<llvm::SelectInst>(user);
            select && select->getParent() == compare.getParent())
          select->replaceUsesOfWith(value, other);
    }
  }

private:
  /// The same value, once for all of a block's comparisons.
  llvm::Value *hidden(llvm::FCmpInst &compare, llvm::Value *value,
                      llvm::FixedVectorType &type) {
    llvm::Value *&known = values[{compare.getParent(), value}];
    if (!known) {
      llvm::IRBuilder<> b(&compare);
      auto *whole = llvm::FixedVectorType::get(
          type.getElementType(), 128 / type.getScalarSizeInBits());
      llvm::Value *splat = b.CreateVectorSplat(whole->getElementCount(),
                                               llvm::getSplatValue(value));
      auto *through = llvm::InlineAsm::get(
          llvm::FunctionType::get(whole, {whole}, false), "", "=w,0",
          /*hasSideEffects=*/false);
      known = b.CreateCall(through, {splat});
      if (whole != &type) {
        llvm::SmallVector<int> lanes;
        for (unsigned i = 0; i < type.getNumElements(); ++i)
          lanes.push_back(static_cast<int>(i % whole->getNumElements()));
        known = b.CreateShuffleVector(known, lanes);
      }
    }
    return known;
  }

  llvm::DenseMap<std::pair<llvm::BasicBlock *, llvm::Value *>, llvm::Value *>
      values;
};
} // namespace

void llvmgen::hideComparedRegisters(llvm::Module &module) {
  const llvm::Triple &triple = module.getTargetTriple();
  if (!triple.isARM() && !triple.isThumb())
    return;
  Hider hider;
  for (llvm::Function &function : module)
    for (llvm::Instruction &instruction : llvm::instructions(function))
      if (auto *compare = llvm::dyn_cast<llvm::FCmpInst>(&instruction))
        hider.hideIn(*compare);
}
