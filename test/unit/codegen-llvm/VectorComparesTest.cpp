//===- VectorComparesTest.cpp - Comparisons with one register -------------===//

#include "codegen/llvm/rewrites/VectorCompares.h"
#include "Assembly.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SourceMgr.h"
#include "gtest/gtest.h"

using namespace dlc;

namespace {

/// A function of `%a` whose first result is the predicate of `compare`.
std::string selecting(const std::string &compare, const char *triple) {
  return "target triple = \"" + std::string(triple) + R"("
define <4 x float> @f(<4 x float> %a, <4 x float> %b, float %c) {
  %part = insertelement <4 x float> poison, float %c, i32 0
  %same = shufflevector <4 x float> %part, <4 x float> poison, <4 x i32> zeroinitializer
  %is = fcmp )" +
         compare + R"(
  %is2 = fcmp olt <4 x float> %b, zeroinitializer
  %x = select <4 x i1> %is, <4 x float> zeroinitializer, <4 x float> %a
  %y = select <4 x i1> %is2, <4 x float> %x, <4 x float> %b
  ret <4 x float> %y
}
)";
}

constexpr const char *m55 = "thumbv8.1m.main-none-unknown-eabihf";

class VectorCompares : public testing::Test {
protected:
  static void SetUpTestSuite() { test::initializeTargets(); }

  std::unique_ptr<llvm::Module> parse(const std::string &text) {
    llvm::SMDiagnostic error;
    auto module = llvm::parseAssemblyString(text, error, context);
    EXPECT_TRUE(module) << error.getMessage().str();
    return module;
  }

  static size_t hiddenIn(llvm::Module &module) {
    size_t count = 0;
    for (llvm::Function &function : module)
      for (llvm::BasicBlock &block : function)
        for (llvm::Instruction &instruction : block)
          if (auto *call = llvm::dyn_cast<llvm::CallInst>(&instruction))
            count += call->isInlineAsm();
    return count;
  }

  llvm::LLVMContext context;
};

/// The reason for all this. Where LLVM does it right, the pass can go.
TEST_F(VectorCompares, LLVMExchangesOperands) {
  auto module = parse(selecting("olt <4 x float> %a, zeroinitializer", m55));
  EXPECT_NE(test::assemblyOf(*module).find("lt, q0, zr"), std::string::npos);
}

TEST_F(VectorCompares, HiddenRegistersStayOnTheirSide) {
  auto module = parse(selecting("olt <4 x float> %a, zeroinitializer", m55));
  llvmgen::hideComparedRegisters(*module);
  // One zero for both comparisons and for what is selected.
  EXPECT_EQ(hiddenIn(*module), 1U);
  std::string assembly = test::assemblyOf(*module);
  EXPECT_EQ(assembly.find("\tlt, "), std::string::npos) << assembly;
  EXPECT_NE(assembly.find("\tgt, "), std::string::npos) << assembly;
}

TEST_F(VectorCompares, EverySplat) {
  for (const char *compare :
       {"ogt <4 x float> splat (float 6.0), %a", "ole <4 x float> %a, %same",
        "uno <4 x float> %a, zeroinitializer",
        "une <4 x float> %a, zeroinitializer"}) {
    auto module = parse(selecting(compare, m55));
    llvmgen::hideComparedRegisters(*module);
    // The second comparison's zero, and another one where it is wrong.
    bool right = llvm::StringRef(compare).starts_with("une");
    bool zero = llvm::StringRef(compare).starts_with("uno");
    EXPECT_EQ(hiddenIn(*module), right || zero ? 1U : 2U) << compare;
  }
}

TEST_F(VectorCompares, WhatIsRightStays) {
  for (const char *compare :
       {"ogt <4 x float> %a, zeroinitializer",
        "ult <4 x float> %a, splat (float 1.0)", "olt <4 x float> %a, %b"}) {
    auto module = parse(selecting(compare, m55));
    llvmgen::hideComparedRegisters(*module);
    EXPECT_EQ(hiddenIn(*module), 1U) << compare;
  }
}

TEST_F(VectorCompares, OtherMachinesHaveOtherInstructions) {
  auto module = parse(
      selecting("olt <4 x float> %a, zeroinitializer", "aarch64-linux-gnu"));
  llvmgen::hideComparedRegisters(*module);
  EXPECT_EQ(hiddenIn(*module), 0U);
}

} // namespace
