//===- GatherStepsTest.cpp - Gathers with a step of 512 bytes -------------===//

#include "codegen/llvm/rewrites/GatherSteps.h"
#include "Assembly.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SourceMgr.h"
#include "gtest/gtest.h"

using namespace dlc;

namespace {

// Four rows of 32 floats at a time, so 4 * 128 bytes from one to the next.
const char *column = R"(
target triple = "thumbv8.1m.main-none-unknown-eabihf"
define void @column(ptr noalias %from, ptr noalias %to) {
entry:
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  %rows = phi <4 x i32> [ <i32 0, i32 1, i32 2, i32 3>, %entry ], [ %nextRows, %loop ]
  %offsets = shl nuw nsw <4 x i32> %rows, splat (i32 7)
  %addresses = getelementptr i8, ptr %from, <4 x i32> %offsets
  %values = call <4 x float> @llvm.masked.gather.v4f32.v4p0(<4 x ptr> align 4 %addresses, <4 x i1> splat (i1 true), <4 x float> poison)
  %place = getelementptr float, ptr %to, i32 %i
  store <4 x float> %values, ptr %place, align 4
  %next = add nuw i32 %i, 4
  %nextRows = add nuw nsw <4 x i32> %rows, splat (i32 4)
  %done = icmp eq i32 %next, 56
  br i1 %done, label %exit, label %loop
exit:
  ret void
}
declare <4 x float> @llvm.masked.gather.v4f32.v4p0(<4 x ptr>, <4 x i1>, <4 x float>)
)";

class GatherSteps : public testing::Test {
protected:
  static void SetUpTestSuite() { test::initializeTargets(); }

  GatherSteps() {
    llvm::SMDiagnostic diagnostic;
    module = llvm::parseAssemblyString(column, diagnostic, context);
  }

  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module;
};

// When this fails, LLVM is mended and GatherSteps.cpp can go.
TEST_F(GatherSteps, LlvmTakesAStepThatHasNoEncoding) {
  ASSERT_TRUE(module);
  EXPECT_NE(test::assemblyOf(*module).find(", #512]!"), std::string::npos);
}

TEST_F(GatherSteps, AddressesAreAddedUpBesideTheGather) {
  ASSERT_TRUE(module);
  llvmgen::hideGatherSteps(*module);
  std::string assembly = test::assemblyOf(*module);
  EXPECT_EQ(assembly.find("#512"), std::string::npos) << assembly;
  EXPECT_NE(assembly.find("vldrw.u32\tq"), std::string::npos) << assembly;
}

} // namespace
