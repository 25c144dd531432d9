//===- PoolInterfaces.cpp - What pools answer -----------------------------===//

#include "dialects/nn/NnOps.h"
#include <functional>
#include <numeric>

using namespace mlir;
using namespace dlc;
using namespace dlc::nn;

static int64_t windowElements(ArrayRef<int64_t> kernel) {
  return std::accumulate(kernel.begin(), kernel.end(), int64_t(1),
                         std::multiplies<>());
}

int64_t MaxPoolOp::countOtherOperations(int64_t elements) {
  return elements * windowElements(getKernel());
}

int64_t AvgPoolOp::countOtherOperations(int64_t elements) {
  return elements * windowElements(getKernel());
}
