//===- MoveIntoBody.cpp - What was built becomes a body -------------------===//

#include "compiler/import/MoveIntoBody.h"
#include "dialects/nn/loops/NnLoopOps.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace dlc::import {

void addOuterValues(ArrayRef<Operation *> ops, ArrayRef<Value> yielded,
                    llvm::SetVector<Value> &outer) {
  llvm::SmallPtrSet<Operation *, 32> inside(ops.begin(), ops.end());
  auto add = [&](Value value) {
    if (!inside.contains(value.getDefiningOp()))
      outer.insert(value);
  };
  for (Operation *op : ops)
    for (Value operand : op->getOperands())
      add(operand);
  for (Value value : yielded)
    add(value);
}

void moveIntoBody(Block &body, Location loc, ArrayRef<Value> values,
                  ArrayRef<Operation *> ops, ArrayRef<Value> yielded) {
  for (Value value : values)
    body.addArgument(value.getType(), value.getLoc());
  OpBuilder builder = OpBuilder::atBlockEnd(&body);
  auto yield = nn::YieldOp::create(builder, loc, yielded);
  for (Operation *op : ops)
    op->moveBefore(yield);
  for (auto [value, argument] : llvm::zip_equal(values, body.getArguments()))
    for (Operation &op : body)
      op.replaceUsesOfWith(value, argument);
}

} // namespace dlc::import
