//===- BlockStrategy.cpp - Register blocks as a strategy ------------------===//

#include "codegen/loops/blocks/BlockStrategy.h"
#include "codegen/loops/blocks/BlockEmitter.h"
#include "codegen/loops/strategy/Cost.h"

using namespace mlir;

namespace dlc::loops {

namespace {
class BlockedNest : public Plan {
public:
  explicit BlockedNest(const Problem &problem)
      : nest(problem.nest),
        schedule(chooseBlocks(nest, problem.contraction, problem.machine)),
        cost(arithmeticCycles(nest, schedule.vectorDim, problem.machine)) {
    // Scalars load their bias with the epilogue: fewer registers are taken.
    if (schedule.vectorDim >= 0 &&
        schedule.vectorBlocks.front().pieces.front().lanes > 1)
      bias = biasOfRows(nest, problem.contraction, schedule.vectorDim);
  }

  double cycles() const override { return cost; }
  int64_t chunks() const override { return chunksOf(nest, schedule); }
  void emit(StageContext &context, std::optional<ChunkRange> range) override {
    BlockEmitter(context, nest, schedule, bias).emit(range);
  }

private:
  Nest &nest;
  BlockSchedule schedule;
  int bias = -1;
  double cost;
};

bool isAvailable(const Machine &) { return true; }

std::unique_ptr<Plan> planNest(const Problem &problem) {
  return std::make_unique<BlockedNest>(problem);
}
} // namespace

Strategy blockStrategy() { return {"register blocks", isAvailable, planNest}; }

} // namespace dlc::loops
