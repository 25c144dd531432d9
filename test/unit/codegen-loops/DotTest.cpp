//===- DotTest.cpp - Sums of integers with features in lanes --------------===//

#include "TestNest.h"
#include "codegen/loops/dot/DotPlan.h"
#include "codegen/loops/dot/DotSchedule.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/MLIRContext.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace dlc::loops;
using namespace mlir;
using dlc::targets::Element;
using dlc::targets::MultiplyAccumulate;

namespace {

Machine machineWith(ArrayRef<StringRef> instructions, unsigned vectorBits = 512,
                    unsigned registers = 32) {
  Machine machine;
  machine.vectorBits = vectorBits;
  machine.vectorRegisters = registers;
  machine.issueWidth = 6;
  for (StringRef instruction : instructions) {
    MultiplyAccumulate form;
    form.instruction = instruction.str();
    form.cycles = 0.5;
    form.accumulator = Element::I32;
    bool matrices = instruction.ends_with("mmla");
    bool bytes = instruction == "vpdpbusd" || instruction.ends_with("dot");
    form.left = form.right = bytes || matrices ? Element::I8 : Element::I16;
    form.products = matrices ? 8 : bytes ? 4 : instruction == "smlal" ? 1 : 2;
    form.lanes = vectorBits / 32;
    machine.forms.push_back(form);
  }
  return machine;
}

/// A body that sums (a - z) * (w - v), each with a sign or without.
std::string bodyOf(const std::string &a, int z, const std::string &w, int v) {
  return "\n    %ax = arith.ext" + a + " %a : i8 to i32\n" +
         "    %z = arith.constant " + std::to_string(z) + " : i32\n" +
         "    %az = arith.subi %ax, %z : i32\n" + "    %wx = arith.ext" + w +
         " %w : i8 to i32\n" + "    %v = arith.constant " + std::to_string(v) +
         " : i32\n" + "    %wv = arith.subi %wx, %v : i32\n" +
         "    %p = arith.muli %az, %wv : i32\n"
         "    %r = arith.addi %p, %s : i32\n"
         "    linalg.yield %r : i32";
}

std::optional<DotPlan> planOf(const TestConv &conv, const Machine &machine) {
  TestNest test(conv.text());
  FailureOr<Contraction> contraction = test.contraction();
  if (failed(contraction))
    return std::nullopt;
  return planDot(test.nest, *contraction, test.stage(), machine);
}

TEST(Dot, WhatIsDoneToEachCombinationOfSigns) {
  Machine vnni = machineWith({"vpdpbusd", "vpmaddwd vpaddd"});
  Machine sdot = machineWith({"sdot", "smlal"}, 128);
  Machine i8mm = machineWith({"smmla", "usmmla", "smlal"}, 128);
  struct Case {
    const Machine &machine;
    std::string data;
    int dataZero;
    std::string weights;
    int weightZero;
    StringRef instruction;
    bool flip;
    int64_t zero; // of the data as it is multiplied
  };
  const Case cases[] = {
      {vnni, "ui", 7, "si", 0, "vpdpbusd", false, 7},
      {vnni, "si", 7, "si", 0, "vpdpbusd", true, 135},
      {vnni, "si", -128, "ui", 128, "vpdpbusd", true, 0},
      {vnni, "ui", 7, "ui", 3, "vpmaddwd vpaddd", false, 0},
      {vnni, "ui", 7, "si", 3, "vpmaddwd vpaddd", false, 0},
      {sdot, "si", 7, "si", 0, "sdot", false, 7},
      {sdot, "ui", 7, "si", 0, "sdot", true, -121},
      {sdot, "si", 7, "ui", 0, "smlal", false, 0},
      {i8mm, "si", 7, "si", 0, "smmla", false, 7},
      {i8mm, "ui", 7, "si", 0, "usmmla", false, 7},
      {i8mm, "si", 7, "ui", 128, "smmla", false, 7},
      {i8mm, "si", 7, "ui", 0, "smlal", false, 0},
  };
  for (const Case &each : cases) {
    auto plan = planOf(
        bytes(bodyOf(each.data, each.dataZero, each.weights, each.weightZero)),
        each.machine);
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->form->instruction, each.instruction);
    EXPECT_EQ(plan->flip, each.flip);
    EXPECT_EQ(plan->operand.dataZero, each.zero);
    EXPECT_EQ(plan->gather.has_value(), plan->form->bits == 16);
  }
}

TEST(Dot, NothingElseIsPlanned) {
  Machine vnni = machineWith({"vpdpbusd"});
  EXPECT_TRUE(planOf(bytes(bodyOf("ui", 0, "si", 0)), vnni));
  EXPECT_FALSE(planOf(bytes(bodyOf("ui", 0, "si", 1)), vnni));
  EXPECT_FALSE(planOf(TestConv(), vnni)); // floats
  Machine none = machineWith({"vfmadd231ps"});
  EXPECT_FALSE(planOf(bytes(bodyOf("ui", 0, "si", 0)), none));
  // An instruction of 32-bit Arm's: one product of words.
  Machine words = machineWith({"smlal"}, 128);
  EXPECT_TRUE(planOf(bytes(bodyOf("ui", 0, "si", 1)), words));
  words.forms.front().left = words.forms.front().right = Element::I32;
  words.forms.front().lanes = 1;
  EXPECT_FALSE(planOf(bytes(bodyOf("ui", 0, "si", 1)), words));
  TestConv few = bytes(bodyOf("ui", 0, "si", 0));
  few.filter = "1x4x3x3xi8"; // one feature: no lanes
  few.output = "1x4x5x1xi32";
  EXPECT_FALSE(planOf(few, vnni));
}

TEST(Dot, TapsAndChannelsThatLieSideBySideAreOneRun) {
  Machine vnni = machineWith({"vpdpbusd"});
  auto plan = planOf(bytes(bodyOf("ui", 0, "si", 0)), vnni);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->operand.runDims, 2u);
  EXPECT_EQ(plan->operand.runLength(), 12);
  TestConv dilated = bytes(bodyOf("ui", 0, "si", 0));
  dilated.dilation = 2;
  dilated.output = "1x2x3x8xi32";
  plan = planOf(dilated, vnni);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->operand.runLength(), 4);
}

TestConv padded(int zero) {
  TestConv conv = bytes(bodyOf("ui", zero, "si", 0));
  conv.pad = "  %point = arith.constant " + std::to_string(zero) +
             " : i8\n  %x = tensor.pad %input low[0, 1, 1, 0] high[0, 1, 1, 0] "
             "{\n  ^bb0(%p: index, %q: index, %r: index, %t: index):\n"
             "    tensor.yield %point : i8\n"
             "  } : tensor<1x6x7x4xi8> to tensor<1x8x9x4xi8>\n";
  conv.padded = "1x8x9x4xi8";
  conv.output = "1x6x7x8xi32";
  return conv;
}

TEST(Dot, PaddedRowsAreGathered) {
  auto plan = planOf(padded(9), machineWith({"vpdpbusd"}));
  ASSERT_TRUE(plan);
  ASSERT_TRUE(plan->gather);
  const Gather &gather = *plan->gather;
  EXPECT_FALSE(gather.perTile);
  ASSERT_EQ(gather.axes.size(), 2u);
  // Three rows of 7 and 2 elements of padding, 4 channels.
  EXPECT_FALSE(gather.axes[0].whole);
  EXPECT_EQ(gather.axes[0].extent, 3);
  EXPECT_EQ(gather.axes[0].pitch, 9 * 4);
  EXPECT_TRUE(gather.axes[1].whole);
  EXPECT_EQ(gather.axes[1].extent, 9);
  EXPECT_EQ(gather.axes[1].constant, -1);
  EXPECT_EQ(gather.axes[1].size, 7);
  EXPECT_GE(gather.elements, 3 * 9 * 4 + 3); // a group may end behind them
}

TEST(Dot, PaddedRowsAreGatheredForTheInstructionThatTakesThemAsTheyAre) {
  // Gathering turns sign bits over for as much: the order of forms does not
  // matter.
  for (StringRef sign : {"si", "ui"})
    for (bool swapped : {false, true}) {
      TestConv conv = padded(9);
      conv.body = bodyOf(sign.str(), 9, "si", 0);
      Machine machine = machineWith({"smmla", "usmmla"}, 128);
      if (swapped)
        std::swap(machine.forms[0], machine.forms[1]);
      auto plan = planOf(conv, machine);
      ASSERT_TRUE(plan);
      EXPECT_EQ(plan->form->instruction, sign == "si" ? "smmla" : "usmmla");
      EXPECT_FALSE(plan->flip);
    }
}

TEST(Dot, TilesOfMatricesFitTheRegisters) {
  Machine machine = machineWith({"smmla"}, 128);
  machine.issueWidth = 2;
  TestConv conv = bytes(bodyOf("si", 0, "si", 0));
  conv.input = conv.padded = "1x6x66x64xi8";
  conv.filter = "64x64x3x3xi8";
  conv.output = "1x4x64x64xi32";
  auto plan = planOf(conv, machine);
  ASSERT_TRUE(plan);
  // Four vectors of features and four positions: sums in 16 registers.
  EXPECT_EQ(plan->schedule.positions, 4);
  EXPECT_EQ(plan->schedule.vectorBlocks.front().pieces.size(), 4u);
  // A position without a neighbour is no reason for them.
  machine = machineWith({"smmla", "sdot"}, 128);
  machine.issueWidth = 2;
  conv.input = conv.padded = "1x3x3x64xi8";
  conv.output = "1x1x1x64xi32";
  plan = planOf(conv, machine);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->form->instruction, "sdot");
}

TEST(Dot, ScratchMemoryIsLimited) {
  // Three rows of 7 and 2 elements, 64 channels: 1728 bytes, of 64 or of 26
  // thousand bytes of tensors.
  Machine none = machineWith({"vpdpbusd"});
  none.scratchBytes = 0;
  for (bool large : {false, true}) {
    TestConv conv = padded(9);
    std::string rows = large ? "66" : "6", all = large ? "68" : "8";
    conv.input = "1x" + rows + "x7x64xi8";
    conv.padded = "1x" + all + "x9x64xi8";
    conv.filter = "8x64x3x3xi8";
    conv.output = "1x" + rows + "x7x8xi32";
    for (auto [from, to] : {std::pair<std::string, std::string>{
                                "tensor<1x6x7x4xi8>", "tensor<" + conv.input},
                            {"tensor<1x8x9x4xi8>", "tensor<" + conv.padded}})
      conv.pad.replace(conv.pad.find(from), from.size(), to + ">");
    EXPECT_EQ(planOf(conv, none).has_value(), large);
    EXPECT_TRUE(planOf(conv, machineWith({"vpdpbusd"})));
  }
}

TEST(Dot, BlocksOfFeaturesHoldEachOnce) {
  for (bool masked : {false, true})
    for (int64_t lanes : {4, 8, 16})
      for (int64_t features = 2; features < 140; ++features)
        for (int64_t vectors = 1; vectors <= 4; ++vectors) {
          int64_t next = 0;
          auto blocks = cutFeatures(features, lanes, vectors, masked);
          for (const VectorBlock &block : blocks) {
            EXPECT_EQ(block.start, next);
            int64_t inside = 0;
            for (const Piece &piece : block.pieces) {
              bool last = &piece == &block.pieces.back();
              EXPECT_TRUE(piece.offset == inside ||
                          (last && piece.offset < inside));
              EXPECT_GE(piece.lanes, 4);
              EXPECT_LE(piece.lanes, lanes);
              EXPECT_TRUE(!piece.isPartial() || (last && piece.active > 1));
              inside = piece.offset + piece.active;
            }
            EXPECT_EQ(inside, block.width);
            EXPECT_TRUE(block.count == 1 || block.width == block.paddedWidth());
            next += block.count * block.width;
          }
          EXPECT_EQ(next, features);
        }
}

/// Stored weights, read as an emitted tile reads them.
class Stored : public testing::Test {
protected:
  void check(unsigned bits, int64_t group, bool isSigned, int64_t zero) {
    constexpr int64_t kFeatures = 21, kChannels = 3, kRows = 2, kTaps = 3;
    DotOperand operand;
    // Dimensions: feature, row, tap, channel; as ONNX orders a filter.
    operand.order.element = IntegerType::get(&context, 8);
    operand.order.sizes = {kFeatures, kRows, kTaps, kChannels};
    operand.order.source = {
        {kChannels * kRows * kTaps, kTaps, 1, kRows * kTaps}, 0};
    operand.order.reduction = {1, 2, 3};
    operand.feature = 0;
    operand.runDims = 2;
    operand.isSigned = isSigned;
    operand.zeroPoint = zero;
    operand.dataZero = 5;
    operand.bits = bits;
    operand.group = group;
    operand.blocks = cutFeatures(kFeatures, 8, 2, /*masked=*/false);
    SmallVector<int8_t> values;
    for (int64_t i = 0; i < kFeatures * kChannels * kRows * kTaps; ++i)
      values.push_back(static_cast<int8_t>(i * 37 + 11));
    auto type = RankedTensorType::get({kFeatures, kChannels, kRows, kTaps},
                                      operand.order.element);
    DotWeights weights(operand);
    SmallVector<ElementsAttr> made = weights.encode(
        ElementsAttr(DenseElementsAttr::get(type, ArrayRef<int8_t>(values))));
    ASSERT_EQ(made.size(), 2u);
    auto numbers = [](ElementsAttr attr) {
      return llvm::map_to_vector(
          attr.getValues<APInt>(),
          [](const APInt &value) { return value.getSExtValue(); });
    };
    auto packed = numbers(made[0]), starts = numbers(made[1]);
    for (auto [constant, memory] : llvm::zip(made, weights.constants()))
      EXPECT_EQ(constant.getNumElements(), memory.getNumElements());
    int64_t covered = 0;
    for (const VectorBlock &block : operand.blocks)
      for (int64_t n = 0; n < block.count; ++n)
        for (int64_t i = 0; i < block.width; ++i, ++covered) {
          int64_t sum = 0;
          for (int64_t row = 0; row < kRows; ++row)
            for (int64_t k = 0; k < kTaps * kChannels; ++k) {
              auto c = weights.address(block).coefficients;
              int64_t at = (block.start + n * block.width) * c[0] + row * c[1] +
                           k / group * group * c[3] + i * group + k % group;
              int64_t from =
                  ((covered * kChannels + k % kChannels) * kRows + row) *
                      kTaps +
                  k / kChannels;
              int64_t value =
                  isSigned ? values[from] : static_cast<uint8_t>(values[from]);
              EXPECT_EQ(packed[at], value - zero);
              sum += value - zero;
            }
          EXPECT_EQ(starts[covered], -5 * sum);
        }
    EXPECT_EQ(covered, kFeatures);
  }

  MLIRContext context;
};

TEST_F(Stored, AreReadGroupByGroup) {
  check(8, 4, true, 0);
  check(8, 4, false, 128);
  check(8, 8, true, 0);
  check(16, 2, false, 3);
  check(16, 1, true, -128);
}

} // namespace
