//===- OrderStages.cpp - Calls in the order that needs least memory -------===//

#include "compiler/fuse/Passes.h"
#include "compiler/fuse/StageSchedule.h"
#include "dialects/nn/Notes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

namespace dlc::fuse {
#define GEN_PASS_DEF_ORDERSTAGES
#include "compiler/fuse/Passes.h.inc"
} // namespace dlc::fuse

using namespace mlir;

namespace dlc::fuse {
namespace {

/// Moves the calls into `order` and each view to where it is first needed.
class Mover {
public:
  explicit Mover(Block &block) : end(block.getTerminator()) {
    for (Operation &op : block)
      if (isa<arith::ConstantOp>(op))
        placed.insert(&op);
  }

  void place(Operation *op) {
    if (!op || !placed.insert(op).second)
      return;
    for (Value operand : op->getOperands())
      place(operand.getDefiningOp());
    if (op != end)
      op->moveBefore(end);
  }

  void placeRest() {
    for (Value operand : end->getOperands())
      place(operand.getDefiningOp());
  }

private:
  Operation *end;
  DenseSet<Operation *> placed;
};

struct OrderStages : impl::OrderStagesBase<OrderStages> {
  using OrderStagesBase::OrderStagesBase;

  void runOnOperation() override {
    auto main = getOperation().lookupSymbol<func::FuncOp>("main");
    if (!main || !main.getBody().hasOneBlock()) {
      getOperation().emitError(
          "stages are called by a function @main with one block");
      return signalPassFailure();
    }
    StageGraph graph(main, storage::usesOfCalls(main));
    StageOrder order = frugalOrder(graph, maxStates);
    const int64_t before = peakBytes(
        graph, llvm::to_vector(llvm::seq<unsigned>(0, graph.calls.size())));
    const int64_t peak = peakBytes(graph, order);
    if (peak == before)
      return;
    nn::addNote(
        getOperation(),
        "the layers run in another order than in the model: " + Twine(peak) +
            " bytes of tensors are alive at most, not " + Twine(before));
    // Views that nobody reads would be left between the calls.
    Block &block = main.front();
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
      if (op.use_empty() && isMemoryEffectFree(&op) &&
          !op.hasTrait<OpTrait::IsTerminator>())
        op.erase();
    Mover mover(block);
    for (unsigned call : order)
      mover.place(graph.calls[call].op);
    mover.placeRest();
  }
};

} // namespace
} // namespace dlc::fuse
