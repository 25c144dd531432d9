//===- FixedPointConversions.cpp - MVE's conversions by 2^n ---------------===//
//
// VCVT between floats and fixed point takes n, 1 to the bits of an element, as
// an immediate (Armv8-M manual, VCVT (between floating-point and fixed-point)).
// LLVM 22 selects it for a product with 2^n (ARMISelDAGToDAG,
// transformFixedFloatingPointConversion and tryFP_TO_INT) and is wrong twice:
//
//   * n is made by getConstant, not getTargetConstant. Where the block has the
//     same number as another constant, both become one register, and the number
//     of that register is what is encoded: `vcvt.f32.s32 q0, q0, r3`.
//   * integer -> float -> times 2^n -> integer loses the first conversion: the
//     bits of the integer are taken for a float's.
//
// TableGen's pattern of the intrinsic has neither fault, and the instruction is
// the same one.
//
//===----------------------------------------------------------------------===//

#include "codegen/llvm/rewrites/FixedPointConversions.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Analysis/VectorUtils.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsARM.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/Target/TargetMachine.h"

#include <numeric>
#include <optional>

using namespace dlc;
using llvm::Value;

namespace {
constexpr unsigned kRegisterBits = 128;

/// Lanes of a register of such floats; 0 where MVE has no arithmetic for them.
unsigned lanesOf(llvm::Type *type) {
  auto *vector = llvm::dyn_cast<llvm::FixedVectorType>(type);
  if (!vector || !(vector->getElementType()->isFloatTy() ||
                   vector->getElementType()->isHalfTy()))
    return 0;
  return kRegisterBits / vector->getScalarSizeInBits();
}

/// log2 of the number that all defined lanes from `begin` have; none where they
/// differ or it is no power of two.
std::optional<int> exponentOf(const llvm::Constant &factor, unsigned begin,
                              unsigned end) {
  std::optional<int> common;
  for (unsigned lane = begin; lane < end; ++lane) {
    const llvm::Constant *element = factor.getAggregateElement(lane);
    if (element && llvm::isa<llvm::UndefValue>(element))
      continue;
    const auto *number = llvm::dyn_cast_or_null<llvm::ConstantFP>(element);
    int exponent = number && !number->isNegative()
                       ? number->getValueAPF().getExactLog2()
                       : INT_MIN;
    if (exponent == INT_MIN || exponent != common.value_or(exponent))
      return std::nullopt;
    common = exponent;
  }
  return common;
}

/// A product of `value` and, register by register, 2^exponents.
struct Scaling {
  Value *value = nullptr;
  llvm::SmallVector<std::optional<int>> exponents;
};

/// Of x * c, c * x, x / c and x + x; none for another instruction and where no
/// register has one power of two in all its lanes.
std::optional<Scaling> scalingOf(Value *product) {
  auto *op = llvm::dyn_cast<llvm::BinaryOperator>(product);
  unsigned perRegister = op ? lanesOf(op->getType()) : 0;
  if (!perRegister)
    return std::nullopt;
  unsigned lanes =
      llvm::cast<llvm::FixedVectorType>(op->getType())->getNumElements();
  Scaling result;
  unsigned opcode = op->getOpcode();
  auto *factor = llvm::dyn_cast<llvm::Constant>(op->getOperand(1));
  result.value = op->getOperand(0);
  if (!factor && opcode == llvm::Instruction::FMul) {
    factor = llvm::dyn_cast<llvm::Constant>(op->getOperand(0));
    result.value = op->getOperand(1);
  }
  bool isDoubled = opcode == llvm::Instruction::FAdd &&
                   op->getOperand(0) == op->getOperand(1);
  bool isDivision = opcode == llvm::Instruction::FDiv;
  if (!isDoubled &&
      !(factor && (isDivision || opcode == llvm::Instruction::FMul)))
    return std::nullopt;
  for (unsigned lane = 0; lane < lanes; lane += perRegister) {
    std::optional<int> exponent =
        isDoubled
            ? 1
            : exponentOf(*factor, lane, std::min(lane + perRegister, lanes));
    if (exponent && isDivision)
      exponent = -*exponent;
    result.exponents.push_back(exponent);
  }
  return result;
}

/// A vector of floats as registers and back; the last may be in part poison.
class Registers {
public:
  Registers(llvm::Instruction &at, llvm::Type *floats)
      : b(&at),
        lanes(llvm::cast<llvm::FixedVectorType>(floats)->getNumElements()),
        perRegister(lanesOf(floats)) {}

  /// The register of `vector` with number `index`.
  Value *part(Value *vector, unsigned index) {
    if (lanes == perRegister)
      return vector;
    llvm::SmallVector<int> mask;
    for (unsigned i = 0; i < perRegister; ++i) {
      unsigned lane = index * perRegister + i;
      mask.push_back(lane < lanes ? static_cast<int>(lane)
                                  : llvm::PoisonMaskElem);
    }
    return b.CreateShuffleVector(vector, mask);
  }

  /// An instruction of vectors on one register.
  Value *partOf(llvm::Instruction &op, unsigned index) {
    if (lanes == perRegister)
      return &op;
    llvm::Instruction *part = op.clone();
    for (llvm::Use &operand : part->operands())
      if (operand->getType()->isVectorTy())
        operand.set(this->part(operand, index));
    part->mutateType(
        llvm::FixedVectorType::get(op.getType()->getScalarType(), perRegister));
    return b.Insert(part);
  }

  /// The instruction: between integers and `places` behind the binary point.
  Value *converted(Value *from, llvm::Type *element, bool isUnsigned,
                   int places) {
    return b.CreateIntrinsic(
        llvm::Intrinsic::arm_mve_vcvt_fix,
        {llvm::FixedVectorType::get(element, perRegister), from->getType()},
        {b.getInt32(isUnsigned), from, b.getInt32(places)});
  }

  /// A whole vector of registers.
  Value *joined(llvm::ArrayRef<Value *> registers) {
    Value *all = llvm::concatenateVectors(b, registers);
    llvm::SmallVector<int> mask(lanes);
    std::iota(mask.begin(), mask.end(), 0);
    return lanes % perRegister ? b.CreateShuffleVector(all, mask) : all;
  }

  llvm::IRBuilder<> b;
  const unsigned lanes, perRegister;
};

/// Whether VCVT has room for so many places behind the binary point.
bool isEncodable(std::optional<int> places, unsigned bits) {
  return places && *places > 0 && *places <= static_cast<int>(bits);
}
} // namespace

/// x * 2^-n of integers x.
static void writeToFloat(llvm::Instruction *op) {
  llvm::Instruction &product = *op;
  std::optional<Scaling> scaling = scalingOf(&product);
  if (!scaling ||
      !llvm::isa<llvm::SIToFPInst, llvm::UIToFPInst>(scaling->value))
    return;
  auto *conversion = llvm::cast<llvm::CastInst>(scaling->value);
  bool isUnsigned = llvm::isa<llvm::UIToFPInst>(conversion);
  llvm::Type *element = product.getType()->getScalarType();
  unsigned bits = element->getScalarSizeInBits();
  unsigned sourceBits = conversion->getSrcTy()->getScalarSizeInBits();
  for (std::optional<int> &exponent : scaling->exponents)
    if (exponent)
      exponent = -*exponent;
  auto isWritten = [&](std::optional<int> n) { return isEncodable(n, bits); };
  if (sourceBits > bits || llvm::none_of(scaling->exponents, isWritten))
    return;
  // 65520 and above are infinite as halves, but not times 2^-n. LLVM leaves
  // them alone where it may not assume otherwise.
  if (element->isHalfTy() && isUnsigned && sourceBits == bits) {
    product.setHasNoInfs(false);
    return;
  }
  Registers registers(product, product.getType());
  llvm::IRBuilder<> &b = registers.b;
  Value *integers = b.CreateIntCast(
      conversion->getOperand(0),
      llvm::FixedVectorType::get(b.getIntNTy(bits), registers.lanes),
      !isUnsigned);
  llvm::SmallVector<Value *> parts;
  for (auto [i, n] : llvm::enumerate(scaling->exponents))
    parts.push_back(isWritten(n)
                        ? registers.converted(registers.part(integers, i),
                                              element, isUnsigned, *n)
                        : registers.partOf(product, i));
  product.replaceAllUsesWith(registers.joined(parts));
  product.eraseFromParent();
  if (conversion->use_empty())
    conversion->eraseFromParent();
}

namespace {
/// From floats to integers.
struct ToInteger {
  Value *from;
  bool isUnsigned, isSaturating;
};
} // namespace

static std::optional<ToInteger> conversionOf(llvm::Instruction &op) {
  if (llvm::isa<llvm::FPToSIInst, llvm::FPToUIInst>(op))
    return ToInteger{op.getOperand(0), llvm::isa<llvm::FPToUIInst>(op), false};
  auto *call = llvm::dyn_cast<llvm::IntrinsicInst>(&op);
  if (!call)
    return std::nullopt;
  switch (call->getIntrinsicID()) {
  case llvm::Intrinsic::fptosi_sat:
  case llvm::Intrinsic::fptoui_sat:
    return ToInteger{call->getArgOperand(0),
                     call->getIntrinsicID() == llvm::Intrinsic::fptoui_sat,
                     true};
  default:
    return std::nullopt;
  }
}

/// Integers of `bits` in wider ones: the nearest there is.
static Value *narrowed(llvm::IRBuilder<> &b, Value *wide, llvm::Type *type,
                       const ToInteger &conversion) {
  unsigned bits = type->getScalarSizeInBits();
  unsigned wideBits = wide->getType()->getScalarSizeInBits();
  if (bits == wideBits)
    return wide;
  if (conversion.isSaturating) {
    auto bound = [&](const llvm::APInt &value) {
      return llvm::ConstantInt::get(wide->getType(), value);
    };
    llvm::APInt least =
        conversion.isUnsigned
            ? llvm::APInt::getZero(wideBits)
            : llvm::APInt::getSignedMinValue(bits).sext(wideBits);
    llvm::APInt largest =
        conversion.isUnsigned
            ? llvm::APInt::getMaxValue(bits).zext(wideBits)
            : llvm::APInt::getSignedMaxValue(bits).sext(wideBits);
    wide = b.CreateBinaryIntrinsic(llvm::Intrinsic::smax, wide, bound(least));
    wide = b.CreateBinaryIntrinsic(llvm::Intrinsic::smin, wide, bound(largest));
  }
  return b.CreateTrunc(wide, type);
}

/// x * 2^n, towards zero.
static void writeToInteger(llvm::Instruction *from) {
  llvm::Instruction &op = *from;
  std::optional<ToInteger> conversion = conversionOf(op);
  std::optional<Scaling> scaling =
      conversion ? scalingOf(conversion->from) : std::nullopt;
  if (!scaling)
    return;
  auto *product = llvm::cast<llvm::Instruction>(conversion->from);
  unsigned bits = product->getType()->getScalarSizeInBits();
  unsigned resultBits = op.getType()->getScalarSizeInBits();
  auto isWritten = [&](std::optional<int> n) { return isEncodable(n, bits); };
  if (resultBits > bits || llvm::none_of(scaling->exponents, isWritten))
    return;
  // What a narrower result cannot hold is below zero or poison or clamped.
  bool isUnsigned = conversion->isUnsigned && resultBits == bits;
  // Halves times 2^n may be infinite: 65535, which no half is. As above.
  if (bits == 16 && isUnsigned) {
    product->setHasNoInfs(false);
    return;
  }
  Registers registers(op, product->getType());
  llvm::IRBuilder<> &b = registers.b;
  llvm::Type *wide = b.getIntNTy(bits);
  llvm::SmallVector<Value *> parts;
  for (auto [i, n] : llvm::enumerate(scaling->exponents)) {
    if (!isWritten(n)) {
      parts.push_back(registers.partOf(op, i));
      continue;
    }
    Value *integers = registers.converted(registers.part(scaling->value, i),
                                          wide, isUnsigned, *n);
    parts.push_back(
        narrowed(b, integers,
                 llvm::FixedVectorType::get(op.getType()->getScalarType(),
                                            registers.perRegister),
                 *conversion));
  }
  op.replaceAllUsesWith(registers.joined(parts));
  op.eraseFromParent();
  if (product->use_empty())
    product->eraseFromParent();
}

void llvmgen::writeFixedPointConversions(llvm::Module &module,
                                         const llvm::TargetMachine &machine) {
  const llvm::Triple &triple = module.getTargetTriple();
  if (!(triple.isARM() || triple.isThumb()) ||
      !machine.getMCSubtargetInfo()->checkFeatures("+mve.fp"))
    return;
  // Products first: what they give may be converted back.
  llvm::SmallVector<llvm::Instruction *> products, conversions;
  for (llvm::Function &function : module)
    for (llvm::Instruction &op : llvm::instructions(function)) {
      if (scalingOf(&op))
        products.push_back(&op);
      else if (conversionOf(op))
        conversions.push_back(&op);
    }
  llvm::for_each(products, writeToFloat);
  llvm::for_each(conversions, writeToInteger);
}
