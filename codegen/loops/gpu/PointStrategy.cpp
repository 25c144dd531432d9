//===- PointStrategy.cpp - A thread for each point ------------------------===//

#include "codegen/loops/gpu/GpuStrategies.h"
#include "codegen/loops/gpu/PointCode.h"
#include "codegen/loops/gpu/SchedulePlan.h"
#include "codegen/loops/nest/BodyEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
LaunchCost costOf(const PointSchedule &schedule, const Problem &problem) {
  double steps = 1;
  for (unsigned d : schedule.reduction)
    steps *= static_cast<double>(problem.nest.sizes[d]);
  return threadCost(problem, schedule.points,
                    threadsOfBlock(schedule.points, problem.machine), steps,
                    schedule.lanes, schedule.along());
}

class PointEmitter : public PointCode {
public:
  PointEmitter(StageContext &context, const Problem &problem,
               const PointSchedule &schedule)
      : PointCode(context, problem, schedule), problem(problem),
        schedule(schedule) {}

  void emit() {
    int64_t threads = threadsOfBlock(schedule.points, machine);
    LaunchShape shape;
    shape.x = llvm::divideCeil(schedule.points, threads);
    shape.threads = threads;
    begin(shape, costOf(schedule, problem));
    Value point = plus(times(block(0), threads), thread());
    if (schedule.points % threads != 0) {
      auto inside = scf::IfOp::create(b, loc, isBelow(point, schedule.points));
      b.setInsertionPoint(inside.thenYield());
    }
    locate(point);
    finish(reduce(schedule.reduction, startSums()));
    end();
  }

private:
  SmallVector<Value> startSums() {
    SmallVector<Value> sums;
    for (auto [i, init] : llvm::enumerate(nest.inits)) {
      if (init)
        sums.push_back(constant(init, schedule.lanes));
      else
        sums.push_back(
            broadcastTo(b, loc, read(nest.outputs[i]), schedule.lanes));
    }
    return sums;
  }

  /// The bounds between which all guards of a reduction dimension hold.
  std::pair<Value, Value> rangeOf(unsigned d) {
    Value low = index(0), high = index(nest.sizes[d]);
    for (const Access &access : nest.inputs)
      for (const Guard &guard : access.guards) {
        if (guard.reduction != static_cast<int>(d))
          continue;
        int64_t step = guard.position.coefficients[d];
        Value start = index(guard.position.constant);
        if (guard.parallel >= 0)
          start =
              plus(start, times(at[guard.parallel],
                                guard.position.coefficients[guard.parallel]));
        // 0 <= start + step * x < size.
        Value first = minus(index(0), start);
        Value past = minus(index(guard.size), start);
        if (step != 1) {
          first = arith::CeilDivSIOp::create(b, loc, first, index(step));
          past = arith::CeilDivSIOp::create(b, loc, past, index(step));
        }
        low = arith::MaxSIOp::create(b, loc, low, first);
        high = arith::MinSIOp::create(b, loc, high, past);
      }
    return {low, high};
  }

  SmallVector<Value> step(ArrayRef<Value> sums) {
    SmallVector<Value> arguments = readInputs();
    arguments.append(sums.begin(), sums.end());
    SmallVector<Value> results = body(nest.root, arguments);
    for (Value &result : results)
      result = broadcastTo(b, loc, result, schedule.lanes);
    return results;
  }

  SmallVector<Value> reduce(ArrayRef<unsigned> dims, SmallVector<Value> sums) {
    if (dims.empty())
      return step(sums);
    auto [low, high] = rangeOf(dims.front());
    auto loop = scf::ForOp::create(b, loc, low, high, index(1), sums);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    at[dims.front()] = loop.getInductionVar();
    SmallVector<Value> inner = reduce(
        dims.drop_front(), llvm::to_vector_of<Value>(loop.getRegionIterArgs()));
    at[dims.front()] = nullptr;
    scf::YieldOp::create(b, loc, inner);
    return llvm::to_vector_of<Value>(loop.getResults());
  }

  const Problem &problem;
  const PointSchedule &schedule;
};

class PointPlan : public Plan {
public:
  explicit PointPlan(const Problem &problem)
      : problem(problem), schedule(schedulePoints(problem)) {}

  double cycles() const override { return costOf(schedule, problem).cycles; }
  void emit(StageContext &context, std::optional<ChunkRange>) override {
    PointEmitter(context, problem, schedule).emit();
  }

private:
  Problem problem;
  PointSchedule schedule;
};

std::unique_ptr<Plan> planPoints(const Problem &problem) {
  return std::make_unique<PointPlan>(problem);
}
} // namespace

Strategy pointStrategy() { return {"points", needsGpu, planPoints}; }

} // namespace dlc::loops
