//===- RulesOfLoops.cpp - Ops with a body ---------------------------------===//

#include "compiler/lengths/Rules.h"
#include "dialects/nn/loops/NnLoopOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace dlc::lengths {

namespace {
/// A loop over as many steps as a length says: of all of them, those beyond
/// hand on what they got.
class Steps {
public:
  Steps(Rules &rules, nn::LoopOp loop) : rules(rules), loop(loop) {}

  LogicalResult apply() {
    PerPoint steps = stepsOfPoints();
    if (llvm::all_equal(steps))
      return success();
    for (Value sequence : loop.getSequences())
      if (rules.observed.sizes(sequence, 0) != steps)
        return rules.refuse(loop, "it has other sequences for other lengths");
    if (loop.numCarried() == 0 &&
        !llvm::is_contained(loop.getBackwards(), true))
      return success();
    if (!llvm::all_equal(loop.getBackwards()))
      return rules.refuse(loop, "it goes through some of its sequences from "
                                "their end and through others not");
    countSteps(steps);
    return success();
  }

private:
  PerPoint stepsOfPoints() {
    auto own = static_cast<int64_t>(loop.getSteps());
    PerPoint steps(rules.points.size(), own);
    for (auto [point, at] : llvm::enumerate(rules.observed.attributes(loop)))
      if (at)
        steps[point] = at.getAs<IntegerAttr>("steps").getInt();
    return steps;
  }

  /// Another carried value is the position of the step's element.
  void countSteps(const PerPoint &steps) {
    bool backwards =
        !loop.getBackwards().empty() && loop.getBackwards().front();
    RunTime &run = rules.run;
    run.startAt(loop);
    Value first =
        run.integer(backwards ? static_cast<int64_t>(loop.getSteps()) - 1 : 0);
    nn::LoopOp counted = withCarried(first);
    Block &body = counted.block();
    unsigned sequences = counted.getSequences().size();
    unsigned carried = counted.numCarried() - 1;
    Value number = body.getArgument(sequences + carried);
    Operation *yield = body.getTerminator();
    run.startAt(yield);
    Value isWithin =
        run.compare(nn::ComparePredicate::LT, number, run.number(steps));
    for (unsigned i = 0; i < carried; ++i)
      yield->setOperand(i, run.select(isWithin, yield->getOperand(i),
                                      body.getArgument(sequences + i)));
    yield->insertOperands(carried, run.add(number, backwards ? -1 : 1));
    replaceBy(counted, carried);
  }

  /// The loop with one more carried value behind the others. The old one is
  /// left without a body.
  nn::LoopOp withCarried(Value first) {
    SmallVector<Value> initial(loop.getInitial());
    SmallVector<Type> types(loop.getResultTypes());
    types.insert(types.begin() + loop.numCarried(), first.getType());
    initial.push_back(first);
    auto made = nn::LoopOp::create(
        rules.run.builder(), loop.getLoc(), types, loop.getSequences(), initial,
        loop.getShared(), loop.getSteps(), loop.getBackwards());
    made.getBody().takeBody(loop.getBody());
    made.block().insertArgument(loop.getSequences().size() + loop.numCarried(),
                                first.getType(), loop.getLoc());
    return made;
  }

  void replaceBy(nn::LoopOp made, unsigned carried) {
    for (auto [i, result] : llvm::enumerate(loop.getResults()))
      rules.replace(result, made.getResult(i < carried ? i : i + 1));
    loop.erase();
  }

  Rules &rules;
  nn::LoopOp loop;
};
} // namespace

std::optional<LogicalResult> Rules::applyLoop(Operation *op) {
  auto loop = dyn_cast<nn::LoopOp>(op);
  if (!isSame(op, {"steps"}))
    return refuse(op, "its body is another one for other lengths");
  for (Region &region : op->getRegions())
    if (failed(apply(opsOf(region.front()))))
      return failure();
  return loop ? Steps(*this, loop).apply() : success();
}

} // namespace dlc::lengths
