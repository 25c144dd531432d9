//===- Cost.cpp - What the arithmetic of a nest takes ---------------------===//

#include "codegen/loops/strategy/Cost.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Integers narrower than a register are extended, and what is done with sums
/// takes 64 bits. Measured on a Cortex-M4: 2.7 for convolutions of bytes, 6.1
/// for depthwise ones.
constexpr double kScalarIntegerStep = 4;
/// Without products of 64 bits, and what a result takes, whose rescaling is
/// then a call: layers on a Cortex-M0 (6.4 for 64 to 64 channels of 3x3, 16.7
/// for 8 to 16 of 1x1).
constexpr double kShortProductStep = 6, kCalledResult = 90;
/// The same on vectors of sums, and what a result takes beside them where 64
/// bits are no lane: the four networks of MLPerf Tiny on a Cortex-M55.
constexpr double kVectorIntegerStep = 3.4, kVectorIntegerResult = 28;
constexpr unsigned kSumBits = 32;
} // namespace

double arithmeticCycles(const Nest &nest, int vectorDim,
                        const Machine &machine) {
  // What is computed in, whatever the epilogue makes of it.
  linalg::GenericOp root = nest.root;
  Type element = root.getRegionOutputArgs().front().getType();
  bool floats = isa<FloatType>(element);
  unsigned bits = element.isIntOrFloat() ? element.getIntOrFloatBitWidth() : 1;
  if (!floats)
    bits = std::max(bits, kSumBits);
  double cycles = 1, results = 1;
  for (auto [d, size] : llvm::enumerate(nest.sizes)) {
    int64_t lanes = 1;
    if (static_cast<int>(d) == vectorDim && element.isIntOrFloat())
      lanes = std::max<int64_t>(1, machine.vectorBits / bits);
    cycles *= static_cast<double>(llvm::divideCeil(size, lanes));
    if (!nest.reduction[d])
      results *= static_cast<double>(size);
  }
  if (!floats && machine.vectorBits == 0 && !machine.longMultiply)
    return cycles * kShortProductStep + results * kCalledResult;
  if (!floats && machine.vectorBits == 0)
    return cycles * kScalarIntegerStep;
  if (!floats)
    return cycles * kVectorIntegerStep +
           (machine.indexBits == 32 ? results * kVectorIntegerResult : 0);
  if (machine.fpu)
    return cycles;
  return cycles * machine.softStepCycles;
}

} // namespace dlc::loops
