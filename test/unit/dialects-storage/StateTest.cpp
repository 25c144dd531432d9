//===- StateTest.cpp - Where what outlives a call lies --------------------===//

#include "dialects/nn/NnDialect.h"
#include "dialects/storage/Placement.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace dlc;
using namespace dlc::storage;
using namespace mlir;

namespace {

/// A @main with two states `%s`, `%t`, an input `%x` and one output; `@over`
/// may write over its first operand, `@mix` reads all of both for each element.
class Network {
public:
  explicit Network(const std::string &body) {
    context
        .loadDialect<arith::ArithDialect, func::FuncDialect, nn::NnDialect>();
    std::string text = R"mlir(
      func.func private @make(tensor<4x4xf32>) -> tensor<4x4xf32>
      func.func private @mix(tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
      func.func private @over(tensor<4x4xf32> {nn.inplace}, tensor<4x4xf32>) -> tensor<4x4xf32>
      func.func private @half(tensor<2x4xf32> {nn.inplace}) -> tensor<2x4xf32>
      func.func @main(%x: tensor<4x4xf32>,
                      %s: tensor<4x4xf32> {nn.state = dense<0.0> : tensor<4x4xf32>},
                      %t: tensor<4x4xf32> {nn.state = dense<0.0> : tensor<4x4xf32>})
          -> (tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>) {)mlir" +
                       body + "}";
    module = parseSourceString<ModuleOp>(text, &context);
    if (!module) {
      ADD_FAILURE() << "the test does not parse";
      return;
    }
    main = module->lookupSymbol<func::FuncOp>("main");
    uses = usesOfCalls(main);
    placement.emplace(main, uses, Sharing::Whole);
  }

  /// Of the result of a call.
  const Place &placeOf(unsigned call) {
    return placement->placeOf(uses[call].op->getResult(0));
  }
  Storage::Kind kindOf(unsigned call) {
    return placement->storages()[placeOf(call).storage].kind;
  }
  bool isStateOf(unsigned call, unsigned state) {
    const Storage &storage = placement->storages()[placeOf(call).storage];
    return storage.kind == Storage::State && storage.index == state;
  }
  llvm::ArrayRef<PlacedCopy> copiesAtEnd() {
    return placement->copiesAt(main.front().getTerminator());
  }
  Storage::Kind kindOf(const Place &place) {
    return placement->storages()[place.storage].kind;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  func::FuncOp main;
  std::vector<StageUse> uses;
  std::optional<Placement> placement;
};

constexpr const char *one = " : (tensor<4x4xf32>) -> tensor<4x4xf32>\n";
constexpr const char *two =
    " : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>\n";
constexpr const char *end =
    " : tensor<4x4xf32>, tensor<4x4xf32>, tensor<4x4xf32>";

std::string call(const std::string &text) {
  return text + (text.find(", ") == std::string::npos ? one : two);
}

TEST(State, IsWrittenInPlaceWhenAllReadersOfTheOldComeBefore) {
  Network network(call("%0 = call @mix(%x, %s)") +
                  call("%1 = call @mix(%x, %t)") + call("%2 = call @make(%0)") +
                  call("%3 = call @make(%1)") + "return %1, %2, %3" + end);
  EXPECT_TRUE(network.isStateOf(2, 0));
  EXPECT_TRUE(network.isStateOf(3, 1));
  EXPECT_TRUE(network.copiesAtEnd().empty());
}

TEST(State, IsWrittenOverWhatItsMakerReadsElementByElement) {
  Network network(call("%0 = call @mix(%x, %s)") +
                  call("%1 = call @over(%s, %0)") +
                  call("%2 = call @make(%t)") + "return %0, %1, %2" + end);
  EXPECT_TRUE(network.isStateOf(1, 0));
  EXPECT_EQ(network.placement->inplaceOperand(network.uses[1].op),
            network.main.getArgument(1));
}

TEST(State, IsCopiedWhenItsMakerReadsAllOfTheOld) {
  Network network(call("%0 = call @make(%s)") + call("%1 = call @make(%t)") +
                  "return %x, %0, %1" + end);
  EXPECT_EQ(network.kindOf(0), Storage::Buffer);
  EXPECT_EQ(network.kindOf(1), Storage::Buffer);
  // The output, then the states.
  ASSERT_EQ(network.copiesAtEnd().size(), 3u);
  EXPECT_EQ(network.kindOf(network.copiesAtEnd()[0].target), Storage::Output);
  EXPECT_EQ(network.kindOf(network.copiesAtEnd()[1].target), Storage::State);
}

// The other state, which nothing reads, can have it at once.
TEST(State, IsCopiedWhenTheOldIsReadOnceMore) {
  Network network(call("%0 = call @make(%x)") + call("%1 = call @mix(%0, %s)") +
                  "return %1, %0, %0" + end);
  EXPECT_TRUE(network.isStateOf(0, 1));
  ASSERT_EQ(network.copiesAtEnd().size(), 1u);
  EXPECT_EQ(network.kindOf(network.copiesAtEnd()[0].target), Storage::State);
}

TEST(State, IsCopiedWhenAnOutputIsTheOld) {
  Network network(call("%0 = call @make(%x)") + call("%1 = call @make(%t)") +
                  "return %s, %0, %1" + end);
  EXPECT_EQ(network.kindOf(0), Storage::Buffer);
}

TEST(State, OfWhichAStageReadsMoreThanItsPlaceIsCopied) {
  Network network(call("%0 = call @over(%s, %s)") +
                  call("%1 = call @make(%t)") + "return %x, %0, %1" + end);
  EXPECT_EQ(network.kindOf(0), Storage::Buffer);
}

TEST(State, ThatChangesPlacesIsSavedFirst) {
  Network network(std::string("return %x, %t, %s") + end);
  // The output; both to memory between; both from there.
  ASSERT_EQ(network.copiesAtEnd().size(), 5u);
  EXPECT_EQ(network.kindOf(network.copiesAtEnd()[1].target), Storage::Buffer);
  EXPECT_EQ(network.kindOf(network.copiesAtEnd()[2].target), Storage::Buffer);
  EXPECT_EQ(network.kindOf(network.copiesAtEnd()[3].source), Storage::Buffer);
  EXPECT_EQ(network.kindOf(network.copiesAtEnd()[4].source), Storage::Buffer);
}

// Rows 0 and 1 are new before rows 2 and 3 are read: they have nothing in
// common.
TEST(State, OfPartsIsWrittenInPlacePartByPart) {
  auto half = [](const std::string &to, const std::string &from, int row) {
    return to + " = nn.slice " + from +
           " {starts = array<i64: " + std::to_string(row) +
           ", 0>, sizes = array<i64: 2, 4>, steps = array<i64: 1, 1>} : "
           "(tensor<4x4xf32>) -> tensor<2x4xf32>\n";
  };
  std::string small = " : (tensor<2x4xf32>) -> tensor<2x4xf32>\n",
              join = " {axis = 0 : i64} : (tensor<2x4xf32>, tensor<2x4xf32>) "
                     "-> tensor<4x4xf32>\n";
  Network network(half("%a", "%s", 0) + "%0 = call @half(%a)" + small +
                  half("%b", "%s", 2) + "%1 = call @half(%b)" + small +
                  "%2 = nn.concat %0, %1" + join + call("%3 = call @make(%t)") +
                  "return %2, %2, %3" + end);
  // The output is served first: of the state there is a copy.
  EXPECT_EQ(network.kindOf(0), Storage::Output);
  Network other(half("%a", "%s", 0) + "%0 = call @half(%a)" + small +
                half("%b", "%s", 2) + "%1 = call @half(%b)" + small +
                "%2 = nn.concat %0, %1" + join + call("%3 = call @make(%t)") +
                "return %3, %2, %x" + end);
  EXPECT_TRUE(other.isStateOf(0, 0));
  EXPECT_TRUE(other.isStateOf(1, 0));
  EXPECT_EQ(other.placeOf(1).offset, 8);
}

// Each row moves up by one: what is written is read again.
TEST(State, ThatIsShiftedIsCopied) {
  Network network(
      "%a = nn.slice %s {starts = array<i64: 1, 0>, sizes = array<i64: 3, 4>, "
      "steps = array<i64: 1, 1>} : (tensor<4x4xf32>) -> tensor<3x4xf32>\n"
      "%b = nn.slice %x {starts = array<i64: 0, 0>, sizes = array<i64: 1, 4>, "
      "steps = array<i64: 1, 1>} : (tensor<4x4xf32>) -> tensor<1x4xf32>\n"
      "%c = nn.concat %a, %b {axis = 0 : i64} : (tensor<3x4xf32>, "
      "tensor<1x4xf32>) -> tensor<4x4xf32>\n" +
      call("%0 = call @make(%c)") + call("%1 = call @make(%t)") +
      "return %0, %c, %1" + end);
  Value shifted = network.main.front().getTerminator()->getOperand(1);
  EXPECT_EQ(network.kindOf(network.placement->placeOf(shifted)),
            Storage::Buffer);
}

TEST(State, HasNoPlaceInCommonWhereTheOrderOfStagesIsOpen) {
  Network network(call("%0 = call @over(%s, %x)") +
                  call("%1 = call @make(%t)") + "return %1, %0, %1" + end);
  Placement open(network.main, network.uses, Sharing::None);
  EXPECT_NE(open.placeOf(network.main.getArgument(1)).storage,
            open.placeOf(network.uses[0].op->getResult(0)).storage);
}

} // namespace
