//===- FormsTest.cpp - Multiply-accumulates of targets --------------------===//

#include "targets/description/TargetDescription.h"

#include "llvm/ADT/STLExtras.h"
#include "gtest/gtest.h"

using namespace dlc::targets;

namespace {

TargetDescription targetOf(llvm::StringRef name) {
  llvm::Expected<TargetDescription> target = findTarget(name);
  if (!target) {
    ADD_FAILURE() << llvm::toString(target.takeError());
    return {};
  }
  return std::move(*target);
}

/// The form of an instruction that the target's processor has.
std::optional<MultiplyAccumulate> formOf(const TargetDescription &target,
                                         llvm::StringRef instruction) {
  for (const MultiplyAccumulate &form : formsOf(target))
    if (form.instruction == instruction)
      return form;
  return std::nullopt;
}

std::string errorOf(llvm::StringRef rest) {
  llvm::Expected<TargetDescription> target = parseTarget(
      ("name: b\ninherits: cortex-m4\n" + rest).str(), "board.yaml");
  return target ? "no error" : llvm::toString(target.takeError());
}

TEST(Forms, AreThoseOfTheCore) {
  TargetDescription m4 = targetOf("cortex-m4");
  std::optional<MultiplyAccumulate> smlad = formOf(m4, "smlad");
  ASSERT_TRUE(smlad.has_value());
  EXPECT_EQ(smlad->left, Element::I16);
  EXPECT_EQ(smlad->right, Element::I16);
  EXPECT_EQ(smlad->accumulator, Element::I32);
  EXPECT_EQ(smlad->products, 2u);
  EXPECT_EQ(smlad->lanes, 1u);
  EXPECT_EQ(smlad->cycles, 1);
  EXPECT_FALSE(formOf(targetOf("cortex-m3"), "smlad").has_value());
  EXPECT_TRUE(formOf(targetOf("armv6"), "smlad").has_value());
  std::optional<MultiplyAccumulate> mve =
      formOf(targetOf("cortex-m55"), "vmladava.s8");
  ASSERT_TRUE(mve.has_value());
  EXPECT_EQ(mve->products, 16u);
  EXPECT_EQ(mve->lanes, 1u);
}

TEST(Forms, AreThoseOfTheProcessorThatIsNamed) {
  TargetDescription neon = targetOf("armv8-neon");
  EXPECT_FALSE(formOf(neon, "sdot").has_value());
  EXPECT_TRUE(formOf(neon, "smull sadalp").has_value());
  neon.cpu = "cortex-a76";
  ASSERT_TRUE(formOf(neon, "sdot").has_value());
  EXPECT_EQ(formOf(neon, "sdot")->products, 4u);
  EXPECT_FALSE(formOf(neon, "usdot").has_value());
  EXPECT_FALSE(formOf(neon, "smmla").has_value());
  neon.cpu = "cortex-a510";
  ASSERT_TRUE(formOf(neon, "smmla").has_value());
  // Two rows of eight and two columns of eight, in a register each.
  EXPECT_EQ(formOf(neon, "smmla")->products, 8u);
  EXPECT_EQ(formOf(neon, "smmla")->lanes, 4u);
  EXPECT_EQ(formOf(neon, "smmla")->operandBits(), 128u);
  EXPECT_EQ(formOf(neon, "sdot")->operandBits(), 128u);
  TargetDescription v4 = targetOf("x86-64-v4");
  EXPECT_FALSE(formOf(v4, "vpdpbusd").has_value());
  EXPECT_TRUE(formOf(targetOf("x86-64-vnni"), "vpdpbusd").has_value());
  v4.cpu = "icelake-server";
  EXPECT_TRUE(formOf(v4, "vpdpbusd").has_value());
}

TEST(Forms, OfFloatsNeedTheUnit) {
  TargetDescription m55 = targetOf("cortex-m55");
  m55.leaveFpuAlone();
  EXPECT_FALSE(formOf(m55, "vfma.f32").has_value());
  EXPECT_FALSE(formOf(m55, "vmladava.s8").has_value()); // its registers
  EXPECT_TRUE(formOf(m55, "smlad").has_value());
}

/// What a target says of itself is what LLVM knows of its processor: only what
/// other processors of the family have is left out.
TEST(Forms, OfBuiltinTargetsExist) {
  for (const TargetDescription &target : builtinTargets()) {
    // A GPU has rates of its own (gpu:).
    if (target.name == "host" || target.hasGpu())
      continue;
    EXPECT_FALSE(formsOf(target).empty()) << target.name;
    bool wide = false;
    for (const MultiplyAccumulate &form : target.forms) {
      bool optional = llvm::is_contained(
          {"fullfp16", "dotprod", "i8mm", "avxvnni", "avx512vnni"}, form.needs);
      optional &= target.features.find("+" + form.needs) == std::string::npos;
      EXPECT_EQ(formOf(target, form.instruction).has_value(), !optional)
          << target.name << ": " << form.instruction;
      wide |= bitsOf(form.left) == 32 && form.accumulator == Element::I64;
    }
    if (target.indexBits == 32)
      EXPECT_EQ(wide, target.longMultiply || target.vectorBits) << target.name;
    EXPECT_EQ(llvm::any_of(formsOf(target),
                           [](const MultiplyAccumulate &form) {
                             return form.accumulator == Element::F32;
                           }),
              target.fpu)
        << target.name;
    EXPECT_EQ(llvm::any_of(formsOf(target),
                           [](const MultiplyAccumulate &form) {
                             return form.accumulator == Element::F16;
                           }),
              target.fp16)
        << target.name;
  }
}

TEST(Forms, NonsenseNamesItsLine) {
  auto with = [](llvm::StringRef entries) {
    return errorOf(
        ("multiply-accumulate:\n  - {instruction: x, " + entries + "}\n")
            .str());
  };
  std::string good = "operands: [i8, i8], accumulator: i32, lanes: 1";
  EXPECT_EQ(with(good + ", products: 4"), "no error");
  EXPECT_EQ(with(good), "board.yaml:4:6: error: missing required key "
                        "'products'");
  EXPECT_EQ(with(good + ", products: 3"),
            "board.yaml:4:80: error: products and lanes must be a power of two "
            "from 1 to 256");
  EXPECT_EQ(with(good + ", products: 4, cycles: fast"),
            "board.yaml:4:91: error: cycles must be a number above 0 and up to "
            "1000 such as 0.5; leave the key out where it is not known");
  EXPECT_EQ(with(good + ", products: 4, needs: wings"),
            "board.yaml:4:90: error: LLVM knows no feature 'wings' for "
            "thumbv7em-unknown-none-eabihf");
  EXPECT_EQ(with(good + ", products: 4, speed: 1"),
            "board.yaml:4:83: error: unknown key 'speed'; known are "
            "instruction, operands, accumulator, products, lanes, cycles, "
            "needs");
  EXPECT_EQ(with("operands: [i8], accumulator: i32, lanes: 1, products: 1"),
            "board.yaml:4:6: error: operands must be two elements such as "
            "[i16, i16]");
  EXPECT_EQ(with("operands: [i9, i8], accumulator: i32, lanes: 1, products: 1"),
            "board.yaml:4:33: error: an element must be i8, u8, i16, u16, i32, "
            "u32, i64, u64, f16 or f32");
  EXPECT_EQ(
      with("operands: [i8, f32], accumulator: i32, lanes: 1, products: 1"),
      "board.yaml:4:6: error: operands and accumulator must all be floats, or "
      "all integers");
  EXPECT_EQ(
      with("operands: [i32, i32], accumulator: i16, lanes: 1, products: 1"),
      "board.yaml:4:6: error: the accumulator must be as wide as the operands");
}

} // namespace
