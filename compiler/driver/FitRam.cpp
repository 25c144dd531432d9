//===- FitRam.cpp - What costs only time, tried for a RAM budget ----------===//

#include "compiler/driver/FitRam.h"

#include "compiler/fuse/Passes.h"
#include "dialects/arena/ArenaOps.h"
#include "dialects/nn/Notes.h"
#include "targets/description/TargetAttr.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/SetVector.h"

#include <limits>

using namespace mlir;
using namespace dlc;
using namespace dlc::driver;

namespace {

/// Plans whose placement leaves gaps, or stages whose scratch memory the
/// patches' estimate knows nothing of, make the arena larger than estimated:
/// so often the patches aim lower.
constexpr int kMostAims = 4;

constexpr llvm::StringLiteral keptAttrName = "dlc.kept_constants";

void collectConstants(ModuleOp module, llvm::SetVector<Attribute> &constants) {
  module.walk([&](Operation *op) {
    op->getAttrDictionary().walk([&](DenseResourceElementsAttr resource) {
      constants.insert(resource);
    });
  });
}

/// The most scratch memory that one call takes.
int64_t largestScratch(ModuleOp planned) {
  int64_t largest = 0;
  SymbolTable symbols(planned);
  symbols.lookup<func::FuncOp>("main").walk([&](func::CallOp call) {
    auto stage = symbols.lookup<func::FuncOp>(call.getCallee());
    int64_t bytes = 0;
    for (unsigned i = 0; i < call.getNumOperands(); ++i)
      if (stage.getArgAttr(i, "arena.scratch"))
        bytes += arena::extentInBytes(
            cast<MemRefType>(call.getOperand(i).getType()));
    largest = std::max(largest, bytes);
  });
  return largest;
}

class Fitter {
public:
  Fitter(ModuleOp network, uint64_t budget, bool cheap,
         llvm::function_ref<LogicalResult(ModuleOp, RamMeasures &)> lower)
      : network(network), budget(budget), cheap(cheap), lower(lower),
        scarceRam(targets::getTargetInfo(network).scarceRam) {}

  FailureOr<RamFit> run();

private:
  FailureOr<RamFit> attempt(const RamMeasures &measures);
  LogicalResult tryCheapPatches();
  LogicalResult tryLessScratch();
  LogicalResult tryPatches();
  LogicalResult tryLargerAims(int64_t expected);
  LogicalResult fillWithScratch();
  void keepConstants();
  void keep(RamFit fit);
  bool fits() const { return best.bytes <= budget; }

  ModuleOp network;
  uint64_t budget;
  bool cheap;
  llvm::function_ref<LogicalResult(ModuleOp, RamMeasures &)> lower;
  bool scarceRam;
  RamFit best;
  int64_t plainScratch = 0;
  bool scratchCanShrink = false;
};

} // namespace

void RamMeasures::applyToNetwork(ModuleOp network) const {
  if (aim > 0)
    network->setAttr(fuse::ramBudgetAttrName,
                     Builder(network).getI64IntegerAttr(aim));
  if (cheap)
    network->setAttr(fuse::cheapPatchesAttrName,
                     UnitAttr::get(network.getContext()));
}

void RamMeasures::applyToStages(ModuleOp stages) {
  stages->removeAttr(fuse::ramBudgetAttrName);
  stages->removeAttr(fuse::cheapPatchesAttrName);
  if (auto bytes = dyn_cast_or_null<IntegerAttr>(
          stages->removeAttr(fuse::expectedRamAttrName)))
    expected = bytes.getInt();
  if (fill)
    stages->setAttr(arena::budgetAttrName,
                    Builder(stages).getI64IntegerAttr(*fill));
}

FailureOr<RamFit> Fitter::attempt(const RamMeasures &measures) {
  RamFit fit;
  fit.module = network.clone();
  fit.measures = measures;
  if (failed(lower(*fit.module, fit.measures)))
    return failure();
  fit.module.get()->removeAttr(keptAttrName);
  if (auto bytes =
          fit.module.get()->getAttrOfType<IntegerAttr>(arena::bytesAttrName))
    fit.bytes = bytes.getInt();
  return std::move(fit);
}

/// Every copy mentions the constants of the network and of the best plan, so
/// that no pass frees the bytes of what will still be read.
void Fitter::keepConstants() {
  network->removeAttr(keptAttrName);
  llvm::SetVector<Attribute> kept;
  collectConstants(network, kept);
  if (best.module)
    collectConstants(*best.module, kept);
  network->setAttr(keptAttrName,
                   ArrayAttr::get(network.getContext(), kept.getArrayRef()));
}

void Fitter::keep(RamFit fit) {
  best = std::move(fit);
  keepConstants();
}

/// Faster forms of stages may take what a plan that fits leaves free, if they
/// were not free to take what they want from the start.
LogicalResult Fitter::fillWithScratch() {
  bool unlimited = budget == std::numeric_limits<uint64_t>::max();
  if (unlimited || (!best.measures.fill && !scarceRam))
    return success();
  RamMeasures measures = best.measures;
  measures.fill = budget;
  FailureOr<RamFit> fit = attempt(measures);
  if (failed(fit))
    return failure();
  if (fit->bytes <= budget)
    keep(std::move(*fit));
  return success();
}

LogicalResult Fitter::tryCheapPatches() {
  RamMeasures measures;
  measures.cheap = true;
  FailureOr<RamFit> fit = attempt(measures);
  if (failed(fit))
    return failure();
  if (fit->measures.expected &&
      fit->bytes + best.bytes / kLeastGain <= best.bytes)
    keep(std::move(*fit));
  return success();
}

LogicalResult Fitter::tryLessScratch() {
  if (plainScratch == 0)
    return success();
  RamMeasures measures;
  measures.fill = 0;
  FailureOr<RamFit> fit = attempt(measures);
  if (failed(fit))
    return failure();
  scratchCanShrink = largestScratch(*fit->module) < plainScratch;
  if (fit->bytes < best.bytes)
    keep(std::move(*fit));
  return fits() ? fillWithScratch() : success();
}

/// Results over parts of their operands, of which the patches' estimate knows
/// nothing either, make the arena smaller than `expected`: with a higher aim
/// less is computed twice.
LogicalResult Fitter::tryLargerAims(int64_t expected) {
  RamMeasures measures = best.measures;
  int64_t step = budget - best.bytes;
  for (int i = 0; i < kMostAims && step > int64_t(budget / 16); ++i) {
    measures.aim = expected + step;
    FailureOr<RamFit> fit = attempt(measures);
    if (failed(fit))
      return failure();
    if (fit->bytes > budget) {
      step /= 2;
      continue;
    }
    expected = fit->measures.expected;
    keep(std::move(*fit));
    step = budget - best.bytes;
  }
  return success();
}

LogicalResult Fitter::tryPatches() {
  RamMeasures measures;
  if (scratchCanShrink || scarceRam)
    measures.fill = 0;
  measures.aim = budget;
  for (int i = 0; i < kMostAims; ++i) {
    FailureOr<RamFit> fit = attempt(measures);
    if (failed(fit))
      return failure();
    uint64_t bytes = fit->bytes;
    int64_t expected = fit->measures.expected;
    if (bytes < best.bytes)
      keep(std::move(*fit));
    if (fits()) {
      if (failed(tryLargerAims(expected)))
        return failure();
      return fillWithScratch();
    }
    int64_t excess = bytes - budget;
    // Without a plan for an aim, a lower one has none either.
    if (expected > measures.aim)
      break;
    // What the estimate missed may be more than it saw.
    measures.aim = std::max(expected - excess, expected / 2);
  }
  return success();
}

FailureOr<RamFit> Fitter::run() {
  keepConstants();
  FailureOr<RamFit> plain = attempt({});
  if (failed(plain))
    return failure();
  keep(std::move(*plain));
  const uint64_t plainBytes = best.bytes;
  plainScratch = largestScratch(*best.module);
  if (fits() && cheap && failed(tryCheapPatches()))
    return failure();
  if (failed(fits() ? fillWithScratch() : tryLessScratch()))
    return failure();
  if (!fits() && failed(tryPatches()))
    return failure();
  network->removeAttr(keptAttrName);
  best.plainBytes = plainBytes;
  if (best.measures.fill && largestScratch(*best.module) < plainScratch)
    nn::addNote(*best.module,
                "convolutions in a form that takes less scratch memory");
  return std::move(best);
}

FailureOr<RamFit> driver::fitRam(
    ModuleOp network, uint64_t budget, bool cheap,
    llvm::function_ref<LogicalResult(ModuleOp, RamMeasures &)> lower) {
  FailureOr<RamFit> fit = Fitter(network, budget, cheap, lower).run();
  // What was found without fitting may be what another budget does not lead to:
  // the least that compiles is said of a budget that was tried.
  while (succeeded(fit) && fit->bytes > budget) {
    uint64_t least = fit->bytes;
    fit = Fitter(network, least, cheap, lower).run();
    if (failed(fit) || fit->bytes <= least)
      break;
  }
  return fit;
}
