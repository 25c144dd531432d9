//===- Cost.cpp - What the arithmetic of a nest takes ---------------------===//

#include "codegen/loops/strategy/Cost.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

double arithmeticCycles(const Nest &nest, int vectorDim,
                        const Machine &machine) {
  Type element = nest.outputs.front().buffer.element;
  double cycles = 1;
  for (auto [d, size] : llvm::enumerate(nest.sizes)) {
    int64_t lanes = 1;
    if (static_cast<int>(d) == vectorDim && element.isIntOrFloat())
      lanes = std::max<int64_t>(1, machine.vectorBits /
                                       element.getIntOrFloatBitWidth());
    cycles *= static_cast<double>(llvm::divideCeil(size, lanes));
  }
  if (machine.fpu || !isa<FloatType>(element))
    return cycles;
  return cycles * machine.softStepCycles;
}

} // namespace dlc::loops
