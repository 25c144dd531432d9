//===- HalvesTest.cpp - Which targets compute with halves -----------------===//

#include "targets/description/TargetDescription.h"

#include "gtest/gtest.h"

using namespace dlc::targets;

namespace {

std::string errorOf(llvm::StringRef text) {
  llvm::Expected<TargetDescription> target = parseTarget(text, "board.yaml");
  return target ? "no error" : llvm::toString(target.takeError());
}

TEST(Halves, AreWhatLlvmKnowsOfTheProcessor) {
  auto arm64 = [](llvm::StringRef cpu, llvm::StringRef features = "") {
    return hasHalfArithmetic("aarch64-unknown-linux-gnu", cpu, features, true);
  };
  EXPECT_TRUE(arm64("cortex-a55"));
  EXPECT_TRUE(arm64("cortex-a76"));
  EXPECT_TRUE(arm64("neoverse-n1"));
  EXPECT_FALSE(arm64("cortex-a53"));
  EXPECT_FALSE(arm64("cortex-a57"));
  EXPECT_FALSE(arm64("cortex-a72"));
  EXPECT_TRUE(arm64("cortex-a72", "+fullfp16"));
  EXPECT_FALSE(arm64("cortex-a999"));
  auto mcu = [](llvm::StringRef cpu, llvm::StringRef features, bool vectors) {
    return hasHalfArithmetic("thumbv8.1m.main-none-eabihf", cpu, features,
                             vectors);
  };
  EXPECT_TRUE(mcu("cortex-m55", "", true));
  EXPECT_TRUE(mcu("cortex-m85", "", true));
  // Without the vectors' floats the scalar ones are left.
  EXPECT_FALSE(mcu("cortex-m55", "-mve.fp", true));
  EXPECT_TRUE(mcu("cortex-m55", "-mve.fp", false));
  EXPECT_FALSE(
      hasHalfArithmetic("thumbv8m.main-none-eabihf", "cortex-m33", "", false));
  // Conversions alone.
  EXPECT_FALSE(
      hasHalfArithmetic("thumbv7em-none-eabihf", "cortex-m4", "", false));
  EXPECT_FALSE(hasHalfArithmetic("x86_64-unknown-linux-gnu", "sapphirerapids",
                                 "", true));
}

TEST(Halves, BuiltinTargetsSayTheirHalves) {
  for (const TargetDescription &target : builtinTargets())
    EXPECT_EQ(target.fp16,
              hasHalfArithmetic(target.triple, target.cpu, target.features,
                                target.vectorBits != 0))
        << target.name;
}

TEST(Halves, ThatTheCoreLacksAreAnError) {
  EXPECT_EQ(errorOf("name: b\ntriple: thumbv7m-none-eabi\ncpu: cortex-m3\n"
                    "index-bits: 32\nvector-bits: 0\nvector-registers: 13\n"
                    "fpu: false\nfma: false\nalign: 8\nfp16: true\n"),
            "board.yaml:10:7: error: fp16 needs fpu");
  EXPECT_EQ(errorOf("name: b\ninherits: cortex-m4\nfp16: true\n"),
            "board.yaml:3:7: error: fp16: LLVM knows no arithmetic on halves "
            "of cortex-m4");
  std::string soft =
      "name: b\ninherits: cortex-m55\nfpu: false\nfma: false\n"
      "vector-bits: 0\nscalar-factor: vector\npredication: false\n";
  llvm::Expected<TargetDescription> t = parseTarget(soft, "board.yaml");
  ASSERT_TRUE(bool(t)) << llvm::toString(t.takeError());
  EXPECT_FALSE(t->fp16);
}

} // namespace
