//===- WriteMachineCodeTest.cpp - LLVM's back end, watched ----------------===//

#include "codegen/machine/WriteMachineCode.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/TargetSelect.h"
#include "gtest/gtest.h"

using namespace dlc;

namespace {

/// A matrix of 16 columns becomes one of `rows` columns, a column in each turn
/// of the loop: loads at a distance, stores side by side.
std::string transposition(int rows, const std::string &triple) {
  std::string text = "target triple = \"" + triple + R"("
define void @rows(ptr noalias %in, ptr noalias %out) nounwind {
entry:
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  %from = getelementptr i32, ptr %in, i32 %i
  %row = mul nuw nsw i32 %i, )" +
                     std::to_string(rows * 4) + R"(
  %to = getelementptr i8, ptr %out, i32 %row
)";
  for (int row = 0; row < rows; ++row) {
    std::string n = std::to_string(row);
    text += "%a" + n + " = getelementptr i32, ptr %from, i32 " +
            std::to_string(row * 16) + "\n%v" + n + " = load i32, ptr %a" + n +
            "\n%b" + n + " = getelementptr i32, ptr %to, i32 " + n +
            "\nstore i32 %v" + n + ", ptr %b" + n + "\n";
  }
  return text + R"(
  %next = add nuw nsw i32 %i, 1
  %done = icmp eq i32 %next, 16
  br i1 %done, label %end, label %loop
end:
  ret void
}
)";
}

struct Core {
  const char *triple, *cpu;
};
constexpr Core arm11 = {"armv6-unknown-linux-gnueabihf", "arm1176jzf-s"};
constexpr Core thumbs[] = {
    {"thumbv6m-none-unknown-eabi", "cortex-m0"},
    {"thumbv7m-none-unknown-eabi", "cortex-m3"},
    {"thumbv7em-none-unknown-eabihf", "cortex-m4"},
    {"thumbv7em-none-unknown-eabihf", "cortex-m7"},
    {"thumbv8m.main-none-unknown-eabihf", "cortex-m33"},
    {"thumbv8.1m.main-none-unknown-eabihf", "cortex-m55"},
};

class WriteMachineCode : public testing::Test {
protected:
  static void SetUpTestSuite() {
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargets();
    llvm::InitializeAllTargetMCs();
    llvm::InitializeAllAsmPrinters();
  }

  void prepare(int rows, const Core &core) {
    llvm::SMDiagnostic wrong;
    module = llvm::parseAssemblyString(transposition(rows, core.triple), wrong,
                                       context);
    ASSERT_TRUE(module) << wrong.getMessage().str();
    makeMachine(core.cpu);
  }

  void makeMachine(const char *cpu) {
    std::string message;
    const llvm::Triple &triple = module->getTargetTriple();
    machine.reset(llvm::TargetRegistry::lookupTarget(triple, message)
                      ->createTargetMachine(triple, cpu, "", {}, {},
                                            std::nullopt,
                                            llvm::CodeGenOptLevel::Aggressive));
    module->setDataLayout(machine->createDataLayout());
  }

  /// The assembly, and what is wrong with it.
  std::pair<std::string, std::string> write(machine::WriteOptions options) {
    options.type = llvm::CodeGenFileType::AssemblyFile;
    llvm::SmallString<0> assembly;
    llvm::raw_svector_ostream os(assembly);
    llvm::TargetLibraryInfoImpl library(module->getTargetTriple());
    std::string error = llvm::toString(
        machine::writeMachineCode(*module, *machine, library, os, options));
    return {assembly.str().str(), error};
  }

  /// What LLVM writes when nobody looks.
  std::string writePlain() {
    llvm::SmallString<0> assembly;
    llvm::raw_svector_ostream os(assembly);
    llvm::legacy::PassManager passes;
    EXPECT_FALSE(machine->addPassesToEmitFile(
        passes, os, nullptr, llvm::CodeGenFileType::AssemblyFile));
    passes.run(*module);
    return assembly.str().str();
  }

  llvm::LLVMContext context;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<llvm::Module> module;
};

size_t count(llvm::StringRef text, llvm::StringRef what) {
  return text.count(what);
}

machine::WriteOptions faulty() {
  machine::WriteOptions options;
  options.keepsLoadStoreFault = true;
  return options;
}

/// The reason for the guard. Where LLVM does it right, its labels can go.
TEST_F(WriteMachineCode, LLVMTakesARegisterInUse) {
  prepare(31, arm11);
  std::string error = write(faulty()).second;
  EXPECT_NE(error.find("these functions compute: rows"), std::string::npos);
}

TEST_F(WriteMachineCode, TheFaultGoesAndTheStoresStay) {
  prepare(31, arm11);
  size_t with = count(write(faulty()).first, "\tstm");
  prepare(31, arm11);
  auto [assembly, error] = write({});
  EXPECT_EQ(error, "");
  EXPECT_EQ(count(assembly, "\tstm"), with);
  EXPECT_GT(with, 1U);
}

TEST_F(WriteMachineCode, WhatIsRightStays) {
  for (const Core &core : thumbs) {
    size_t multiples = 0;
    for (int rows : {4, 12, 24}) {
      prepare(rows, core);
      std::string plain = writePlain();
      prepare(rows, core);
      auto [assembly, error] = write({});
      EXPECT_EQ(error, "") << core.cpu;
      EXPECT_EQ(assembly, plain) << core.cpu;
      multiples += count(assembly, "\tstm") + count(assembly, "\tstrd") +
                   count(assembly, "\tldm") + count(assembly, "\tldrd");
    }
    EXPECT_NE(multiples, 0U) << core.cpu;
  }
}

/// Right code, in which LLVM's coalescer leaves an operand that its verifier
/// rejects.
TEST_F(WriteMachineCode, UndefinedOperandsAreResults) {
  llvm::SMDiagnostic wrong;
  module = llvm::parseAssemblyString(R"(
    target triple = "thumbv8.1m.main-unknown-none-eabihf"
    define void @f(ptr %p, <8 x i8> %x) {
      %y = shufflevector <8 x i8> %x, <8 x i8> zeroinitializer,
        <8 x i32> <i32 0, i32 1, i32 10, i32 3, i32 12, i32 5, i32 6, i32 15>
      store <16 x i8> zeroinitializer, ptr %p, align 1
      store <8 x i8> %y, ptr %p, align 1
      ret void
    })",
                                     wrong, context);
  ASSERT_TRUE(module) << wrong.getMessage().str();
  makeMachine("cortex-m85");
  EXPECT_EQ(write({}).second, "");
}

/// What `--verify` and the project's tests turn on.
TEST_F(WriteMachineCode, VerifierAfterEachPass) {
  prepare(31, arm11);
  machine::WriteOptions options = faulty();
  options.verifiesEach = true;
  EXPECT_DEATH(write(options), "After ARM load / store optimization pass");
}

} // namespace
