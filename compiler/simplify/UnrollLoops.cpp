//===- UnrollLoops.cpp - Short loops written out, and branches on a GPU ---===//

#include "compiler/simplify/Passes.h"
#include "dialects/nn/loops/NnLoopOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "targets/description/TargetAttr.h"

using namespace mlir;

namespace dlc::simplify {
#define GEN_PASS_DEF_UNROLLLOOPS
#include "compiler/simplify/Passes.h.inc"

namespace {
/// More steps would make more launches than a GPU's driver takes in time.
constexpr int64_t kMostLaunched = 4096;

RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// Element `index` along dimension 0.
Value elementOf(OpBuilder &b, Location loc, Value sequence, int64_t index,
                Type type) {
  SmallVector<int64_t> sizes(typeOf(sequence).getShape()),
      starts(sizes.size(), 0), steps(sizes.size(), 1);
  starts[0] = index;
  sizes[0] = 1;
  Value slice = nn::SliceOp::create(b, loc, sequence, starts, sizes, steps);
  return nn::ReshapeOp::create(b, loc, type, slice);
}

/// All elements, in their order, along a new dimension 0.
Value joined(OpBuilder &b, Location loc, ArrayRef<Value> elements) {
  SmallVector<int64_t> shape(typeOf(elements.front()).getShape());
  shape.insert(shape.begin(), 1);
  auto type = typeOf(elements.front()).clone(shape);
  SmallVector<Value> rows;
  for (Value element : elements)
    rows.push_back(nn::ReshapeOp::create(b, loc, type, element));
  return nn::ConcatOp::create(b, loc, rows, /*axis=*/0);
}

void unroll(nn::LoopOp loop) {
  OpBuilder b(loop);
  Location loc = loop.getLoc();
  const int64_t steps = static_cast<int64_t>(loop.getSteps());
  const unsigned carried = loop.numCarried();
  auto place = [&](int64_t step, bool backwards) {
    return backwards ? steps - 1 - step : step;
  };
  SmallVector<Value> state(loop.getInitial());
  std::vector<SmallVector<Value>> collected(loop.numCollected(),
                                            SmallVector<Value>(steps));
  for (int64_t step = 0; step < steps; ++step) {
    IRMapping mapping;
    Block::BlockArgListType arguments = loop.block().getArguments();
    unsigned next = 0;
    for (auto [i, sequence] : llvm::enumerate(loop.getSequences())) {
      BlockArgument argument = arguments[next++];
      mapping.map(argument, elementOf(b, loc, sequence,
                                      place(step, loop.readsBackwards(i)),
                                      argument.getType()));
    }
    for (Value value : llvm::concat<Value>(state, loop.getShared()))
      mapping.map(arguments[next++], value);
    for (Operation &op : loop.block().without_terminator())
      b.clone(op, mapping);
    state.clear();
    for (Value value : loop.nextCarried())
      state.push_back(mapping.lookup(value));
    for (auto [i, value] : llvm::enumerate(loop.collectedElements()))
      collected[i][place(step, loop.writesBackwards(i))] =
          mapping.lookup(value);
  }
  for (unsigned i = 0; i < carried; ++i)
    loop.getResult(i).replaceAllUsesWith(state[i]);
  for (auto [i, elements] : llvm::enumerate(collected))
    loop.getResult(carried + i).replaceAllUsesWith(joined(b, loc, elements));
  loop.erase();
}

/// Both bodies are computed, and the results chosen: where a network is a list
/// of launches, none of them is left out.
void computeBoth(nn::IfOp branch) {
  OpBuilder b(branch);
  SmallVector<Value> yielded[2];
  for (auto [body, values] : {std::pair(&branch.thenBlock(), &yielded[0]),
                              std::pair(&branch.elseBlock(), &yielded[1])}) {
    IRMapping mapping;
    mapping.map(body->getArguments(), branch.getShared());
    for (Operation &op : body->without_terminator())
      b.clone(op, mapping);
    for (Value value : body->getTerminator()->getOperands())
      values->push_back(mapping.lookup(value));
  }
  for (auto [result, first, second] :
       llvm::zip_equal(branch.getResults(), yielded[0], yielded[1]))
    result.replaceAllUsesWith(
        nn::SelectOp::create(b, branch.getLoc(), result.getType(),
                             branch.getCondition(), first, second));
  branch.erase();
}

struct UnrollLoops : impl::UnrollLoopsBase<UnrollLoops> {
  using UnrollLoopsBase::UnrollLoopsBase;

  void runOnOperation() override {
    auto module = getOperation()->getParentOfType<ModuleOp>();
    bool all = module && targets::getTargetInfo(module).hasGpu();
    // Loops around others first: they are copied together.
    SmallVector<nn::LoopOp> loops;
    do {
      loops.clear();
      getOperation().walk<WalkOrder::PreOrder>([&](nn::LoopOp loop) {
        int64_t steps = static_cast<int64_t>(loop.getSteps());
        if (!all && steps > most)
          return WalkResult::advance();
        loops.push_back(loop);
        return WalkResult::skip();
      });
      for (nn::LoopOp loop : loops) {
        if (static_cast<int64_t>(loop.getSteps()) >
            std::max<int64_t>(most, kMostLaunched)) {
          loop.emitError("a loop of ")
              << loop.getSteps()
              << " steps is not supported on a GPU; it may have at most "
              << kMostLaunched << ", all of which are written out";
          return signalPassFailure();
        }
        unroll(loop);
      }
    } while (!loops.empty());
    if (!all)
      return;
    SmallVector<nn::IfOp> branches;
    getOperation().walk<WalkOrder::PostOrder>(
        [&](nn::IfOp branch) { branches.push_back(branch); });
    for (nn::IfOp branch : branches)
      computeBoth(branch);
  }
};
} // namespace
} // namespace dlc::simplify
