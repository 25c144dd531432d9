//===- StageAttention.cpp - The attentions of a stage ---------------------===//

#include "codegen/loops/stage/StageEmitter.h"

using namespace mlir;

namespace dlc::loops {

/// Takes note of what a launch computes together.
void StageEmitter::findLaunches() {
  if (!machine.hasGpu())
    return;
  attentions = findAttentions(stage);
  for (auto [i, ops] : llvm::enumerate(attentions))
    for (Operation *op : ops.all())
      ofAttention[op] = i;
}

/// An attention is computed where its last generic stands; as one nest after
/// the other where there is no plan for all of it.
LogicalResult StageEmitter::visitAttention(linalg::GenericOp op) {
  AttentionOps &ops = attentions[ofAttention.lookup(op)];
  if (op != ops.last())
    return success();
  auto source = [&](Value value) { return findBuffer(value); };
  auto destination = [&](Value result) {
    return buffers[result] = destinationOf(result);
  };
  std::optional<Attention> attention =
      buildAttention(ops, {source, destination}, &index);
  if (attention)
    if (std::unique_ptr<Plan> plan =
            planAttention(*attention, stage, machine)) {
      nestLocation = op.getLoc();
      plan->emit(*this, std::nullopt);
      return success();
    }
  buffers.erase(op.getResult(0));
  SmallVector<Operation *> all = ops.all();
  llvm::sort(all, [](Operation *one, Operation *other) {
    return one->isBeforeInBlock(other);
  });
  for (Operation *each : all)
    if (failed(visitGeneric(cast<linalg::GenericOp>(each))))
      return failure();
  return success();
}

} // namespace dlc::loops
