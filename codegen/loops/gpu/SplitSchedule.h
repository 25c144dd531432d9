//===- SplitSchedule.h - How threads share a reduction ----------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_SPLITSCHEDULE_H
#define DLC_CODEGEN_LOOPS_SPLITSCHEDULE_H

#include "codegen/loops/gpu/PointSchedule.h"

namespace dlc::loops {

/// A block has `pointsOfBlock` times `parts` threads: neighbouring ones have
/// points (or fours of them) side by side, or steps of one reduction, whose
/// dimensions are here sorted, the fastest last.
struct SplitSchedule : PointSchedule {
  int64_t depth = 1; // steps of a point
  int64_t pointsOfBlock = 1, parts = 1;
  bool alongSteps = false; // neighbouring threads have steps
  mlir::Operation *combine = nullptr;
  mlir::TypedAttr neutral; // what leaves a sum as it is
  LaunchCost cost;

  int64_t threads() const { return pointsOfBlock * parts; }
};

/// None where the reduction cannot be cut or has bounds that depend on the
/// point.
std::optional<SplitSchedule> scheduleSplit(const Problem &problem);

} // namespace dlc::loops

#endif
