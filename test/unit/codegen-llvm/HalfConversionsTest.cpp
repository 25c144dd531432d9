//===- HalfConversionsTest.cpp - Half precision without helpers -----------===//

#include "codegen/llvm/rewrites/HalfConversions.h"
#include "Assembly.h"
#include "Rounding.h"
#include "codegen/llvm/rewrites/HalfFunctions.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "gtest/gtest.h"

#include <random>

using namespace dlc;
using dlc::test::convert;

namespace {

class HalfFunctions : public testing::Test {
protected:
  void SetUp() override {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    auto context = std::make_unique<llvm::LLVMContext>();
    auto module = std::make_unique<llvm::Module>("half", *context);
    for (llvm::Function *function :
         {llvmgen::halfToFloat(*module), llvmgen::doubleToHalf(*module),
          llvmgen::floatToHalf(*module)})
      function->setLinkage(llvm::GlobalValue::ExternalLinkage);
    ASSERT_FALSE(llvm::verifyModule(*module, &llvm::errs()));
    jit = llvm::cantFail(llvm::orc::LLJITBuilder().create());
    llvm::cantFail(jit->addIRModule(llvm::orc::ThreadSafeModule(
        std::move(module), llvm::orc::ThreadSafeContext(std::move(context)))));
    toFloat = find<uint32_t(uint16_t)>("half_to_float");
    fromFloat = find<uint16_t(uint32_t)>("float_to_half");
    fromDouble = find<uint16_t(uint64_t)>("double_to_half");
  }

  template <typename Signature> Signature *find(const char *name) {
    return llvm::cantFail(jit->lookup(name)).toPtr<Signature *>();
  }

  void expectBoth(uint64_t asDouble) {
    EXPECT_EQ(fromDouble(asDouble),
              convert(llvm::APFloat::IEEEdouble(), asDouble,
                      llvm::APFloat::IEEEhalf()))
        << std::hex << asDouble;
    uint32_t single = convert(llvm::APFloat::IEEEdouble(), asDouble,
                              llvm::APFloat::IEEEsingle());
    EXPECT_EQ(fromFloat(single), convert(llvm::APFloat::IEEEsingle(), single,
                                         llvm::APFloat::IEEEhalf()))
        << std::hex << single;
  }

  std::unique_ptr<llvm::orc::LLJIT> jit;
  uint32_t (*toFloat)(uint16_t) = nullptr;
  uint16_t (*fromFloat)(uint32_t) = nullptr;
  uint16_t (*fromDouble)(uint64_t) = nullptr;
};

TEST_F(HalfFunctions, EveryHalf) {
  for (uint32_t half = 0; half < 0x10000; ++half)
    ASSERT_EQ(toFloat(half), convert(llvm::APFloat::IEEEhalf(), half,
                                     llvm::APFloat::IEEEsingle()))
        << std::hex << half;
}

TEST_F(HalfFunctions, TheMiddles) {
  test::nearEveryNumber(llvm::APFloat::IEEEhalf(),
                        [&](uint64_t bits) { expectBoth(bits); });
}

TEST_F(HalfFunctions, RandomBits) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 200000 && !HasFailure(); ++i)
    expectBoth(random());
  // 65520 = 2^16 - 16 is the first to be infinite.
  for (double limit :
       {65519.99999999999, 65520.0, 65504.0, 65536.0, 0x1p-25,
        0x1.0000000000001p-25, 0x1p-1074, 0x1p-126, 0x1p127, 0x1p1000})
    for (double sign : {1.0, -1.0})
      expectBoth(llvm::bit_cast<uint64_t>(sign * limit));
}

struct Core {
  const char *triple, *cpu;
};
constexpr Core others[] = {
    {"aarch64-unknown-linux-gnu", "cortex-a53"},
    {"x86_64-unknown-linux-gnu", "x86-64-v2"},
    {"x86_64-unknown-linux-gnu", "x86-64-v3"},
    {"x86_64-unknown-linux-gnu", "x86-64-v4"},
};
constexpr Core arms[] = {
    {"thumbv6m-none-unknown-eabi", "cortex-m0"},
    {"thumbv7m-none-unknown-eabi", "cortex-m3"},
    {"thumbv7em-none-unknown-eabihf", "cortex-m4"},
    {"thumbv7em-none-unknown-eabihf", "cortex-m7"},
    {"thumbv8m.main-none-unknown-eabihf", "cortex-m33"},
    {"thumbv8.1m.main-none-unknown-eabihf", "cortex-m55"},
    {"thumbv8.1m.main-none-unknown-eabihf", "cortex-m85"},
    {"armv6-unknown-linux-gnueabi", "arm1176jzf-s"},
};

/// %y of type `to` from %x of type `from`, both in memory.
std::string function(const std::string &name, const std::string &from,
                     const std::string &to, const std::string &body) {
  return "define void @" + name + "(ptr %p, ptr %q) {\n  %x = load " + from +
         ", ptr %p, align 2\n" + body + "  store " + to +
         " %y, ptr %q, align 2\n  ret void\n}\n";
}

/// `narrow` is half or bfloat.
std::string casts(const std::string &narrow) {
  std::string text;
  int number = 0;
  auto add = [&](const std::string &op, const std::string &from,
                 const std::string &to) {
    text += function("cast" + std::to_string(number++), from, to,
                     "  %y = " + op + " " + from + " %x to " + to + "\n");
  };
  for (std::string lanes : {"", "<2 x ", "<3 x ", "<4 x ", "<8 x "}) {
    std::string end = lanes.empty() ? "" : ">";
    for (std::string bits : {"i8", "i16", "i32", "i64"}) {
      for (std::string op : {"fptosi", "fptoui"})
        add(op, lanes + narrow + end, lanes + bits + end);
      for (std::string op : {"sitofp", "uitofp"})
        add(op, lanes + bits + end, lanes + narrow + end);
    }
    for (std::string wide : {"float", "double"}) {
      add("fpext", lanes + narrow + end, lanes + wide + end);
      add("fptrunc", lanes + wide + end, lanes + narrow + end);
    }
  }
  return text;
}

std::string arithmetic(const std::string &narrow, const std::string &suffix) {
  std::string text;
  for (std::string op : {"fadd", "fsub", "fmul", "fdiv"})
    text += function(op, narrow, narrow,
                     "  %y = " + op + " " + narrow + " %x, 3.0\n");
  text +=
      function("negated", narrow, narrow, "  %y = fneg " + narrow + " %x\n");
  for (std::string name : {"fabs", "floor"})
    text += "declare " + narrow + " @llvm." + name + "." + suffix + "(" +
            narrow + ")\n" +
            function(name, narrow, narrow,
                     "  %y = call " + narrow + " @llvm." + name + "." + suffix +
                         "(" + narrow + " %x)\n");
  text += "declare i32 @llvm.fptosi.sat.i32." + suffix + "(" + narrow + ")\n" +
          function("saturated", narrow, "i32",
                   "  %y = call i32 @llvm.fptosi.sat.i32." + suffix + "(" +
                       narrow + " %x)\n");
  text += function("chosen", narrow, narrow,
                   "  %c = fcmp olt " + narrow +
                       " %x, 2.0\n  %y = select i1 "
                       "%c, " +
                       narrow + " %x, " + narrow + " 2.0\n");
  return text;
}

void expectNoHelper(const Core &core, const std::string &code) {
  llvm::LLVMContext context;
  llvm::SMDiagnostic error;
  auto module = llvm::parseAssemblyString(
      "target triple = \"" + std::string(core.triple) + "\"\n" + code, error,
      context);
  ASSERT_TRUE(module) << error.getMessage().str();
  auto machine = test::machineFor(*module, core.cpu);
  module->setDataLayout(machine->createDataLayout());
  llvmgen::writeHalfConversions(*module, *machine);
  ASSERT_FALSE(llvm::verifyModule(*module, &llvm::errs())) << core.cpu;
  std::string assembly = test::assemblyOf(*module, core.cpu);
  for (const char *helper :
       {"h2f", "f2h", "d2h", "hfdi", "hfsi", "dihf", "sihf", "hfsf", "sfhf",
        "dfhf", "bfdi", "bfsi", "dibf", "sibf", "bfsf", "sfbf", "dfbf"})
    EXPECT_EQ(assembly.find(helper), std::string::npos)
        << helper << " on " << core.cpu;
}

TEST(HalfConversions, NoHelperIsMissing) {
  test::initializeTargets();
  for (const Core &core : arms)
    for (const std::string &code : {casts("half"), arithmetic("half", "f16")})
      expectNoHelper(core, code);
}

/// Values that outlive their block, alone and in vectors, and constants.
const char *const moves = R"(
define void @moves(ptr %p, ptr %q, i64 %n, bfloat %given, i1 %which) {
entry:
  %x = load bfloat, ptr %p, align 2
  %p2 = getelementptr i8, ptr %p, i64 2
  %v = load <4 x bfloat>, ptr %p2, align 2
  %chosen = select nnan i1 %which, bfloat %x, bfloat 2.0
  br label %loop
loop:
  %i = phi i64 [ 0, %entry ], [ %next, %loop ]
  %last = phi bfloat [ 1.0, %entry ], [ %got, %loop ]
  %lanes = phi <4 x bfloat> [ %v, %entry ], [ %turned, %loop ]
  %got = extractelement <4 x bfloat> %lanes, i64 2
  %put = insertelement <4 x bfloat> %lanes, bfloat %chosen, i64 0
  %turned = shufflevector <4 x bfloat> %put, <4 x bfloat> <bfloat 3.0,
      bfloat 0.0, bfloat undef, bfloat 1.0>, <4 x i32> <i32 1, i32 4, i32 0, i32 7>
  %at = getelementptr [8 x bfloat], ptr %q, i64 %i
  store <4 x bfloat> %turned, ptr %at, align 2
  %end = getelementptr i8, ptr %at, i64 8
  store bfloat %last, ptr %end, align 2
  %behind = getelementptr i8, ptr %at, i64 10
  store bfloat %given, ptr %behind, align 2
  %sum = fadd bfloat %last, %x
  %after = getelementptr i8, ptr %at, i64 12
  store bfloat %sum, ptr %after, align 2
  %next = add i64 %i, 1
  %over = icmp eq i64 %next, %n
  br i1 %over, label %done, label %loop
done:
  ret void
}
)";

TEST(HalfConversions, BrainFloatNeedsNone) {
  test::initializeTargets();
  for (llvm::ArrayRef<Core> cores :
       {llvm::ArrayRef(arms), llvm::ArrayRef(others)})
    for (const Core &core : cores)
      for (const std::string &code :
           {casts("bfloat"), arithmetic("bfloat", "bf16"), std::string(moves)})
        expectNoHelper(core, code);
}

/// The reason for all this: where LLVM calls nothing of the kind, it can go.
TEST(HalfConversions, LLVMCallsWhatIsNowhere) {
  test::initializeTargets();
  llvm::LLVMContext context;
  llvm::SMDiagnostic error;
  auto module = llvm::parseAssemblyString(
      "target triple = \"thumbv8.1m.main-none-unknown-eabihf\"\n" +
          casts("half"),
      error, context);
  ASSERT_TRUE(module) << error.getMessage().str();
  EXPECT_NE(test::assemblyOf(*module).find("__fixhfdi"), std::string::npos);
}

} // namespace
