//===- Strategies.cpp - The ways to compute a nest ------------------------===//

#include "codegen/loops/Strategies.h"
#include "codegen/loops/block_fixed/BlockFixed.h"
#include "codegen/loops/blocks/BlockStrategy.h"
#include "codegen/loops/dot/DotStrategy.h"
#include "codegen/loops/extremes/ByteExtremes.h"
#include "codegen/loops/gpu/GpuStrategies.h"
#include "codegen/loops/integer/IntegerStrategy.h"
#include "codegen/loops/kernels/KernelStrategies.h"
#include "codegen/loops/signs/SignStrategy.h"
#include "codegen/loops/tile_parts/TileParts.h"
#include "codegen/loops/windows/WindowStrategy.h"
#include "codegen/loops/winograd/Winograd.h"
#include "codegen/loops/winograd_integers/IntegerWinograd.h"
#include "codegen/loops/winograd_launches/WinogradLaunches.h"

using namespace mlir;

namespace dlc::loops {

ArrayRef<Strategy> strategies() {
  static const Strategy table[] = {winogradStrategy(),
                                   blockFixedStrategy(),
                                   windowStrategy(),
                                   filterStrategy(),
                                   signStrategy(),
                                   dotStrategy(),
                                   integerStrategy(),
                                   integerPlanesStrategy(),
                                   integerWinogradStrategy(),
                                   tileKernelStrategy(),
                                   rowStrategy(),
                                   byteExtremesStrategy(),
                                   bytePositionsStrategy(),
                                   blockStrategy()};
  return table;
}

ArrayRef<Strategy> gpuStrategies() {
  static const Strategy table[] = {
      gpuTileStrategy(), tilePartsStrategy(), winogradLaunchStrategy(),
      patchStrategy(),   splitStrategy(),     pointStrategy()};
  return table;
}

std::unique_ptr<Plan> choosePlan(const Problem &problem, StringRef *name) {
  std::unique_ptr<Plan> cheapest;
  for (const Strategy &strategy :
       problem.machine.hasGpu() ? gpuStrategies() : strategies()) {
    if (!strategy.isAvailable(problem.machine))
      continue;
    std::unique_ptr<Plan> plan = strategy.plan(problem);
    if (!plan || (cheapest && plan->cycles() >= cheapest->cycles()))
      continue;
    cheapest = std::move(plan);
    if (name)
      *name = strategy.name;
  }
  assert(cheapest && "register blocks, or points, compute any nest");
  return cheapest;
}

} // namespace dlc::loops
