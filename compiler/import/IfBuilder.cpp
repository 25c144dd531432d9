//===- IfBuilder.cpp - One of two bodies, as the network says -------------===//

#include "compiler/import/IfBuilder.h"
#include "dialects/nn/loops/NnLoopOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace dlc::import {

ArrayRef<Value> IfBuilder::add(Body body, unsigned number) {
  Block &block = *condition.getParentBlock();
  Operation *before = block.empty() ? nullptr : &block.back();
  Part &part = parts[number];
  part.yielded = body();
  for (Operation &op : llvm::make_range(
           before ? std::next(before->getIterator()) : block.begin(),
           block.end())) {
    if (isa<arith::ConstantOp>(op))
      continue;
    for (Value result : op.getResults())
      if (auto type = dyn_cast<RankedTensorType>(result.getType());
          type && type.getNumElements() == 0 && !result.use_empty())
        fail(op.getLoc(), "its result has no elements; a network cannot "
                          "compute on empty tensors");
    part.ops.push_back(&op);
  }
  return part.yielded;
}

/// What the bodies take from around them.
SmallVector<Value> IfBuilder::sharedValues() const {
  llvm::SmallPtrSet<Operation *, 32> inside;
  for (const Part &part : parts)
    inside.insert_range(part.ops);
  llvm::SetVector<Value> shared;
  auto share = [&](Value value) {
    if (!inside.contains(value.getDefiningOp()))
      shared.insert(value);
  };
  for (const Part &part : parts) {
    for (Operation *op : part.ops)
      for (Value operand : op->getOperands())
        share(operand);
    for (Value value : part.yielded)
      share(value);
  }
  return shared.takeVector();
}

void IfBuilder::fill(Block &block, const Part &part, ArrayRef<Value> shared) {
  for (Value value : shared)
    block.addArgument(value.getType(), value.getLoc());
  OpBuilder builder = OpBuilder::atBlockEnd(&block);
  auto yield = nn::YieldOp::create(builder, build.loc(), part.yielded);
  for (Operation *op : part.ops)
    op->moveBefore(yield);
  for (auto [value, argument] : llvm::zip_equal(shared, block.getArguments()))
    for (Operation &op : block)
      op.replaceUsesOfWith(value, argument);
}

SmallVector<Value> IfBuilder::finish() {
  SmallVector<Value> shared = sharedValues();
  SmallVector<Type> types;
  for (Value value : parts[0].yielded)
    types.push_back(value.getType());
  OpBuilder builder(build.context());
  builder.setInsertionPointToEnd(condition.getParentBlock());
  auto branch =
      nn::IfOp::create(builder, build.loc(), types, condition, shared);
  fill(branch.getThenBody().emplaceBlock(), parts[0], shared);
  fill(branch.getElseBody().emplaceBlock(), parts[1], shared);
  if (failed(branch.verify()))
    throw ImportStopped{};
  return SmallVector<Value>(branch.getResults());
}

} // namespace dlc::import
