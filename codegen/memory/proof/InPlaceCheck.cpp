//===- InPlaceCheck.cpp - Whether a stage may write over an operand -------===//

#include "codegen/memory/proof/InPlaceCheck.h"
#include "codegen/memory/proof/LaunchCheck.h"
#include "codegen/memory/proof/StageTrace.h"
#include "dialects/arena/ArenaOps.h"
#include "llvm/ADT/BitVector.h"
#include <algorithm>

using namespace mlir;

namespace dlc::memory {
namespace {

/// Which bytes of an operand have been written over.
class WrittenOver {
public:
  WrittenOver(int64_t bytes, int64_t distance)
      : written(bytes), distance(distance) {}

  /// False if the touch reads what has been written over, or writes to the
  /// operand itself.
  bool see(const Touch &touch) {
    if (touch.ofOperand)
      return !touch.writes && written.find_first_in(touch.begin, touch.end) < 0;
    auto at = [&](int64_t byte) -> unsigned {
      return std::clamp<int64_t>(byte - distance, 0, written.size());
    };
    if (at(touch.begin) < at(touch.end))
      written.set(at(touch.begin), at(touch.end));
    return true;
  }

private:
  llvm::BitVector written;
  int64_t distance;
};

} // namespace

InPlace checkInPlace(func::FuncOp stage, unsigned operand, unsigned result,
                     int64_t distance) {
  if (auto answer = checkLaunches(stage, operand, result, distance))
    return *answer;
  StageTrace trace(stage, operand, result);
  if (!trace.isKnown())
    return InPlace::Unknown;
  int64_t bytes =
      arena::extentInBytes(cast<MemRefType>(stage.getArgumentTypes()[operand]));
  auto replay = [&](StageTrace::Detail detail) {
    WrittenOver operandBytes(bytes, distance);
    return trace.replay(
        detail, [&](const Touch &touch) { return operandBytes.see(touch); });
  };
  for (unsigned loops = 0; loops <= trace.mixedLoops(); ++loops) {
    StageTrace::Detail outermost;
    outermost.loops = loops;
    if (replay(outermost) == StageTrace::End::Complete)
      return InPlace::Safe;
  }
  StageTrace::Detail all;
  all.joined = false;
  switch (replay(all)) {
  case StageTrace::End::Complete:
    return InPlace::Safe;
  case StageTrace::End::Stopped:
    return InPlace::Unsafe;
  case StageTrace::End::Unknown:
    break;
  }
  return InPlace::Unknown;
}

} // namespace dlc::memory
