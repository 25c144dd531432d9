//===- StorageChoiceTest.cpp - Which form of weights is taken -------------===//

#include "codegen/loops/integer/StorageChoice.h"
#include "gtest/gtest.h"

using namespace dlc::loops;

namespace {

IntegerPlan planOf(WeightForm form, double instructions, int64_t bytes) {
  IntegerPlan plan;
  plan.form = form;
  plan.instructionsInAll = instructions;
  plan.constantBytes = bytes;
  return plan;
}

/// The form that is taken of whole bytes, codes and single weights that are not
/// 0.
WeightForm chosen(const Machine &machine, int64_t callers = 1) {
  std::vector<IntegerPlan> plans = {planOf(WeightForm::Bytes, 2000, 1000),
                                    planOf(WeightForm::Rows, 1000, 500),
                                    planOf(WeightForm::CodedRows, 1200, 400)};
  for (IntegerPlan &plan : plans)
    plan.callers = callers;
  return chooseStorage(plans, machine)->form;
}

TEST(StorageChoice, TakesFewInstructionsOrFewBytesWithinAQuarterMore) {
  Machine machine;
  EXPECT_EQ(chosen(machine), WeightForm::Rows);
  machine.storage = Storage::Small;
  EXPECT_EQ(chosen(machine), WeightForm::CodedRows);
}

TEST(StorageChoice, SellsInstructionsForBytesAtAPrice) {
  Machine machine;
  // 200 instructions for 100 bytes.
  machine.bytePrice = 1.9;
  EXPECT_EQ(chosen(machine), WeightForm::Rows);
  machine.bytePrice = 2.1;
  EXPECT_EQ(chosen(machine), WeightForm::CodedRows);
  // An inference calls the stage three times.
  EXPECT_EQ(chosen(machine, 3), WeightForm::Rows);
  machine.bytePrice = 6.1;
  EXPECT_EQ(chosen(machine, 3), WeightForm::CodedRows);
}

TEST(StorageChoice, CountsTheKernelAmongTheBytes) {
  Machine machine;
  machine.bytePrice = 2.1;
  std::vector<IntegerPlan> plans = {planOf(WeightForm::Rows, 1000, 500),
                                    planOf(WeightForm::CodedRows, 1200, 400)};
  EXPECT_EQ(chooseStorage(plans, machine)->form, WeightForm::CodedRows);
  plans[1].kernelBytes = 10;
  EXPECT_EQ(chooseStorage(plans, machine)->form, WeightForm::Rows);
}

TEST(StorageChoice, SaysWhatWholeBytesTake) {
  std::vector<IntegerPlan> plans = {planOf(WeightForm::Bytes, 2000, 1000),
                                    planOf(WeightForm::Rows, 1000, 500)};
  std::optional<IntegerPlan> plan = chooseStorage(plans, Machine());
  ASSERT_TRUE(plan && plan->storedForm);
  EXPECT_EQ(plan->storedForm->name, "nonzeros");
  EXPECT_EQ(plan->storedForm->forms, 2);
  EXPECT_EQ(plan->storedForm->bytes, 500);
  EXPECT_EQ(plan->storedForm->denseBytes, 1000);
  EXPECT_EQ(plan->storedForm->instructions, 1000);
  EXPECT_EQ(plan->storedForm->denseInstructions, 2000);
  EXPECT_FALSE(chooseStorage({}, Machine()));
}

} // namespace
