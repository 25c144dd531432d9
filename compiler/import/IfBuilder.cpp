//===- IfBuilder.cpp - One of two bodies, as the network says -------------===//

#include "compiler/import/IfBuilder.h"
#include "compiler/import/MoveIntoBody.h"
#include "dialects/nn/loops/NnLoopOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/STLExtras.h"

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

SmallVector<Value> IfBuilder::finish() {
  llvm::SetVector<Value> outer;
  for (const Part &part : parts)
    addOuterValues(part.ops, part.yielded, outer);
  ArrayRef<Value> shared = outer.getArrayRef();
  SmallVector<Type> types;
  for (Value value : parts[0].yielded)
    types.push_back(value.getType());
  OpBuilder builder(build.context());
  builder.setInsertionPointToEnd(condition.getParentBlock());
  auto branch =
      nn::IfOp::create(builder, build.loc(), types, condition, shared);
  Region *bodies[] = {&branch.getThenBody(), &branch.getElseBody()};
  for (auto [body, part] : llvm::zip_equal(bodies, parts))
    moveIntoBody(body->emplaceBlock(), build.loc(), shared, part.ops,
                 part.yielded);
  if (failed(branch.verify()))
    throw ImportStopped{};
  return SmallVector<Value>(branch.getResults());
}

} // namespace dlc::import
