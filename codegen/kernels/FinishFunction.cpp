//===- FinishFunction.cpp - Epilogues of tiles as functions ---------------===//

#include "codegen/kernels/FinishFunction.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace dlc::kernels {

/// What the region computes of `value`, at the builder's insertion point, which
/// is behind it afterwards.
static Value emitEpilogue(OpBuilder &b, Region &epilogue, Value value) {
  Block *current = b.getInsertionBlock();
  Region *region = current->getParent();
  IRMapping mapping;
  mapping.map(epilogue.getArgument(0), value);
  epilogue.cloneInto(region, region->end(), mapping);
  Block *entry = mapping.lookup(&epilogue.front());
  current->getOperations().splice(current->end(), entry->getOperations());
  entry->erase();
  kernel::YieldOp yield;
  for (kernel::YieldOp op : epilogue.getOps<kernel::YieldOp>())
    yield = cast<kernel::YieldOp>(mapping.lookup(op.getOperation()));
  Value result = yield.getValue();
  b.setInsertionPointToEnd(yield->getBlock());
  yield.erase();
  return result;
}

kernel::StoreOp writeFinish(kernel::FinishOp finish,
                            LLVM::LLVMFuncOp function) {
  OpBuilder b(function.getContext());
  Block *entry = function.addEntryBlock(b);
  b.setInsertionPointToEnd(entry);
  size_t numbers = finish->getNumOperands() - finish.getValues().size();
  SmallVector<Value> results;
  for (Value value : entry->getArguments().drop_front(numbers))
    results.push_back(emitEpilogue(b, finish.getEpilogue(), value));
  Value stride = finish.getStride() ? entry->getArgument(1) : Value();
  auto store = kernel::StoreOp::create(
      b, finish.getLoc(), entry->getArgument(0), stride, results,
      finish.getTile(), finish.getInstructions());
  LLVM::ReturnOp::create(b, function.getLoc(), ValueRange());
  function.setCConv(LLVM::CConv::ARM_AAPCS_VFP);
  function.setNoInline(true);
  return store;
}

} // namespace dlc::kernels
