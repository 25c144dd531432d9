//===- PlacementTest.cpp - Where the values of @main lie ------------------===//

#include "dialects/storage/Placement.h"
#include "dialects/nn/NnDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace dlc;
using namespace dlc::storage;
using namespace mlir;

namespace {

/// A @main of calls; `@over` may write over its first operand.
class Network {
public:
  explicit Network(const std::string &body, const char *result = "4x4") {
    context
        .loadDialect<arith::ArithDialect, func::FuncDialect, nn::NnDialect>();
    std::string text = R"mlir(
      func.func private @make(tensor<4x4xf32>) -> tensor<4x4xf32>
      func.func private @over(tensor<4x4xf32> {nn.inplace}) -> tensor<4x4xf32>
      func.func private @row(tensor<4x4xf32>) -> tensor<1x4xf32>
      func.func private @over_row(tensor<1x4xf32> {nn.inplace}) -> tensor<1x4xf32>
      func.func private @of_row(tensor<1x4xf32>) -> tensor<4x4xf32>
      func.func @main(%x: tensor<4x4xf32>) -> tensor<)mlir" +
                       std::string(result) + "xf32> {" + body + "}";
    module = parseSourceString<ModuleOp>(text, &context);
    if (!module)
      ADD_FAILURE() << "the test does not parse";
    main = module->lookupSymbol<func::FuncOp>("main");
    uses = usesOfCalls(main);
  }

  int64_t peak(Sharing sharing) {
    return Placement(main, uses, sharing).peakBytes();
  }
  std::vector<int64_t> live(Sharing sharing) {
    return Placement(main, uses, sharing).liveBytes();
  }
  Value result(unsigned call) { return uses[call].op->getResult(0); }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  func::FuncOp main;
  std::vector<StageUse> uses;
};

constexpr const char *call = " : (tensor<4x4xf32>) -> tensor<4x4xf32>\n";

TEST(Placement, InputsAndOutputsAreTheCallers) {
  Network network(std::string("%0 = call @make(%x)") + call +
                  "return %0 : tensor<4x4xf32>");
  EXPECT_EQ(network.live(Sharing::None), std::vector<int64_t>{0});
}

TEST(Placement, AResultLiesOverAnOperandThatDies) {
  Network network(std::string("%0 = call @make(%x)") + call +
                  "%1 = call @over(%0)" + call + "%2 = call @make(%1)" + call +
                  "return %2 : tensor<4x4xf32>");
  EXPECT_EQ(network.live(Sharing::None), (std::vector<int64_t>{64, 128, 64}));
  EXPECT_EQ(network.live(Sharing::Whole), (std::vector<int64_t>{64, 64, 64}));
  Placement placement(network.main, network.uses, Sharing::Whole);
  EXPECT_EQ(placement.inplaceOperand(network.uses[1].op), network.result(0));
  EXPECT_FALSE(placement.inplaceOperand(network.uses[0].op));
}

TEST(Placement, AResultDoesNotLieOverWhatIsReadAgain) {
  Network network(
      std::string("%0 = call @make(%x)") + call + "%1 = call @over(%0)" + call +
          "%2 = call @make(%1)" + call + "%3 = call @make(%0)" + call +
          "%4 = nn.concat %2, %3 {axis = 0 : i64} : (tensor<4x4xf32>, "
          "tensor<4x4xf32>) -> tensor<8x4xf32>\n"
          "return %4 : tensor<8x4xf32>",
      "8x4");
  EXPECT_EQ(network.live(Sharing::Whole),
            (std::vector<int64_t>{64, 128, 128, 64}));
}

TEST(Placement, ProducersWriteTheirPartOfAConcatenationThroughReshapes) {
  Network network(std::string("%0 = call @make(%x)") + call +
                  "%1 = nn.reshape %0 : (tensor<4x4xf32>) -> tensor<1x16xf32>\n"
                  "%2 = call @make(%x)" +
                  call +
                  "%3 = nn.reshape %2 : (tensor<4x4xf32>) -> tensor<1x16xf32>\n"
                  "%4 = nn.concat %1, %3 {axis = 0 : i64} : (tensor<1x16xf32>, "
                  "tensor<1x16xf32>) -> tensor<2x16xf32>\n"
                  "%5 = nn.slice %4 {starts = array<i64: 1, 0>, sizes = array<"
                  "i64: 1, 16>, steps = array<i64: 1, 1>} : (tensor<2x16xf32>) "
                  "-> tensor<1x16xf32>\n"
                  "%6 = nn.reshape %5 : (tensor<1x16xf32>) -> tensor<4x4xf32>\n"
                  "%7 = call @make(%6)" +
                  call + "return %7 : tensor<4x4xf32>");
  EXPECT_EQ(network.live(Sharing::None), (std::vector<int64_t>{128, 128, 128}));
  Placement placement(network.main, network.uses, Sharing::None);
  EXPECT_EQ(placement.placeOf(network.result(0)).storage,
            placement.placeOf(network.result(1)).storage);
  EXPECT_EQ(placement.placeOf(network.result(1)).offset, 16);
}

TEST(Placement, TheLastConcatenationIsServedTheOthersCopy) {
  Network network(
      std::string("%0 = call @make(%x)") + call + "%1 = call @make(%x)" + call +
          "%2 = nn.concat %0, %1 {axis = 0 : i64} : (tensor<4x4xf32>, "
          "tensor<4x4xf32>) -> tensor<8x4xf32>\n"
          "%3 = nn.concat %1, %0 {axis = 0 : i64} : (tensor<4x4xf32>, "
          "tensor<4x4xf32>) -> tensor<8x4xf32>\n"
          "%4 = nn.concat %2, %3 {axis = 0 : i64} : (tensor<8x4xf32>, "
          "tensor<8x4xf32>) -> tensor<16x4xf32>\n"
          "return %4 : tensor<16x4xf32>",
      "16x4");
  Placement placement(network.main, network.uses, Sharing::None);
  std::vector<Placement::Event> events = placement.events();
  ASSERT_EQ(events.size(), 3u); // two stages, one op with copies
  EXPECT_TRUE(events[0].isStage && events[1].isStage);
  EXPECT_EQ(placement.copiesAt(events[2].op).size(), 2u);
  // The output's second half comes from the stages.
  EXPECT_EQ(placement.placeOf(network.result(1)).offset, 32);
  EXPECT_EQ(placement.placeOf(network.result(0)).offset, 48);
}

// A row of a buffer that is otherwise dead: its successor is as long as a row,
// and the buffer stays. Without that both are alive at once.
TEST(Placement, APartOfADyingBufferIsTakenOverIfThatHelps) {
  Network network(std::string("%0 = call @make(%x)") + call +
                  "%1 = nn.slice %0 {starts = array<i64: 1, 0>, sizes = array<"
                  "i64: 1, 4>, steps = array<i64: 1, 1>} : (tensor<4x4xf32>) "
                  "-> tensor<1x4xf32>\n"
                  "%2 = call @over_row(%1) : (tensor<1x4xf32>) -> "
                  "tensor<1x4xf32>\n"
                  "%3 = call @of_row(%2) : (tensor<1x4xf32>) -> "
                  "tensor<4x4xf32>\n"
                  "return %3 : tensor<4x4xf32>");
  EXPECT_EQ(network.peak(Sharing::Whole), 80);
  EXPECT_EQ(network.peak(Sharing::Parts), 64);
  EXPECT_EQ(placeValues(network.main, network.uses).peakBytes(), 64);
}

// The ops of a stage before it is a function: what only they read lies nowhere.
TEST(Placement, OpsOfAStageAreOnePosition) {
  MLIRContext context;
  context.loadDialect<arith::ArithDialect, func::FuncDialect, nn::NnDialect>();
  auto module = parseSourceString<ModuleOp>(R"mlir(
    func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
      %0 = nn.relu %x : (tensor<4xf32>) -> tensor<4xf32>
      %1 = nn.neg %0 : (tensor<4xf32>) -> tensor<4xf32>
      %2 = nn.relu %1 : (tensor<4xf32>) -> tensor<4xf32>
      return %2 : tensor<4xf32>
    })mlir",
                                            &context);
  ASSERT_TRUE(module);
  auto main = module->lookupSymbol<func::FuncOp>("main");
  std::vector<Operation *> ops;
  for (Operation &op : main.front())
    ops.push_back(&op);
  std::vector<StageUse> uses(2);
  uses[0] = {ops[1], {ops[0]}, {main.getArgument(0)}, {main.getArgument(0)}};
  uses[1] = {ops[2], {}, {ops[1]->getResult(0)}, {ops[1]->getResult(0)}};
  Placement placement(main, uses, Sharing::None);
  EXPECT_EQ(placement.liveBytes(), (std::vector<int64_t>{16, 16}));
  EXPECT_EQ(placement.storages().size(), 3u); // input, output, one buffer
}

TEST(Placement, SmallIntegersArePacked) {
  MLIRContext context;
  context.loadDialect<arith::ArithDialect, func::FuncDialect, nn::NnDialect>();
  auto module = parseSourceString<ModuleOp>(R"mlir(
    func.func private @f(tensor<9xi4>) -> tensor<9xi4>
    func.func @main(%x: tensor<9xi4>) -> tensor<9xi4> {
      %0 = call @f(%x) : (tensor<9xi4>) -> tensor<9xi4>
      %1 = call @f(%0) : (tensor<9xi4>) -> tensor<9xi4>
      return %1 : tensor<9xi4>
    })mlir",
                                            &context);
  ASSERT_TRUE(module);
  auto main = module->lookupSymbol<func::FuncOp>("main");
  std::vector<StageUse> uses = usesOfCalls(main);
  EXPECT_EQ(Placement(main, uses, Sharing::None).peakBytes(), 5);
}

} // namespace
