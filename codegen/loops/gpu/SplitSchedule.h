//===- SplitSchedule.h - How threads share a reduction ----------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_SPLITSCHEDULE_H
#define DLC_CODEGEN_LOOPS_SPLITSCHEDULE_H

#include "codegen/loops/strategy/Plan.h"

namespace dlc::loops {

/// A block has `points` times `parts` threads: neighbouring ones have points
/// (or fours of them) side by side, or steps of one reduction.
struct SplitSchedule {
  llvm::SmallVector<unsigned> order;     // parallel dimensions, fastest last
  llvm::SmallVector<unsigned> reduction; // fastest last
  int lanesDim = -1;
  int64_t lanes = 1;
  int64_t pointCount = 1, depth = 1;
  int64_t points = 1, parts = 1;
  bool alongSteps = false; // neighbouring threads have steps
  mlir::Operation *combine = nullptr;
  mlir::TypedAttr neutral; // what leaves a sum as it is
  double cycles = 0;

  int64_t threads() const { return points * parts; }
};

/// None where the reduction cannot be cut or has bounds that depend on the
/// point.
std::optional<SplitSchedule> scheduleSplit(const Problem &problem);

} // namespace dlc::loops

#endif
