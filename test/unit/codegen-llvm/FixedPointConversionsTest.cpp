//===- FixedPointConversionsTest.cpp - Conversions with a factor of 2^n ---===//

#include "codegen/llvm/rewrites/FixedPointConversions.h"
#include "Assembly.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Target/TargetMachine.h"
#include "gtest/gtest.h"

#include <regex>

using namespace dlc;

namespace {

constexpr const char *m55 = "thumbv8.1m.main-none-unknown-eabihf";

/// A function from `from` to `to`; every small number is in a register, too.
std::string converting(const std::string &to, const std::string &from,
                       const std::string &body, const char *triple = m55) {
  return "target triple = \"" + std::string(triple) + "\"\ndefine " + to +
         " @f(" + from + " %x, ptr %p) {\n" +
         "  store volatile i32 1, ptr %p\n  store volatile i32 4, ptr %p\n"
         "  store volatile i32 16, ptr %p\n" +
         body + "  ret " + to + " %y\n}\n";
}

class FixedPointConversions : public testing::Test {
protected:
  static void SetUpTestSuite() { test::initializeTargets(); }

  std::unique_ptr<llvm::Module> parse(const std::string &text) {
    llvm::SMDiagnostic error;
    auto module = llvm::parseAssemblyString(text, error, context);
    EXPECT_TRUE(module) << error.getMessage().str() << "\n" << text;
    return module;
  }

  /// The conversions in the code for a function, sorted.
  std::string conversionsIn(llvm::Module &module) {
    std::string assembly = test::assemblyOf(module);
    std::vector<std::string> found;
    std::regex pattern("\tvcvt\\.(\\S+)\tq\\d, q\\d(, (\\S+))?");
    for (std::sregex_iterator i(assembly.begin(), assembly.end(), pattern), end;
         i != end; ++i)
      found.push_back(i->str(1) + i->str(3));
    llvm::sort(found);
    return llvm::join(found, " ");
  }

  /// The same after the pass.
  std::string writtenIn(const std::string &text) {
    auto module = parse(text);
    llvmgen::writeFixedPointConversions(*module, *test::machineFor(*module));
    EXPECT_FALSE(llvm::verifyModule(*module, &llvm::errs()));
    return conversionsIn(*module);
  }

  llvm::LLVMContext context;
};

/// A product of %x with a constant, converted to floats before, or to integers
/// after it.
std::string toFloat(const std::string &from, const std::string &to,
                    const std::string &constant, const char *sign = "s",
                    const char *op = "fmul") {
  return converting(to, from,
                    "  %c = " + std::string(sign) + "itofp " + from +
                        " %x to " + to + "\n  %y = " + op + " " + to + " %c, " +
                        constant + "\n");
}
std::string toInteger(const std::string &from, const std::string &to,
                      const std::string &constant, const char *sign = "s",
                      const char *op = "fmul") {
  return converting(to, from,
                    "  %m = " + std::string(op) + " " + from + " %x, " +
                        constant + "\n  %y = fpto" + sign + "i " + from +
                        " %m to " + to + "\n");
}

/// An integer, as a float times 2^4, as an integer.
const std::string thereAndBack =
    converting("<4 x i32>", "<4 x i32>",
               "  %c = sitofp <4 x i32> %x to <4 x float>\n"
               "  %m = fmul <4 x float> %c, splat (float 16.0)\n"
               "  %y = fptosi <4 x float> %m to <4 x i32>\n");

/// The reasons for all this. Where LLVM does both right, the pass can go.
TEST_F(FixedPointConversions, LLVMTakesTheNumberOfARegister) {
  auto module =
      parse(toFloat("<4 x i32>", "<4 x float>", "splat (float 0.0625)"));
  EXPECT_EQ(conversionsIn(*module).substr(0, 8), "f32.s32r");
}
TEST_F(FixedPointConversions, LLVMForgetsAConversion) {
  auto module = parse(thereAndBack);
  EXPECT_EQ(conversionsIn(*module).substr(0, 8), "s32.f32r");
}

TEST_F(FixedPointConversions, BothWays) {
  EXPECT_EQ(writtenIn(thereAndBack), "f32.s32 s32.f32#4");
  EXPECT_EQ(
      writtenIn(toFloat("<4 x i32>", "<4 x float>", "splat (float 0.0625)")),
      "f32.s32#4");
  EXPECT_EQ(writtenIn(toFloat("<4 x i32>", "<4 x float>",
                              "splat (float 0.0625)", "u")),
            "f32.u32#4");
  EXPECT_EQ(
      writtenIn(toInteger("<4 x float>", "<4 x i32>", "splat (float 16.0)")),
      "s32.f32#4");
  EXPECT_EQ(writtenIn(toInteger("<4 x float>", "<4 x i32>",
                                "splat (float 65536.0)", "u")),
            "u32.f32#16");
}

TEST_F(FixedPointConversions, Halves) {
  EXPECT_EQ(
      writtenIn(toFloat("<8 x i16>", "<8 x half>", "splat (half 0.0625)")),
      "f16.s16#4");
  EXPECT_EQ(
      writtenIn(toInteger("<8 x half>", "<8 x i16>", "splat (half 16.0)")),
      "s16.f16#4");
  EXPECT_EQ(
      writtenIn(toFloat("<8 x i8>", "<8 x half>", "splat (half 0.0625)", "u")),
      "f16.u16#4");
}

/// 65535 becomes infinite, and stays so; also where LLVM might forget it.
TEST_F(FixedPointConversions, UnsignedHalvesOverflow) {
  for (const char *flags : {"fmul", "fmul ninf"}) {
    EXPECT_EQ(writtenIn(toFloat("<8 x i16>", "<8 x half>",
                                "splat (half 0.0625)", "u", flags)),
              "f16.u16");
    EXPECT_EQ(writtenIn(toInteger("<8 x half>", "<8 x i16>",
                                  "splat (half 16.0)", "u", flags)),
              "u16.f16");
  }
}

TEST_F(FixedPointConversions, OtherFormsOfAFactor) {
  EXPECT_EQ(writtenIn(toFloat("<4 x i32>", "<4 x float>", "splat (float 16.0)",
                              "s", "fdiv")),
            "f32.s32#4");
  EXPECT_EQ(writtenIn(toInteger("<4 x float>", "<4 x i32>", "%x", "s", "fadd")),
            "s32.f32#1");
  EXPECT_EQ(writtenIn(toFloat("<4 x i32>", "<4 x float>",
                              "<float 0.0625, float poison, float 0.0625, "
                              "float poison>")),
            "f32.s32#4");
  EXPECT_EQ(writtenIn(converting("<4 x float>", "<4 x i32>",
                                 "  %c = sitofp <4 x i32> %x to <4 x float>\n"
                                 "  %y = fmul <4 x float> splat (float 0.5), "
                                 "%c\n")),
            "f32.s32#1");
}

TEST_F(FixedPointConversions, NarrowerIntegers) {
  EXPECT_EQ(writtenIn(toFloat("<4 x i8>", "<4 x float>", "splat (float 0.0625)",
                              "u")),
            "f32.u32#4");
  EXPECT_EQ(writtenIn(toInteger("<4 x float>", "<4 x i8>", "splat (float 16.0)",
                                "u")),
            "s32.f32#4");
}

TEST_F(FixedPointConversions, SaturatingOnes) {
  for (auto [type, sign, expected] : {std::tuple("i32", "s", "s32.f32#4"),
                                      {"i32", "u", "u32.f32#4"},
                                      {"i8", "s", "s32.f32#4"},
                                      {"i8", "u", "s32.f32#4"}}) {
    std::string to = "<4 x " + std::string(type) + ">";
    std::string text = converting(
        to, "<4 x float>",
        "  %m = fmul <4 x float> %x, splat (float 16.0)\n  %y = call " + to +
            " @llvm.fpto" + sign + "i.sat.v4" + type +
            ".v4f32(<4 x float> %m)\n");
    EXPECT_EQ(writtenIn(text), expected);
    // Bounds, where the register has room for more.
    auto module = parse(text);
    llvmgen::writeFixedPointConversions(*module, *test::machineFor(*module));
    bool isNarrower = std::string(type) == "i8";
    std::string assembly = test::assemblyOf(*module);
    EXPECT_EQ(assembly.find("\tvmin") != std::string::npos, isNarrower);
    EXPECT_EQ(assembly.find("\tvmax") != std::string::npos, isNarrower);
  }
}

TEST_F(FixedPointConversions, RegistersAndPartsOfThem) {
  EXPECT_EQ(
      writtenIn(toFloat("<3 x i32>", "<3 x float>", "splat (float 0.0625)")),
      "f32.s32#4");
  EXPECT_EQ(
      writtenIn(toInteger("<8 x float>", "<8 x i32>", "splat (float 16.0)")),
      "s32.f32#4 s32.f32#4");
  // Another factor for each register, one of which is left as it is.
  EXPECT_EQ(writtenIn(toFloat("<12 x i32>", "<12 x float>",
                              "<float 0.5, float 0.5, float 0.5, float 0.5, "
                              "float 3.0, float 3.0, float 3.0, float 3.0, "
                              "float 0.0625, float 0.0625, float 0.0625, "
                              "float 0.0625>")),
            "f32.s32 f32.s32#1 f32.s32#4");
  EXPECT_EQ(writtenIn(toInteger("<7 x float>", "<7 x i32>",
                                "<float 3.0, float 3.0, float 3.0, float 3.0, "
                                "float 16.0, float 16.0, float 16.0>")),
            "s32.f32 s32.f32#4");
}

/// Both the product and its conversion are read.
TEST_F(FixedPointConversions, ProductsWithOtherUsers) {
  EXPECT_EQ(writtenIn(converting("<4 x i32>", "<4 x float>",
                                 "  %m = fmul <4 x float> %x, splat (float "
                                 "16.0)\n  store <4 x float> %m, ptr %p\n  %y "
                                 "= fptosi <4 x float> %m to <4 x i32>\n")),
            "s32.f32#4");
}

TEST_F(FixedPointConversions, OtherFactorsAreLeftAlone) {
  for (const char *constant :
       {"splat (float 3.0)", "splat (float -0.5)", "splat (float 2.0)",
        "splat (float 0.0)", "splat (float 0x3DE0000000000000)", // 2^-33
        "<float 0.5, float 0.25, float 0.5, float 0.5>"})
    EXPECT_EQ(writtenIn(toFloat("<4 x i32>", "<4 x float>", constant)),
              "f32.s32")
        << constant;
  for (const char *constant : {"splat (float 3.0)", "splat (float 0.5)",
                               "splat (float 0x4200000000000000)"}) // 2^33
    EXPECT_EQ(writtenIn(toInteger("<4 x float>", "<4 x i32>", constant)),
              "s32.f32")
        << constant;
  // The whole width of an element has an encoding.
  EXPECT_EQ(writtenIn(toFloat("<4 x i32>", "<4 x float>",
                              "splat (float 0x3DF0000000000000)")), // 2^-32
            "f32.s32#32");
}

TEST_F(FixedPointConversions, OtherMachinesAreLeftAlone) {
  for (auto [triple, cpu] :
       {std::pair("thumbv7em-none-unknown-eabihf", "cortex-m4"),
        {"thumbv8m.main-none-unknown-eabihf", "cortex-m33"},
        {"armv7a-none-unknown-eabihf", "cortex-a9"},
        {"aarch64-unknown-linux-gnu", "cortex-a53"}}) {
    auto module =
        parse(converting("<4 x float>", "<4 x i32>",
                         "  %c = sitofp <4 x i32> %x to <4 x float>\n"
                         "  %y = fmul <4 x float> %c, splat (float 0.0625)\n",
                         triple));
    size_t count = module->getInstructionCount();
    llvmgen::writeFixedPointConversions(*module,
                                        *test::machineFor(*module, cpu));
    EXPECT_EQ(module->size(), 1U) << cpu; // no intrinsic is declared
    EXPECT_EQ(module->getInstructionCount(), count) << cpu;
  }
}

} // namespace
