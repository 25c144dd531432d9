//===- Overlap.cpp - How far a result may lie over an operand -------------===//

#include "codegen/memory/plan/Overlap.h"
#include "codegen/memory/proof/StageTrace.h"
#include "dialects/arena/ArenaOps.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

using namespace mlir;

namespace dlc::memory {

namespace {

/// Touches of one stage that are looked at (0.1 us each); beyond that, fewer of
/// its loops are gone through.
constexpr int64_t kMaxTouches = 400'000;

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

/// How far the result's writes have come, and what the operand's reads leave.
struct Progress {
  int64_t firstWritten = kNever, lastWritten = -kNever;
  int64_t after = -kNever, before = -kNever;

  void see(const Touch &touch) {
    if (touch.writes) {
      firstWritten = std::min(firstWritten, touch.begin);
      lastWritten = std::max(lastWritten, touch.end);
    } else if (lastWritten != -kNever) {
      after = std::max(after, lastWritten - touch.begin);
      before = std::max(before, touch.end - firstWritten);
    }
  }
};

} // namespace

std::optional<OverlapDistances> measureOverlap(func::FuncOp stage,
                                               unsigned operand,
                                               unsigned result,
                                               bool backwards) {
  StageTrace trace(stage, operand, result);
  if (!trace.isKnown() || (backwards && !trace.isReversible()))
    return std::nullopt;
  for (unsigned loops = trace.mixedLoops() + 1; loops-- > 0;) {
    Progress progress;
    int64_t touches = 0;
    bool writesOperand = false;
    StageTrace::Detail detail;
    detail.loops = loops;
    detail.backwards = backwards;
    StageTrace::End end = trace.replay(detail, [&](const Touch &touch) {
      writesOperand = touch.ofOperand && touch.writes;
      progress.see(touch);
      return !writesOperand && ++touches <= kMaxTouches;
    });
    if (end == StageTrace::End::Unknown || writesOperand)
      return std::nullopt;
    if (end == StageTrace::End::Stopped)
      continue;
    int64_t operandBytes = arena::extentInBytes(
        cast<MemRefType>(stage.getArgumentTypes()[operand]));
    int64_t resultBytes = arena::extentInBytes(
        cast<MemRefType>(stage.getArgumentTypes()[result]));
    OverlapDistances distances{
        std::clamp(progress.after, -operandBytes, resultBytes),
        std::clamp(progress.before, -resultBytes, operandBytes)};
    if (distances.after == resultBytes && distances.before == operandBytes)
      return std::nullopt;
    return distances;
  }
  return std::nullopt;
}

} // namespace dlc::memory
