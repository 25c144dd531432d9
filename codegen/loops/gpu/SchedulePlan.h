//===- SchedulePlan.h - A schedule and what emits it ------------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_SCHEDULEPLAN_H
#define DLC_CODEGEN_LOOPS_SCHEDULEPLAN_H

#include "codegen/loops/strategy/Plan.h"

namespace dlc::loops {

/// A plan for a GPU: a schedule, whose `cost` is a LaunchCost, and the emitter
/// that is made of context, problem and schedule.
template <typename Emitter, typename Schedule>
class SchedulePlan : public Plan {
public:
  SchedulePlan(const Problem &problem, Schedule schedule)
      : problem(problem), schedule(std::move(schedule)) {}

  double cycles() const override { return schedule.cost.cycles; }
  void emit(StageContext &context, std::optional<ChunkRange>) override {
    Emitter(context, problem, schedule).emit();
  }

private:
  Problem problem;
  Schedule schedule;
};

/// Null where there is no schedule.
template <typename Emitter, typename Schedule>
std::unique_ptr<Plan> planOf(const Problem &problem,
                             std::optional<Schedule> schedule) {
  if (!schedule)
    return nullptr;
  return std::make_unique<SchedulePlan<Emitter, Schedule>>(
      problem, std::move(*schedule));
}

inline bool needsGpu(const Machine &machine) { return machine.hasGpu(); }

} // namespace dlc::loops

#endif
