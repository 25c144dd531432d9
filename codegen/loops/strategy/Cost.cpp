//===- Cost.cpp - What the arithmetic of a nest takes ---------------------===//

#include "codegen/loops/strategy/Cost.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Integers narrower than a register are extended, and what is done with sums
/// takes 64 bits: measured on a Cortex-M4, 3x3 and 1x1 convolutions of bytes.
constexpr double kScalarIntegerStep = 2.7;
} // namespace

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
  if (!isa<FloatType>(element))
    return cycles * (machine.vectorBits ? 1 : kScalarIntegerStep);
  if (machine.fpu)
    return cycles;
  return cycles * machine.softStepCycles;
}

} // namespace dlc::loops
