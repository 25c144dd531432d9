//===- FormsTest.cpp - What the weights of a layer may become -------------===//

#include "compiler/compress/Forms.h"
#include "llvm/ADT/STLExtras.h"
#include <gtest/gtest.h>

using namespace dlc::compress;

namespace {

int64_t bytesOf(llvm::StringRef text, const WeightShape &shape) {
  llvm::Expected<Form> form = parseForm(text);
  EXPECT_TRUE(static_cast<bool>(form));
  return form ? reckonedBytes(*form, shape) : -1;
}

TEST(Forms, TextIsReadAsItIsWritten) {
  for (const char *text :
       {"keep", "round:4", "round:e4m3", "cluster:16", "cluster:16:rows",
        "prune:70%", "prune:12.5%:1x4", "factorise:16", "factorise:8:sides",
        "shrink:25%", "shrink:25%+round:4", "prune:70%+cluster:16",
        "prune:50%:4x1+round:4", "code:2.5", "code:8", "shrink:25%+code:3"}) {
    llvm::Expected<Form> form = parseForm(text);
    ASSERT_TRUE(static_cast<bool>(form)) << text;
    EXPECT_EQ(form->text(), text);
    EXPECT_EQ(form->isNothing(), llvm::StringRef(text) == "keep");
  }
}

TEST(Forms, FloatsOfFourBitsHaveAScaleForEachResult) {
  // 10 * 20 / 2 + 10 * 4
  EXPECT_EQ(bytesOf("round:4", {10, 20, 32}), 140);
  // Integers have theirs anyway.
  EXPECT_EQ(bytesOf("round:4", {10, 20, 8}), 100);
}

TEST(Forms, CodesHaveATable) {
  // 10 * 20 / 2, and 16 floats or bytes
  EXPECT_EQ(bytesOf("cluster:16", {10, 20, 32}), 164);
  EXPECT_EQ(bytesOf("cluster:16", {10, 20, 8}), 116);
  EXPECT_EQ(bytesOf("cluster:16:rows", {10, 20, 32}), 740);
}

TEST(Forms, InformationIsWhatACodeTakes) {
  // 200 * 2.5 / 8 and a table; a bit for each at least.
  EXPECT_EQ(bytesOf("code:2.5", {10, 20, 8}), 63 + 32);
  EXPECT_EQ(bytesOf("code:0.5", {10, 20, 8}), 25 + 32);
  for (const Form &form : formsOf(Way::Code, {10, 20, 4}))
    EXPECT_LT(form.information, 4);
}

TEST(Forms, WhatIsNotZeroHasAnIndex) {
  // 100 numbers, and as many indices or a quarter of that
  EXPECT_EQ(bytesOf("prune:50%", {10, 20, 8}), 200);
  EXPECT_EQ(bytesOf("prune:50%:1x4", {10, 20, 8}), 125);
  // Numbers of 4 bits.
  EXPECT_EQ(bytesOf("prune:50%:1x4+cluster:16", {10, 20, 8}), 50 + 25 + 16);
}

TEST(Forms, FactorsHaveARowForEachOperandAndResult) {
  EXPECT_EQ(bytesOf("factorise:3", {10, 20, 32}), 3 * 30 * 4);
  // 5 operands in a column of 2, and a row of 2.
  EXPECT_EQ(bytesOf("factorise:3:sides", {10, 20, 32, 2, 2}),
            3 * (10 + 20) * 4);
}

TEST(Forms, RanksThatAreTriedSave) {
  WeightShape shape{64, 256, 32};
  std::vector<Form> forms = formsOf(Way::Factorise, shape);
  ASSERT_FALSE(forms.empty());
  for (const Form &form : forms)
    EXPECT_LT(reckonedBytes(form, shape), reckonedBytes({}, shape));
  EXPECT_TRUE(formsOf(Way::Factorise, {1, 9, 32}).empty());
  WeightShape window{64, 576, 32, 3, 3};
  std::vector<Form> both = formsOf(Way::Factorise, window);
  EXPECT_GT(llvm::count_if(both, [](const Form &form) { return form.sides; }),
            2);
  for (const Form &form : both)
    EXPECT_LT(reckonedBytes(form, window), reckonedBytes({}, window));
}

TEST(Forms, IntegersAreNotRoundedToWhatTheyHave) {
  for (const Form &form : formsOf(Way::Round, {4, 4, 8}))
    EXPECT_LT(form.grid->bits, 8);
}

} // namespace
