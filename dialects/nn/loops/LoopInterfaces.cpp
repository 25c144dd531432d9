//===- LoopInterfaces.cpp - What loops answer -----------------------------===//

#include "dialects/nn/Infer.h"
#include "dialects/nn/loops/NnLoopOps.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::nn;
using namespace dlc::nn::detail;

static int64_t
countBlock(Block &block,
           llvm::function_ref<int64_t(CostOpInterface, int64_t)> count) {
  int64_t sum = 0;
  for (Operation &op : block)
    if (auto cost = dyn_cast<CostOpInterface>(op); cost && op.getNumResults())
      sum += count(cost, tensorOf(op.getResult(0)).getNumElements());
  return sum;
}

/// What all steps take, whatever part of a result is asked for: each depends on
/// all steps before it.
static int64_t
countSteps(LoopOp loop,
           llvm::function_ref<int64_t(CostOpInterface, int64_t)> count) {
  return countBlock(loop.block(), count) *
         static_cast<int64_t>(loop.getSteps());
}

int64_t LoopOp::countMultiplyAccumulates(int64_t) {
  return countSteps(*this, [](CostOpInterface op, int64_t elements) {
    return op.countMultiplyAccumulates(elements);
  });
}

int64_t LoopOp::countOtherOperations(int64_t) {
  return countSteps(*this, [](CostOpInterface op, int64_t elements) {
    return op.countOtherOperations(elements);
  });
}

/// The dearer of two branches.
static int64_t
countDearer(IfOp branch,
            llvm::function_ref<int64_t(CostOpInterface, int64_t)> count) {
  int64_t most = 0;
  for (Block *block : {&branch.thenBlock(), &branch.elseBlock()})
    most = std::max(most, countBlock(*block, count));
  return most;
}

int64_t IfOp::countMultiplyAccumulates(int64_t) {
  return countDearer(*this, [](CostOpInterface op, int64_t elements) {
    return op.countMultiplyAccumulates(elements);
  });
}

int64_t IfOp::countOtherOperations(int64_t) {
  return countDearer(*this, [](CostOpInterface op, int64_t elements) {
    return op.countOtherOperations(elements);
  });
}
