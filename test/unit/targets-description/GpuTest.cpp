//===- GpuTest.cpp - Descriptions of targets with a GPU -------------------===//

#include "targets/description/TargetDescription.h"
#include "gtest/gtest.h"

using namespace dlc::targets;

namespace {

std::string errorOf(const std::string &text) {
  llvm::Expected<TargetDescription> target = parseTarget(text, "board.yaml");
  if (target)
    return "";
  return llvm::toString(target.takeError());
}

TEST(Gpu, HasABlockOfItsOwn) {
  llvm::Expected<TargetDescription> t = findTarget("jetson-tx2");
  ASSERT_TRUE(bool(t)) << llvm::toString(t.takeError());
  EXPECT_TRUE(t->hasGpu());
  EXPECT_EQ(t->gpuCapability, 62u);
  EXPECT_EQ(t->gpuBlockRegisters, 32768u);
  // Inherited from cuda-pascal.
  EXPECT_EQ(t->gpuPtx, 60u);
  EXPECT_EQ(t->gpuBlockSharedBytes, 48 << 10);
  t = findTarget("x86-64-v3");
  ASSERT_TRUE(bool(t)) << llvm::toString(t.takeError());
  EXPECT_FALSE(t->hasGpu());
}

TEST(Gpu, IsOfPascal) {
  auto errorOfGpu = [](const std::string &block) {
    return errorOf("name: board\ninherits: gtx-1080\ngpu:\n" + block);
  };
  EXPECT_EQ(errorOfGpu("  capability: 70\n"),
            "board.yaml:4:15: error: capability must be a compute capability "
            "of Pascal without its point: 60, 61 or 62");
  EXPECT_EQ(errorOfGpu("  block-registers: 1000\n"),
            "board.yaml:4:20: error: block-registers must be a power of two "
            "from 8192 to 65536");
  EXPECT_EQ(errorOfGpu("  cores: 4\n"),
            "board.yaml:4:3: error: unknown key 'cores'; known are "
            "capability, ptx, multiprocessors, lanes, registers, "
            "block-registers, shared, block-shared, half-rate, dot-rate");
}

} // namespace
