//===- HalfConversions.cpp - Half precision without helpers ---------------===//
//
// The helpers that LLVM 22 calls for half precision on Arm are in few
// libraries: __aeabi_h2f, __aeabi_f2h and __aeabi_d2h not in libgcc, __fixhfdi
// and its like in none. So:
//
//   * without instructions (FP16 of VFP), all operations are those of float,
//     between conversions that the object carries;
//   * with conversions only to and from float, double goes to half by a
//     function of the object; through float it would be rounded twice;
//   * with arithmetic (FullFP16), integers of more than 32 bits take the way
//     over float, on which nothing is lost: those that float has to round are
//     infinite as halves. LLVM makes such integers of vectors of two by itself.
//
// bfloat16 has no instructions on any of the machines, and not every library
// has __truncsfbf2; LLVM brings operations of floats that were bfloat16 before
// to bfloat16. All of them are those of float, between shifts and additions.
//
//===----------------------------------------------------------------------===//

#include "codegen/llvm/rewrites/HalfConversions.h"
#include "codegen/llvm/rewrites/BrainFloat.h"
#include "codegen/llvm/rewrites/HalfFunctions.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/Target/TargetMachine.h"

using namespace dlc;
using namespace dlc::llvmgen;
using llvm::Value;

/// Of half precision or bfloat16.
static bool isNarrow(const llvm::Type *type) {
  return type->getScalarType()->is16bitFPTy();
}

static bool isBrainFloat(const llvm::Type *type) {
  return type->getScalarType()->isBFloatTy();
}

/// The same of floats where it is of halves.
static llvm::Type *asFloat(llvm::Type *type) {
  return isNarrow(type)
             ? type->getWithNewType(llvm::Type::getFloatTy(type->getContext()))
             : type;
}

namespace {
/// What a core has instructions for.
struct HalfUnit {
  bool conversions, arithmetic, doubles;
};

class Rewriter {
public:
  /// `op` reads or gives elements of type `narrow`.
  Rewriter(llvm::Instruction &op, llvm::Type *narrow, HalfUnit unit)
      : op(op), narrow(narrow), unit(unit), b(&op), module(*op.getModule()) {}

  void run();

private:
  void runAsFloats();
  void runOnElements();
  void convertIntegers();
  Value *extended(Value *half);
  Value *truncated(Value *wide);
  /// `function` of each element's bits, as elements of type `to`.
  Value *mapBits(Value *from, llvm::Type *to, llvm::Function *function);
  /// A mask over the bits of halves.
  void replaceBits(llvm::Instruction::BinaryOps opcode, uint16_t mask);
  void replace(Value *value);
  unsigned bitsOf(llvm::Type *type) const {
    return type->getScalarSizeInBits();
  }

  llvm::Instruction &op;
  llvm::Type *narrow;
  HalfUnit unit;
  llvm::IRBuilder<> b;
  llvm::Module &module;
};
} // namespace

void Rewriter::replace(Value *value) {
  value->takeName(&op);
  op.replaceAllUsesWith(value);
  op.eraseFromParent();
}

Value *Rewriter::mapBits(Value *from, llvm::Type *to,
                         llvm::Function *function) {
  llvm::Type *argument = function->getArg(0)->getType();
  Value *bits =
      b.CreateBitCast(from, from->getType()->getWithNewType(argument));
  auto *vector = llvm::dyn_cast<llvm::FixedVectorType>(to);
  if (!vector)
    return b.CreateBitCast(b.CreateCall(function, bits), to);
  Value *all =
      llvm::PoisonValue::get(to->getWithNewType(function->getReturnType()));
  for (unsigned i = 0; i < vector->getNumElements(); ++i)
    all = b.CreateInsertElement(
        all, b.CreateCall(function, b.CreateExtractElement(bits, i)), i);
  return b.CreateBitCast(all, to);
}

Value *Rewriter::extended(Value *half) {
  if (isBrainFloat(half->getType()))
    return extendBrainFloat(b, half);
  llvm::Type *floats = asFloat(half->getType());
  if (unit.conversions)
    return b.CreateFPExt(half, floats);
  return mapBits(half, floats, halfToFloat(module));
}

Value *Rewriter::truncated(Value *wide) {
  if (narrow->isBFloatTy())
    return truncateToBrainFloat(b, wide);
  llvm::Type *halves = wide->getType()->getWithNewType(b.getHalfTy());
  if (bitsOf(wide->getType()) == 64)
    return mapBits(wide, halves, doubleToHalf(module));
  if (unit.conversions)
    return b.CreateFPTrunc(wide, halves);
  return mapBits(wide, halves, floatToHalf(module));
}

void Rewriter::replaceBits(llvm::Instruction::BinaryOps opcode, uint16_t mask) {
  llvm::Type *bits = op.getType()->getWithNewType(b.getInt16Ty());
  Value *changed =
      b.CreateBinOp(opcode, b.CreateBitCast(op.getOperand(0), bits),
                    llvm::ConstantInt::get(bits, mask));
  replace(b.CreateBitCast(changed, op.getType()));
}

/// Whether an instruction computes with the halves that it reads or gives, and
/// does not only move them or look at their bits.
static bool computes(const llvm::Instruction &op) {
  if (llvm::isa<llvm::BinaryOperator, llvm::UnaryOperator, llvm::FCmpInst,
                llvm::FPExtInst, llvm::FPTruncInst, llvm::FPToSIInst,
                llvm::FPToUIInst, llvm::SIToFPInst, llvm::UIToFPInst>(op))
    return true;
  auto *call = llvm::dyn_cast<llvm::IntrinsicInst>(&op);
  return call && call->getIntrinsicID() != llvm::Intrinsic::is_fpclass &&
         call->doesNotAccessMemory() && !call->isAssumeLikeIntrinsic();
}

void Rewriter::runAsFloats() {
  llvm::SmallVector<Value *> operands;
  for (Value *operand : op.operand_values())
    operands.push_back(isNarrow(operand->getType()) ? extended(operand)
                                                    : operand);
  llvm::Type *type = asFloat(op.getType());
  Value *result = nullptr;
  if (auto *call = llvm::dyn_cast<llvm::IntrinsicInst>(&op)) {
    llvm::SmallVector<Value *> arguments(operands.begin(), operands.end() - 1);
    llvm::SmallVector<llvm::Type *> types;
    for (Value *argument : arguments)
      types.push_back(argument->getType());
    llvm::SmallVector<llvm::Type *> overloads;
    [[maybe_unused]] bool isKnown = llvm::Intrinsic::getIntrinsicSignature(
        call->getIntrinsicID(), llvm::FunctionType::get(type, types, false),
        overloads);
    assert(isKnown && "the same with other elements");
    result = b.CreateIntrinsic(call->getIntrinsicID(), overloads, arguments);
  } else {
    llvm::Instruction *computed = op.clone();
    for (auto [i, operand] : llvm::enumerate(operands))
      computed->setOperand(i, operand);
    if (!llvm::isa<llvm::FCmpInst>(op))
      computed->mutateType(type);
    result = b.Insert(computed);
  }
  replace(isNarrow(op.getType()) ? truncated(result) : result);
}

/// The same conversion, element by element.
void Rewriter::runOnElements() {
  auto *vector = llvm::cast<llvm::FixedVectorType>(op.getType());
  Value *all = llvm::PoisonValue::get(vector);
  for (unsigned i = 0; i < vector->getNumElements(); ++i) {
    Value *element = b.CreateExtractElement(op.getOperand(0), i), *result;
    if (auto *call = llvm::dyn_cast<llvm::IntrinsicInst>(&op))
      result = b.CreateIntrinsic(call->getIntrinsicID(),
                                 {vector->getElementType(), element->getType()},
                                 {element});
    else
      result = b.CreateCast(llvm::cast<llvm::CastInst>(op).getOpcode(), element,
                            vector->getElementType());
    all = b.CreateInsertElement(all, result, i);
  }
  replace(all);
}

/// Between integers and halves on a core with arithmetic of halves.
void Rewriter::convertIntegers() {
  llvm::Type *from = op.getOperand(0)->getType(), *to = op.getType();
  if (bitsOf(isNarrow(from) ? to : from) > 32)
    return runAsFloats();
  auto *vector = llvm::dyn_cast<llvm::FixedVectorType>(to);
  // Two elements would be widened to those of 64 bits.
  if (vector && vector->getNumElements() < 4)
    runOnElements();
}

/// Whether `op` is a conversion between integers and floats.
static bool isIntegerConversion(const llvm::Instruction &op) {
  if (auto *call = llvm::dyn_cast<llvm::IntrinsicInst>(&op))
    return call->getIntrinsicID() == llvm::Intrinsic::fptosi_sat ||
           call->getIntrinsicID() == llvm::Intrinsic::fptoui_sat;
  return llvm::isa<llvm::FPToSIInst, llvm::FPToUIInst, llvm::SIToFPInst,
                   llvm::UIToFPInst>(op);
}

void Rewriter::run() {
  llvm::Type *from = op.getOperand(0)->getType(), *to = op.getType();
  auto *call = llvm::dyn_cast<llvm::IntrinsicInst>(&op);
  if (llvm::isa<llvm::FPTruncInst>(op) && isNarrow(to)) {
    bool isDouble = bitsOf(from) == 64;
    if (isDouble ? !unit.doubles : !unit.conversions)
      replace(truncated(op.getOperand(0)));
    return;
  }
  if (llvm::isa<llvm::FPExtInst>(op)) {
    if (unit.conversions)
      return;
    Value *floats = extended(op.getOperand(0));
    return replace(bitsOf(to) == 64 ? b.CreateFPExt(floats, to) : floats);
  }
  if (unit.conversions && !unit.arithmetic)
    return; // LLVM computes all else in float
  if (unit.arithmetic)
    return isIntegerConversion(op) ? convertIntegers() : void();
  if (op.getOpcode() == llvm::Instruction::FNeg)
    return replaceBits(llvm::Instruction::Xor, 0x8000);
  if (call && call->getIntrinsicID() == llvm::Intrinsic::fabs)
    return replaceBits(llvm::Instruction::And, 0x7fff);
  runAsFloats();
}

/// What reads or gives elements of half precision or bfloat16, and which.
static llvm::Type *narrowTypeOf(const llvm::Instruction &op) {
  for (const Value *value : op.operand_values())
    if (isNarrow(value->getType()))
      return value->getType()->getScalarType();
  return isNarrow(op.getType()) ? op.getType()->getScalarType() : nullptr;
}

void llvmgen::writeHalfConversions(llvm::Module &module,
                                   const llvm::TargetMachine &machine) {
  const llvm::Triple &triple = module.getTargetTriple();
  bool isArm = triple.isARM() || triple.isThumb();
  auto has = [&](const char *features) {
    return machine.getMCSubtargetInfo()->checkFeatures(features);
  };
  HalfUnit unit{isArm && has("+fp16"), isArm && has("+fullfp16"),
                isArm && has("+fp-armv8d16sp") && has("+fp64")};
  llvm::SmallVector<std::pair<llvm::Instruction *, llvm::Type *>> work;
  for (llvm::Function &function : module)
    for (llvm::Instruction &op : llvm::instructions(function))
      if (llvm::Type *narrow = computes(op) ? narrowTypeOf(op) : nullptr)
        if (isArm || narrow->isBFloatTy())
          work.push_back({&op, narrow});
  for (auto [op, narrow] : work)
    Rewriter(*op, narrow, narrow->isBFloatTy() ? HalfUnit{} : unit).run();
  for (llvm::Function &function : module)
    carryBrainFloatsAsBits(function);
}
