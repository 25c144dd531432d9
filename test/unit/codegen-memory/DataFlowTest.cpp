//===- DataFlowTest.cpp - Plans that are right and plans that are not -----===//

#include "codegen/memory/proof/DataFlow.h"
#include "dialects/arena/ArenaDialect.h"
#include "dialects/nn/NnDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace dlc;
using namespace mlir;

namespace {

// Two values, joined; both the join and its second half are read. `sum` may
// write over its second operand.
constexpr const char *tensors = R"mlir(
func.func private @make(tensor<4xf32>) -> tensor<4xf32>
func.func private @sum(tensor<8xf32>, tensor<4xf32> {nn.inplace}) -> tensor<4xf32>
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %a = call @make(%x) : (tensor<4xf32>) -> tensor<4xf32> loc("a"("Op"("m.onnx":1:1)))
  %b = call @make(%a) : (tensor<4xf32>) -> tensor<4xf32> loc("b"("Op"("m.onnx":1:1)))
  %j = nn.concat %a, %b {axis = 0 : i64} : (tensor<4xf32>, tensor<4xf32>) -> tensor<8xf32>
  %h = nn.slice %j {starts = array<i64: 4>, sizes = array<i64: 4>, steps = array<i64: 1>} : (tensor<8xf32>) -> tensor<4xf32>
  %c = call @make(%x) : (tensor<4xf32>) -> tensor<4xf32> loc("c"("Op"("m.onnx":1:1)))
  %s = call @sum(%j, %c) : (tensor<8xf32>, tensor<4xf32>) -> tensor<4xf32> loc("s"("Op"("m.onnx":1:1)))
  %y = call @make(%s) : (tensor<4xf32>) -> tensor<4xf32> loc("y"("Op"("m.onnx":1:1)))
  return %y : tensor<4xf32>
}
)mlir";

// In 64 bytes: the join at 0, c and s at 32, scratch of s at 48.
constexpr const char *planned = R"mlir(
module attributes {arena.bytes = 64 : i64} {
  func.func private @make(%from: memref<4xf32>, %to: memref<4xf32>) {
    %i = arith.constant 0 : index
    %v = memref.load %from[%i] : memref<4xf32>
    memref.store %v, %to[%i] : memref<4xf32>
    return
  }
  func.func private @sum(memref<8xf32>, memref<4xf32> {nn.inplace}, memref<4xf32>, memref<4xf32> {arena.scratch})
  func.func @main(%x: memref<4xf32>, %y: memref<4xf32>, %arena: memref<?xi8>) {
    %j = arena.buffer {name = "j", bytes = 32 : i64, align = 4 : i64, offset = 0 : i64} : memref<8xf32>
    %a = arena.view %j {byte_offset = 0 : i64} : memref<8xf32> to memref<4xf32>
    %b = arena.view %j {byte_offset = 16 : i64} : memref<8xf32> to memref<4xf32>
    %c = arena.buffer {name = "c", bytes = 16 : i64, align = 4 : i64, offset = 32 : i64} : memref<4xf32>
    %t = arena.buffer {name = "t", bytes = 16 : i64, align = 4 : i64, offset = 48 : i64} : memref<4xf32>
    call @make(%x, %a) : (memref<4xf32>, memref<4xf32>) -> () loc("a"("Op"("m.onnx":1:1)))
    call @make(%a, %b) : (memref<4xf32>, memref<4xf32>) -> () loc("b"("Op"("m.onnx":1:1)))
    call @make(%x, %c) : (memref<4xf32>, memref<4xf32>) -> () loc("c"("Op"("m.onnx":1:1)))
    call @sum(%j, %c, %c, %t) : (memref<8xf32>, memref<4xf32>, memref<4xf32>, memref<4xf32>) -> () loc("s"("Op"("m.onnx":1:1)))
    call @make(%c, %y) : (memref<4xf32>, memref<4xf32>) -> () loc("y"("Op"("m.onnx":1:1)))
    return
  }
}
)mlir";

/// What is wrong with the plan in which `from` is replaced by `to`; empty if
/// nothing is.
std::string problem(StringRef from = "", StringRef to = "",
                    std::string plan = planned, bool everyStage = false) {
  MLIRContext context;
  context
      .loadDialect<arena::ArenaDialect, arith::ArithDialect, func::FuncDialect,
                   memref::MemRefDialect, nn::NnDialect>();
  context.allowUnregisteredDialects();
  if (!from.empty()) {
    size_t at = plan.find(from.str());
    if (at == std::string::npos)
      return "the test replaces nothing";
    plan.replace(at, from.size(), to.str());
  }
  auto before = parseSourceString<ModuleOp>(tensors, &context);
  auto after = parseSourceString<ModuleOp>(plan, &context);
  if (!before || !after)
    return "the test does not parse";
  std::string said;
  ScopedDiagnosticHandler handler(&context,
                                  [&](Diagnostic &d) { said += d.str(); });
  memory::DataFlow flow(
      memory::recordDataFlow(before->lookupSymbol<func::FuncOp>("main")));
  bool good = succeeded(flow.verifyMemory(*after, everyStage));
  EXPECT_EQ(good, said.empty());
  return said;
}

testing::AssertionResult says(const std::string &problem, const char *part) {
  if (problem.find(part) != std::string::npos)
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << "'" << problem << "'";
}

TEST(DataFlow, AcceptsACorrectPlan) { EXPECT_EQ(problem(), ""); }

TEST(DataFlow, BuffersAliveAtOneTimeMustNotOverlap) {
  // c begins in the last element of the join, which s still reads.
  EXPECT_TRUE(says(problem("offset = 32", "offset = 28"),
                   "'s' should read element 3 of what 'b' made and finds "
                   "element 0 of what 'c' made"));
}

TEST(DataFlow, AValueThatIsReadLaterIsNotOverwritten) {
  // s in place of the join's first half, and y reads it: but what is passed
  // is no operand in its whole.
  EXPECT_TRUE(says(problem("@sum(%j, %c, %c, %t)", "@sum(%j, %c, %a, %t)"),
                   "'s' writes over its operand 0"));
}

TEST(DataFlow, AResultInPlaceNeedsTheStagesLeave) {
  EXPECT_TRUE(says(problem("memref<4xf32> {nn.inplace}", "memref<4xf32>"),
                   "'s' writes over its operand 1"));
}

TEST(DataFlow, AResultInPlaceIsNotReadAsTheOperand) {
  std::string declared = "func.func private @sum(memref<8xf32>, memref<4xf32> "
                         "{nn.inplace}, memref<4xf32>, memref<4xf32> "
                         "{arena.scratch})\n";
  auto body = [](const char *read) {
    return std::string(R"mlir(
  func.func private @sum(%j: memref<8xf32>, %c: memref<4xf32> {nn.inplace}, %s: memref<4xf32>, %t: memref<4xf32> {arena.scratch}) {
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %v = memref.load %c[%zero] : memref<4xf32>
    memref.store %v, %s[%zero] : memref<4xf32>
    %w = memref.load %c[)mlir") +
           read + R"mlir(] : memref<4xf32>
    memref.store %w, %s[%one] : memref<4xf32>
    return
  }
)mlir";
  };
  EXPECT_EQ(problem(declared, body("%one"), planned, /*everyStage=*/true), "");
  EXPECT_TRUE(says(problem(declared, body("%zero")),
                   "'s' reads from its operand 1 what it has written over it"));
  // Of a declaration nothing is known.
  EXPECT_TRUE(says(problem("", "", planned, /*everyStage=*/true),
                   "no order of its accesses can be seen"));
}

TEST(DataFlow, AResultInPlaceTakesTheWholePlace) {
  std::string shifted = planned;
  std::string call = "    call @sum(";
  shifted.insert(
      shifted.find(call),
      "    %d = arena.buffer {name = \"d\", bytes = 16 : i64, align = 4 : i64, "
      "offset = 36 : i64} : memref<4xf32>\n");
  EXPECT_TRUE(
      says(problem("@sum(%j, %c, %c, %t)", "@sum(%j, %c, %d, %t)", shifted),
           "'s' writes"));
}

TEST(DataFlow, ScratchIsApartFromOperands) {
  EXPECT_TRUE(says(problem("offset = 48", "offset = 16"),
                   "'s' writes over its operand 0"));
}

TEST(DataFlow, ScratchIsApartFromResults) {
  EXPECT_TRUE(says(problem("offset = 48", "offset = 44"),
                   "'s' writes two things to one place"));
}

TEST(DataFlow, ScratchDestroysWhatItLiesOver) {
  // A stage before s whose scratch lies over the join.
  std::string plan = planned;
  std::string make =
      "call @make(%x, %c) : (memref<4xf32>, memref<4xf32>) -> ()";
  plan.replace(plan.find(make), make.size(),
               "call @scratchy(%x, %c, %j) : (memref<4xf32>, memref<4xf32>, "
               "memref<8xf32>) -> ()");
  plan.insert(plan.find("  func.func @main"),
              "  func.func private @scratchy(memref<4xf32>, memref<4xf32>, "
              "memref<8xf32> {arena.scratch})\n");
  EXPECT_TRUE(says(problem("", "", plan),
                   "'s' should read element 0 of what 'a' made and finds a "
                   "stage's scratch memory"));
}

TEST(DataFlow, AStageMustNotStoreToAnOperand) {
  EXPECT_TRUE(says(problem("store %v, %to", "store %v, %from"),
                   "'a' stores to its operand 0"));
}

TEST(DataFlow, AConsumedOperandIsTheArenasAndNotReadAgain) {
  std::string plan = planned;
  plan.insert(plan.find("  func.func @main"), R"mlir(
  func.func private @consume(%from: memref<4xf32> {arena.consumed}, %to: memref<4xf32>) {
    %i = arith.constant 0 : index
    %v = memref.load %from[%i] : memref<4xf32>
    memref.store %v, %from[%i] : memref<4xf32>
    memref.store %v, %to[%i] : memref<4xf32>
    return
  }
)mlir");
  EXPECT_EQ(problem("@make(%c, %y)", "@consume(%c, %y)", plan), "");
  // s reads a as well.
  EXPECT_TRUE(says(problem("@make(%a, %b)", "@consume(%a, %b)", plan),
                   "'s' should read element 0 of what 'a' made and finds a "
                   "stage's scratch memory"));
  // The caller's input.
  EXPECT_TRUE(says(problem("@make(%x, %a)", "@consume(%x, %a)", plan),
                   "'a' destroys an operand that is needed"));
  EXPECT_TRUE(says(problem("@make(%a, %b)", "@consume(%a, %a)", plan),
                   "'b' reads from its operand 0 what it has written over it"));
}

TEST(DataFlow, AResultOverWhatIsNotReadAgain) {
  // s begins in c's second element, writes there and goes on with the third. To
  // go on with the second would be wrong.
  std::string declared = "func.func private @sum(memref<8xf32>, memref<4xf32> "
                         "{nn.inplace}, memref<4xf32>, memref<4xf32> "
                         "{arena.scratch})\n";
  auto body = [](const char *read) {
    return std::string(R"mlir(
  func.func private @sum(%j: memref<8xf32>, %c: memref<4xf32>, %s: memref<4xf32>, %t: memref<4xf32> {arena.scratch}) {
    %zero = arith.constant 0 : index
    %one = arith.constant 1 : index
    %two = arith.constant 2 : index
    %v = memref.load %c[%zero] : memref<4xf32>
    memref.store %v, %s[%zero] : memref<4xf32>
    %w = memref.load %c[)mlir") +
           read + R"mlir(] : memref<4xf32>
    memref.store %w, %s[%one] : memref<4xf32>
    return
  }
)mlir";
  };
  std::string shifted = planned;
  std::string at = "    call @sum(%j, %c, %c, %t)";
  shifted.replace(
      shifted.find(at), at.size(),
      "    %d = arena.buffer {name = \"d\", bytes = 16 : i64, align = 4 : i64, "
      "offset = 36 : i64} : memref<4xf32>\n    call @sum(%j, %c, %d, %u)");
  for (auto [from, to] :
       {std::pair("bytes = 64", "bytes = 80"),
        std::pair("(%c, %y)", "(%d, %y)"),
        std::pair("    %t = arena.buffer",
                  "    %u = arena.buffer {name = \"u\", bytes = 16 : i64, "
                  "align = 4 : i64, offset = 64 : i64} : memref<4xf32>\n    "
                  "%t = arena.buffer")})
    shifted.replace(shifted.find(from), StringRef(from).size(), to);
  EXPECT_EQ(problem(declared, body("%two"), shifted), "");
  EXPECT_TRUE(says(problem(declared, body("%one"), shifted),
                   "'s' reads from its operand 1 what it has written over it"));
  // Of a declaration nothing is known.
  EXPECT_TRUE(
      says(problem("", "", shifted), "no order of its accesses can be seen"));
}

TEST(DataFlow, ACopyOverItsSourceGoesTheRightWay) {
  // c is made an element behind its place and copied there: what is written
  // has been read if the copy begins with the first element.
  auto copied = [](ArrayRef<const char *> order) {
    std::string copy = "  func.func private @copy(%from: memref<4xf32>, %to: "
                       "memref<4xf32>) attributes {nn.stage = \"copy\"} {\n";
    for (const char *i : order)
      copy += std::string("    %i") + i + " = arith.constant " + i +
              " : index\n    %v" + i + " = memref.load %from[%i" + i +
              "] : memref<4xf32>\n    memref.store %v" + i + ", %to[%i" + i +
              "] : memref<4xf32>\n";
    std::string plan = planned;
    plan.insert(plan.find("  func.func @main"), copy + "    return\n  }\n");
    std::string make = "call @make(%x, %c) : (memref<4xf32>, memref<4xf32>)";
    plan.insert(plan.find("    " + make),
                "    %b4 = arena.buffer {name = \"b4\", bytes = 16 : i64, "
                "align = 4 : i64, offset = 36 : i64} : memref<4xf32>\n");
    plan.replace(plan.find(make), StringRef("call @make(%x, %c)").size(),
                 "call @make(%x, %b4)");
    plan.insert(plan.find("    call @sum"),
                "    call @copy(%b4, %c) : (memref<4xf32>, memref<4xf32>) -> "
                "() loc(\"c\"(\"Op\"(\"m.onnx\":1:1)))\n");
    return plan;
  };
  EXPECT_EQ(problem("", "", copied({"0", "1", "2", "3"})), "");
  EXPECT_TRUE(says(problem("", "", copied({"3", "2", "1", "0"})),
                   "'c' reads from its operand 0 what it has written over it"));
}

TEST(DataFlow, AViewShowsTheRightPart) {
  // b is written to the join's first half.
  EXPECT_TRUE(says(problem("byte_offset = 16", "byte_offset = 0"),
                   "'s' should read element 0 of what 'a' made and finds "
                   "element 0 of what 'b' made"));
  // b is read where a is.
  EXPECT_TRUE(says(problem("call @make(%a, %b)", "call @make(%x, %b)"),
                   "'b' should read element 0 of what 'a' made and finds "
                   "element 0 of what the caller made"));
}

TEST(DataFlow, NothingIsReadBeforeItIsWritten) {
  EXPECT_TRUE(says(problem("call @make(%a, %b)", "call @make(%t, %b)"),
                   "finds nothing written"));
}

TEST(DataFlow, EverythingLiesInTheArena) {
  EXPECT_TRUE(says(problem("arena.bytes = 64", "arena.bytes = 60"),
                   "'s' takes memory beyond the end of the arena"));
}

TEST(DataFlow, TheOutputIsComplete) {
  EXPECT_TRUE(says(problem("call @make(%c, %y)", "call @make(%c, %a)"),
                   "the caller should read element 0 of what 'y' made"));
}

TEST(DataFlow, EveryCallIsThereInOrder) {
  EXPECT_TRUE(says(problem("loc(\"c\"", "loc(\"b\""), "out of order"));
  std::string plan = planned;
  plan.erase(plan.find("    call @make(%c, %y)"),
             plan.find("    return\n  }\n}") -
                 plan.find("    call @make(%c, %y)"));
  EXPECT_TRUE(says(problem("", "", plan), "'y' is missing"));
}

} // namespace
