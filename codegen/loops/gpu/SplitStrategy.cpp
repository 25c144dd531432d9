//===- SplitStrategy.cpp - Threads that share a reduction -----------------===//

#include "codegen/loops/gpu/GpuStrategies.h"
#include "codegen/loops/gpu/PointCode.h"
#include "codegen/loops/gpu/SchedulePlan.h"
#include "codegen/loops/gpu/SplitSchedule.h"
#include "codegen/loops/nest/BodyEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
class SplitEmitter : public PointCode {
public:
  SplitEmitter(StageContext &context, const Problem &problem,
               const SplitSchedule &schedule)
      : PointCode(context, problem, schedule), schedule(schedule) {}

  void emit() {
    LaunchShape shape;
    shape.x = llvm::divideCeil(schedule.points, schedule.pointsOfBlock);
    shape.threads = schedule.threads();
    begin(shape, schedule.cost);
    if (schedule.alongSteps) {
      part = remainder(thread(), schedule.parts);
      own = quotient(thread(), schedule.parts);
    } else {
      own = remainder(thread(), schedule.pointsOfBlock);
      part = quotient(thread(), schedule.pointsOfBlock);
    }
    Value point = plus(times(block(0), schedule.pointsOfBlock), own);
    if (schedule.points % schedule.pointsOfBlock != 0) {
      // All threads meet: those without a point take the first one's way and
      // store nothing.
      inside = isBelow(point, schedule.points);
      point = arith::SelectOp::create(b, loc, inside, point, index(0));
    }
    locate(point);
    Value sum = meet(sumUp());
    Value first =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, part, index(0));
    if (inside)
      first = arith::AndIOp::create(b, loc, first, inside);
    auto branch = scf::IfOp::create(b, loc, first);
    b.setInsertionPoint(branch.thenYield());
    finish({sum});
    end();
  }

private:
  /// The part of the reduction that is the thread's: every so many steps one.
  Value sumUp() {
    Value start = constant(schedule.neutral, schedule.lanes);
    auto loop = scf::ForOp::create(b, loc, part, index(schedule.depth),
                                   index(schedule.parts), ValueRange{start});
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    split(loop.getInductionVar(), schedule.reduction);
    SmallVector<Value> arguments = readInputs();
    arguments.push_back(loop.getRegionIterArg(0));
    Value sum = body(nest.root, arguments).front();
    scf::YieldOp::create(b, loc, broadcastTo(b, loc, sum, schedule.lanes));
    return loop.getResult(0);
  }

  Value combine(Value x, Value y) {
    OperationState state(loc, schedule.combine->getName());
    state.addOperands({x, y});
    state.addTypes(x.getType());
    state.propertiesAttr = schedule.combine->getPropertiesAsAttribute();
    return b.create(state)->getResult(0);
  }

  /// Halves of the parts meet in shared memory until there is one; the sum of
  /// all, in the threads of the first part.
  Value meet(Value sum) {
    Type element = schedule.neutral.getType();
    int64_t lanes = schedule.lanes;
    Value memory = shared(schedule.threads() * lanes, element);
    auto slot = [&](Value ofPart) {
      return times(plus(times(ofPart, schedule.pointsOfBlock), own), lanes);
    };
    auto keep = [&](Value value) {
      if (lanes == 1)
        memref::StoreOp::create(b, loc, value, memory, ValueRange{slot(part)});
      else
        vector::StoreOp::create(b, loc, value, memory, ValueRange{slot(part)});
    };
    keep(sum);
    for (int64_t half = schedule.parts / 2; half > 0; half /= 2) {
      barrier();
      Value mine = isBelow(part, half);
      auto branch =
          scf::IfOp::create(b, loc, sum.getType(), mine, /*else=*/true);
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(branch.thenBlock());
      Value at = slot(plus(part, half));
      Value other =
          lanes == 1
              ? Value(memref::LoadOp::create(b, loc, memory, ValueRange{at}))
              : Value(vector::LoadOp::create(b, loc,
                                             VectorType::get({lanes}, element),
                                             memory, ValueRange{at}));
      Value both = combine(sum, other);
      if (half > 1)
        keep(both);
      scf::YieldOp::create(b, loc, both);
      b.setInsertionPointToStart(branch.elseBlock());
      scf::YieldOp::create(b, loc, sum);
      sum = branch.getResult(0);
    }
    return combine(constant(nest.inits.front(), lanes), sum);
  }

  const SplitSchedule &schedule;
  Value part, own, inside; // own: of the block's points
};

std::unique_ptr<Plan> planSplit(const Problem &problem) {
  return planOf<SplitEmitter>(problem, scheduleSplit(problem));
}
} // namespace

Strategy splitStrategy() { return {"split", needsGpu, planSplit}; }

} // namespace dlc::loops
