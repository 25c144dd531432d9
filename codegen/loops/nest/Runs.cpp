//===- Runs.cpp - Reduction dimensions that lie side by side --------------===//

#include "codegen/loops/nest/Runs.h"

using namespace mlir;

namespace dlc::loops {

SmallVector<Run> runsOf(const Nest &nest, const Access &operand,
                        ArrayRef<unsigned> reduction) {
  int64_t inSum = 1;
  SmallVector<Run> found; // innermost first
  for (unsigned d : llvm::reverse(reduction)) {
    int64_t size = nest.sizes[d], stride = operand.address.coefficients[d];
    SmallVector<const Guard *, 1> guards;
    for (const Guard &guard : operand.guards)
      if (guard.reduction == static_cast<int>(d))
        guards.push_back(&guard);
    Run *inner = found.empty() ? nullptr : &found.back();
    if (inner && inner->guards.empty() &&
        stride == inner->stride * inner->size) {
      inner->unit = inner->size;
      inner->size *= size;
      inner->guards = guards;
    } else {
      found.push_back({size, stride, 1, inSum, guards});
    }
    inSum *= size;
  }
  return {found.rbegin(), found.rend()};
}

} // namespace dlc::loops
