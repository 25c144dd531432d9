//===- HalfwordProducts.cpp - Products whose upper half is wanted ---------===//

#include "codegen/llvm/rewrites/HalfwordProducts.h"

#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicsARM.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/PatternMatch.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/Support/KnownBits.h"
#include "llvm/Target/TargetMachine.h"

#include <optional>

using namespace dlc;
using llvm::Value;

static constexpr unsigned kWord = 32, kHalf = 16;

/// A factor, and how many of its upper bits are zeros whatever it is.
struct Factor {
  Value *value;
  unsigned zeros;
  bool isNear; // made where the product is
};

static Factor factorOf(Value *value, llvm::Instruction &product) {
  unsigned zeros =
      llvm::computeKnownBits(value, product.getDataLayout(), nullptr, &product)
          .countMinLeadingZeros();
  auto *op = llvm::dyn_cast<llvm::Instruction>(value);
  return {value, zeros, op && op->getParent() == product.getParent()};
}

namespace {
struct Factors {
  Factor half, word;
};
} // namespace

/// Factors of a product of less than 2^31, one of which is less than 2^15: of
/// two the one that is not made where the product is, so that it stays in its
/// register while the word may be shifted.
static std::optional<Factors> factorsOf(Value *x, Value *y,
                                        llvm::Instruction &product) {
  Factors factors{factorOf(x, product), factorOf(y, product)};
  auto &[half, word] = factors;
  if (half.zeros <= kHalf ||
      (word.zeros > kHalf && half.isNear && !word.isNear))
    std::swap(half, word);
  if (half.zeros <= kHalf || word.zeros == 0 ||
      half.zeros + word.zeros <= kWord)
    return std::nullopt;
  return factors;
}

/// Writes a shift of a product by 16 bits, if it is one that fits; by fewer
/// where a constant is added: the word is shifted to the left in place of it,
/// and the constant is in a register.
static void write(llvm::Instruction &shift) {
  using namespace llvm::PatternMatch;
  Value *x = nullptr, *y = nullptr, *sum = nullptr;
  uint64_t bits = 0;
  if (!shift.getType()->isIntegerTy(kWord) ||
      !match(&shift, m_Shr(m_OneUse(m_Mul(m_Value(x), m_Value(y))),
                           m_ConstantInt(bits))))
    return;
  bool isAdded =
      shift.hasOneUse() &&
      match(shift.user_back(), m_c_Add(m_Specific(&shift), m_Value(sum)));
  if (bits > kHalf || bits == 0 ||
      (bits < kHalf && !(isAdded && llvm::isa<llvm::ConstantInt>(sum))))
    return;
  auto &product = *llvm::cast<llvm::Instruction>(shift.getOperand(0));
  std::optional<Factors> factors = factorsOf(x, y, product);
  if (!factors || factors->word.zeros <= kHalf - bits)
    return;
  llvm::Instruction *replaced = isAdded ? shift.user_back() : &shift;
  llvm::IRBuilder<> b(replaced);
  llvm::SmallVector<Value *> operands = {factors->word.value,
                                         factors->half.value};
  if (bits < kHalf)
    operands[0] = b.CreateShl(operands[0], kHalf - bits);
  if (isAdded)
    operands.push_back(sum);
  replaced->replaceAllUsesWith(b.CreateIntrinsic(
      isAdded ? llvm::Intrinsic::arm_smlawb : llvm::Intrinsic::arm_smulwb, {},
      operands));
  if (isAdded)
    replaced->eraseFromParent();
  shift.eraseFromParent();
  product.eraseFromParent();
}

void llvmgen::writeHalfwordProducts(llvm::Module &module,
                                    const llvm::TargetMachine &machine) {
  const llvm::Triple &triple = module.getTargetTriple();
  const llvm::MCSubtargetInfo &features = *machine.getMCSubtargetInfo();
  if (triple.isThumb() ? !features.checkFeatures("+dsp")
                       : !triple.isARM() || !features.checkFeatures("+v5te"))
    return;
  llvm::SmallVector<llvm::Instruction *> shifts;
  for (llvm::Function &function : module)
    for (llvm::Instruction &op : llvm::instructions(function))
      if (op.isShift())
        shifts.push_back(&op);
  for (llvm::Instruction *shift : shifts)
    write(*shift);
}
