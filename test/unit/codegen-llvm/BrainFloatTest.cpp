//===- BrainFloatTest.cpp - Conversions of bfloat16 as code ---------------===//

#include "codegen/llvm/rewrites/BrainFloat.h"
#include "Rounding.h"

#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/TargetSelect.h"
#include "gtest/gtest.h"

#include <random>

using namespace dlc;
using dlc::test::convert;

namespace {

class BrainFloat : public testing::Test {
protected:
  void SetUp() override {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    auto context = std::make_unique<llvm::LLVMContext>();
    auto module = std::make_unique<llvm::Module>("brain", *context);
    llvm::IRBuilder<> b(*context);
    auto define = [&](const char *name, llvm::Type *from, llvm::Type *to,
                      auto convertValue) {
      auto bits = [&](llvm::Type *type) {
        return b.getIntNTy(type->getScalarSizeInBits());
      };
      auto *function = llvm::Function::Create(
          llvm::FunctionType::get(bits(to), {bits(from)}, false),
          llvm::GlobalValue::ExternalLinkage, name, *module);
      b.SetInsertPoint(llvm::BasicBlock::Create(*context, "", function));
      llvm::Value *value = b.CreateBitCast(function->getArg(0), from);
      b.CreateRet(b.CreateBitCast(convertValue(b, value), bits(to)));
    };
    define("extend", b.getBFloatTy(), b.getFloatTy(),
           llvmgen::extendBrainFloat);
    define("single", b.getFloatTy(), b.getBFloatTy(),
           llvmgen::truncateToBrainFloat);
    define("wide", b.getDoubleTy(), b.getBFloatTy(),
           llvmgen::truncateToBrainFloat);
    ASSERT_FALSE(llvm::verifyModule(*module, &llvm::errs()));
    jit = llvm::cantFail(llvm::orc::LLJITBuilder().create());
    llvm::cantFail(jit->addIRModule(llvm::orc::ThreadSafeModule(
        std::move(module), llvm::orc::ThreadSafeContext(std::move(context)))));
    extend = find<uint32_t(uint16_t)>("extend");
    fromFloat = find<uint16_t(uint32_t)>("single");
    fromDouble = find<uint16_t(uint64_t)>("wide");
  }

  template <typename Signature> Signature *find(const char *name) {
    return llvm::cantFail(jit->lookup(name)).toPtr<Signature *>();
  }

  void expectBoth(uint64_t wide) {
    EXPECT_EQ(fromDouble(wide), convert(llvm::APFloat::IEEEdouble(), wide,
                                        llvm::APFloat::BFloat()))
        << std::hex << wide;
    uint32_t single =
        convert(llvm::APFloat::IEEEdouble(), wide, llvm::APFloat::IEEEsingle());
    EXPECT_EQ(fromFloat(single), convert(llvm::APFloat::IEEEsingle(), single,
                                         llvm::APFloat::BFloat()))
        << std::hex << single;
  }

  std::unique_ptr<llvm::orc::LLJIT> jit;
  uint32_t (*extend)(uint16_t) = nullptr;
  uint16_t (*fromFloat)(uint32_t) = nullptr;
  uint16_t (*fromDouble)(uint64_t) = nullptr;
};

TEST_F(BrainFloat, EveryNumberAndTheMiddles) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits)
    ASSERT_EQ(extend(bits), bits << 16);
  test::nearEveryNumber(llvm::APFloat::BFloat(),
                        [&](uint64_t bits) { expectBoth(bits); });
}

TEST_F(BrainFloat, RandomBits) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 200000 && !HasFailure(); ++i)
    expectBoth(random());
  // Beyond the largest bfloat16, 0x1.fep127, and below the smallest float.
  for (double limit :
       {0x1.fep127, 0x1.fefffffffffffp127, 0x1.ffp127, 0x1.fffffep127, 0x1p128,
        0x1p1000, 0x1p-134, 0x1.0000000000001p-134, 0x1p-133, 0x1p-149,
        0x1p-150, 0x1p-1074})
    for (double sign : {1.0, -1.0})
      expectBoth(llvm::bit_cast<uint64_t>(sign * limit));
}

} // namespace
