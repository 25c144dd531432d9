//===- HalfwordProductsTest.cpp - Products whose upper half is wanted -----===//

#include "codegen/llvm/rewrites/HalfwordProducts.h"
#include "Assembly.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Target/TargetMachine.h"
#include "gtest/gtest.h"

using namespace dlc;

namespace {

/// The code of a function of two words, x and y, and a third.
std::string codeOf(const std::string &body, const char *cpu,
                   const char *triple = "thumbv7em-none-unknown-eabihf") {
  llvm::LLVMContext context;
  llvm::SMDiagnostic diagnostic;
  auto module = llvm::parseAssemblyString(
      "target triple = \"" + std::string(triple) +
          "\"\n"
          "define i32 @f(i32 %a, i32 %b, i32 %c) {\n" +
          body + "ret i32 %r\n}\n",
      diagnostic, context);
  EXPECT_TRUE(module) << diagnostic.getMessage().str();
  if (!module)
    return "";
  auto machine = test::machineFor(*module, cpu);
  module->setDataLayout(machine->createDataLayout());
  llvmgen::writeHalfwordProducts(*module, *machine);
  return test::assemblyOf(*module, cpu);
}

bool isIn(const std::string &code, const char *instruction) {
  return code.find(instruction) != std::string::npos;
}

// Words of 15 and 16 bits.
constexpr const char *sums = R"(
  %x = and i32 %a, 32767
  %y = and i32 %b, 65535
  %p = mul i32 %x, %y
  %s = lshr i32 %p, 16
  %r = add i32 %s, %c
)";

class HalfwordProducts : public testing::Test {
protected:
  static void SetUpTestSuite() { test::initializeTargets(); }
};

TEST_F(HalfwordProducts, areOneInstructionWithAnAddition) {
  for (const char *cpu : {"cortex-m4", "cortex-m7", "cortex-m33"}) {
    std::string code = codeOf(sums, cpu);
    EXPECT_TRUE(isIn(code, "smlawb")) << code;
    EXPECT_FALSE(isIn(code, "mul")) << code;
  }
  EXPECT_TRUE(isIn(codeOf(sums, "arm1176jzf-s", "armv6-none-unknown-eabihf"),
                   "smlawb"));
}

TEST_F(HalfwordProducts, stayWhereTheInstructionIsMissing) {
  std::string code = codeOf(sums, "cortex-m3", "thumbv7m-none-unknown-eabi");
  EXPECT_FALSE(isIn(code, "smlawb")) << code;
  EXPECT_FALSE(isIn(code, "smull")) << code;
}

// A product of more than 31 bits would wrap, both of 16 bits are no half; of a
// factor that may be negative the shift is another one.
TEST_F(HalfwordProducts, stayWhereTheyMayBeLarger) {
  for (const char *factors :
       {"%x = and i32 %a, 32767\n%y = and i32 %b, 131071\n",
        "%x = and i32 %a, 65535\n%y = and i32 %b, 65535\n",
        "%x = and i32 %a, 32767\n%y = ashr i32 %b, 17\n"})
    for (const char *shift : {"lshr", "ashr"}) {
      std::string code =
          codeOf(std::string(factors) + "%p = mul i32 %x, %y\n%r = " + shift +
                     " i32 %p, 16\n",
                 "cortex-m4");
      EXPECT_FALSE(isIn(code, "smulw")) << code;
    }
}

// The word is shifted first, and there is room for it.
TEST_F(HalfwordProducts, takeAConstantWithFewerBitsToo) {
  std::string shifted = "%p = mul i32 %x, %y\n%s = lshr i32 %p, 10\n"
                        "%r = add i32 %s, 2\n";
  std::string code = codeOf(
      "%x = and i32 %a, 511\n%y = and i32 %b, 2047\n" + shifted, "cortex-m4");
  EXPECT_TRUE(isIn(code, "smlawb")) << code;
  code = codeOf("%x = and i32 %a, 15\n%y = and i32 %b, 134217727\n" + shifted,
                "cortex-m4");
  EXPECT_FALSE(isIn(code, "smlawb")) << code;
}

// Whose other bits are read too, or that are shifted by another number.
TEST_F(HalfwordProducts, stayWhereMoreIsWantedOfThem) {
  std::string factors = "%x = and i32 %a, 32767\n%y = and i32 %b, 65535\n"
                        "%p = mul i32 %x, %y\n";
  for (const char *use : {"%s = lshr i32 %p, 16\n%r = add i32 %s, %p\n",
                          "%r = lshr i32 %p, 15\n"})
    EXPECT_FALSE(isIn(codeOf(factors + use, "cortex-m4"), "smulw"));
}

} // namespace
