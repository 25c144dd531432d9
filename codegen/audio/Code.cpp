//===- Code.cpp - LLVM IR of loops on memory ------------------------------===//

#include "codegen/audio/Code.h"
#include "llvm/IR/Intrinsics.h"

using namespace dlc::audio;

Code::Code(llvm::Function *function, const Machine &machine)
    : machine(machine),
      b(llvm::BasicBlock::Create(function->getContext(), "", function)),
      function(function) {}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

llvm::Value *Code::behind(Value *base, int64_t bytes) {
  return b.CreateInBoundsGEP(i8(), base, word(bytes));
}

llvm::Value *Code::at(llvm::Type *element, Value *base, Value *index) {
  return b.CreateInBoundsGEP(element, base, index);
}

llvm::Value *Code::load(llvm::Type *element, Value *base, Value *index,
                        unsigned align) {
  unsigned own = element->getPrimitiveSizeInBits().getFixedValue() / 8;
  return b.CreateAlignedLoad(element, at(element, base, index),
                             llvm::Align(align ? align : own));
}

void Code::store(Value *value, Value *base, Value *index) {
  llvm::Type *type = value->getType();
  b.CreateAlignedStore(
      value, at(type, base, index),
      llvm::Align(type->getPrimitiveSizeInBits().getFixedValue() / 8));
}

llvm::Value *Code::loadSigned(llvm::Type *element, Value *base, Value *index) {
  return b.CreateSExt(load(element, base, index), i32());
}

llvm::Value *Code::loadUnsigned(llvm::Type *element, Value *base,
                                Value *index) {
  return b.CreateZExt(load(element, base, index), i32());
}

llvm::Value *Code::makeTable(llvm::Constant *data) {
  auto *global = new llvm::GlobalVariable(
      *function->getParent(), data->getType(), /*isConstant=*/true,
      llvm::GlobalValue::InternalLinkage, data, "table");
  global->setAlignment(llvm::Align(4));
  return global;
}

llvm::Value *Code::table(llvm::ArrayRef<int8_t> values) {
  return table(llvm::ArrayRef(reinterpret_cast<const uint8_t *>(values.data()),
                              values.size()));
}
llvm::Value *Code::table(llvm::ArrayRef<uint8_t> values) {
  return makeTable(llvm::ConstantDataArray::get(b.getContext(), values));
}
llvm::Value *Code::table(llvm::ArrayRef<int16_t> values) {
  return table(llvm::ArrayRef(reinterpret_cast<const uint16_t *>(values.data()),
                              values.size()));
}
llvm::Value *Code::table(llvm::ArrayRef<uint16_t> values) {
  return makeTable(llvm::ConstantDataArray::get(b.getContext(), values));
}
llvm::Value *Code::table(llvm::ArrayRef<float> values) {
  return makeTable(llvm::ConstantDataArray::get(b.getContext(), values));
}

//===----------------------------------------------------------------------===//
// Control
//===----------------------------------------------------------------------===//

Code::Values Code::loop(Value *begin, Value *end, int64_t step,
                        llvm::ArrayRef<Value *> carried, Round round,
                        bool mayBeNone) {
  llvm::LLVMContext &context = b.getContext();
  llvm::BasicBlock *before = b.GetInsertBlock();
  auto *body = llvm::BasicBlock::Create(context, "", function);
  auto *after = llvm::BasicBlock::Create(context, "", function);
  if (mayBeNone)
    b.CreateCondBr(b.CreateICmpULT(begin, end), body, after);
  else
    b.CreateBr(body);
  b.SetInsertPoint(body);
  llvm::PHINode *index = b.CreatePHI(begin->getType(), 2);
  index->addIncoming(begin, before);
  llvm::SmallVector<llvm::PHINode *> phis;
  Values values;
  for (Value *value : carried) {
    phis.push_back(b.CreatePHI(value->getType(), 2));
    phis.back()->addIncoming(value, before);
    values.push_back(phis.back());
  }
  Values next = round(index, values);
  Value *following =
      b.CreateNUWAdd(index, llvm::ConstantInt::get(begin->getType(), step));
  llvm::BasicBlock *last = b.GetInsertBlock();
  b.CreateCondBr(b.CreateICmpULT(following, end), body, after);
  index->addIncoming(following, last);
  for (auto [phi, value] : llvm::zip_equal(phis, next))
    phi->addIncoming(value, last);
  b.SetInsertPoint(after);
  if (!mayBeNone)
    return next;
  Values results;
  for (auto [first, value] : llvm::zip_equal(carried, next)) {
    llvm::PHINode *phi = b.CreatePHI(value->getType(), 2);
    phi->addIncoming(first, before);
    phi->addIncoming(value, last);
    results.push_back(phi);
  }
  return results;
}

void Code::loop(int64_t end, llvm::function_ref<void(Value *)> round) {
  loop(word(0), word(end), 1, {}, [&](Value *index, llvm::ArrayRef<Value *>) {
    round(index);
    return Values();
  });
}

llvm::Value *Code::either(Value *condition, llvm::function_ref<Value *()> yes,
                          llvm::function_ref<Value *()> no) {
  llvm::LLVMContext &context = b.getContext();
  auto *first = llvm::BasicBlock::Create(context, "", function);
  auto *second = llvm::BasicBlock::Create(context, "", function);
  auto *after = llvm::BasicBlock::Create(context, "", function);
  b.CreateCondBr(condition, first, second);
  b.SetInsertPoint(first);
  Value *one = yes();
  first = b.GetInsertBlock();
  b.CreateBr(after);
  b.SetInsertPoint(second);
  Value *other = no();
  second = b.GetInsertBlock();
  b.CreateBr(after);
  b.SetInsertPoint(after);
  llvm::PHINode *phi = b.CreatePHI(one->getType(), 2);
  phi->addIncoming(one, first);
  phi->addIncoming(other, second);
  return phi;
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

llvm::Value *Code::smaller(Value *x, Value *y) {
  return select(b.CreateICmpULT(x, y), x, y);
}
llvm::Value *Code::larger(Value *x, Value *y) {
  return select(b.CreateICmpUGT(x, y), x, y);
}

llvm::Value *Code::arm(llvm::StringRef name, llvm::ArrayRef<Value *> operands) {
  llvm::Intrinsic::ID id =
      llvm::Intrinsic::lookupIntrinsicID(("llvm.arm." + name).str());
  return b.CreateIntrinsic(id, {}, operands);
}
