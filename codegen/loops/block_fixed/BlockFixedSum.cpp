//===- BlockFixedSum.cpp - The function that makes floats of sums ---------===//

#include "codegen/loops/block_fixed/BlockFixed.h"
#include "codegen/loops/block_fixed/BlockFixedArithmetic.h"
#include "codegen/loops/nest/ModuleIndex.h"

using namespace mlir;

namespace dlc::loops {

namespace {
func::FuncOp makeFunction(ModuleIndex &index, bool positive) {
  ModuleOp module = index.module();
  OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
  Location loc = module.getLoc();
  Type i32 = b.getI32Type();
  auto function = func::FuncOp::create(
      b, loc, positive ? "block_fixed_positive_sum" : "block_fixed_sum",
      b.getFunctionType({b.getI64Type(), i32, i32}, i32));
  function.setPrivate();
  // One copy for all stages: it is most of a stage's code if inlined.
  function->setAttr("passthrough", b.getStrArrayAttr({"noinline"}));
  // A stage may have the name.
  index.add(function);
  Block *body = function.addEntryBlock();
  b.setInsertionPointToStart(body);
  BlockFixedArithmetic fixed(b, loc);
  BlockFixedArithmetic::Sum sum{body->getArgument(0), body->getArgument(1)};
  sum = fixed.addFloat(sum, body->getArgument(2));
  func::ReturnOp::create(
      b, loc, positive ? fixed.toPositiveFloat(sum) : fixed.toFloat(sum));
  return function;
}
} // namespace

func::FuncOp sumToFloat(ModuleIndex &module, bool positive) {
  func::FuncOp &known =
      module.shared(positive ? "block fixed, positive" : "block fixed");
  if (!known)
    known = makeFunction(module, positive);
  return known;
}

} // namespace dlc::loops
