//===- TileKernel.cpp - Register tiles by load-multiple instructions ------===//

#include "codegen/loops/kernels/TileKernel.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// S registers, and those of them that the loads of the right operand take
/// turns in.
constexpr int64_t kRegisters = 32, kRightRegisters = 8;
/// Steps of one iteration: more gain too little.
constexpr int64_t kMaxUnroll = 8, kMaxPairUnroll = 4;
} // namespace

Unrolling chooseUnrolling(bool pairs, int64_t positions, int64_t width,
                          int64_t steps, int64_t multiple) {
  Unrolling unrolling;
  int64_t limit = kMaxPairUnroll;
  if (!pairs)
    limit = std::clamp<int64_t>(
        (kRegisters - positions * width - kRightRegisters) / positions, 1,
        kMaxUnroll);
  int64_t known = steps ? steps : multiple;
  for (int64_t unroll = 1; unroll <= limit; ++unroll)
    if (known % unroll == 0)
      unrolling.steps = unroll;
  // A divisor that is too small: what remains is done step by step.
  if (!pairs && unrolling.steps < 3 && unrolling.steps < limit &&
      (!steps || steps > 2 * limit)) {
    unrolling.steps = std::min<int64_t>(4, limit);
    unrolling.remainder = known % unrolling.steps != 0;
  }
  return unrolling;
}

} // namespace dlc::loops
