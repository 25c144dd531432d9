//===- FitRam.cpp - What costs only time, tried for a smaller arena -------===//

#include "compiler/pipeline/Passes.h"
#include "compiler/pipeline/RamTrial.h"
#include "dialects/arena/ArenaOps.h"
#include "dialects/arena/Declarations.h"
#include "dialects/dlc/Declarations.h"
#include "dialects/nn/Notes.h"
#include "dialects/nn/state/Declarations.h"
#include "targets/description/TargetAttr.h"

#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"

#include <limits>

namespace dlc::pipeline {
#define GEN_PASS_DEF_FITRAM
#include "compiler/pipeline/Passes.h.inc"
} // namespace dlc::pipeline

using namespace mlir;
using namespace dlc;
using namespace dlc::pipeline;

namespace {

/// Plans whose placement leaves gaps, or stages whose scratch memory the
/// patches' estimate knows nothing of, make the arena larger than estimated:
/// so often the patches aim lower.
constexpr int kMostAims = 4;

/// Below this part of an arena, a smaller one is worth no layer in two places.
constexpr uint64_t kLeastGain = 20;

constexpr uint64_t kNoLimit = std::numeric_limits<uint64_t>::max();

/// Tries more and more until a plan stays within the limit; else the smallest.
/// If nothing has to be done and `cheap` is set, what costs next to nothing is,
/// where it gains something.
class Fitter {
public:
  Fitter(RamTrials &trials, uint64_t limit, bool cheap)
      : trials(trials), budget(limit), cheap(cheap),
        scarceRam(targets::getTargetInfo(trials.network()).scarceRam) {}

  FailureOr<RamFit> run();
  uint64_t bytesWithoutMeasures() const { return plainBytes; }
  /// Whether a plan does with less scratch memory than without measures.
  bool savesScratch(const RamFit &fit) const {
    return fit.measures.fill && largestScratch(*fit.module) < plainScratch;
  }

private:
  LogicalResult tryCheapPatches();
  LogicalResult tryLessScratch();
  LogicalResult tryPatches();
  LogicalResult tryLargerAims(int64_t expected);
  LogicalResult fillWithScratch();
  void keep(RamFit fit) {
    best = std::move(fit);
    trials.keepConstantsOf(*best.module);
  }
  bool fits() const { return best.bytes <= budget; }

  RamTrials &trials;
  uint64_t budget;
  bool cheap;
  bool scarceRam;
  RamFit best;
  uint64_t plainBytes = 0;
  int64_t plainScratch = 0;
  bool scratchCanShrink = false;
};

} // namespace

/// Faster forms of stages may take what a plan that fits leaves free, if they
/// were not free to take what they want from the start.
LogicalResult Fitter::fillWithScratch() {
  if (budget == kNoLimit || (!best.measures.fill && !scarceRam))
    return success();
  RamMeasures measures = best.measures;
  measures.fill = budget;
  FailureOr<RamFit> fit = trials.attempt(measures);
  if (failed(fit))
    return failure();
  if (fit->bytes <= budget)
    keep(std::move(*fit));
  return success();
}

LogicalResult Fitter::tryCheapPatches() {
  RamMeasures measures;
  measures.cheap = true;
  FailureOr<RamFit> fit = trials.attempt(measures);
  if (failed(fit))
    return failure();
  if (fit->expected && fit->bytes + best.bytes / kLeastGain <= best.bytes)
    keep(std::move(*fit));
  return success();
}

LogicalResult Fitter::tryLessScratch() {
  if (plainScratch == 0)
    return success();
  RamMeasures measures;
  measures.fill = 0;
  FailureOr<RamFit> fit = trials.attempt(measures);
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
    FailureOr<RamFit> fit = trials.attempt(measures);
    if (failed(fit))
      return failure();
    if (fit->bytes > budget) {
      step /= 2;
      continue;
    }
    expected = fit->expected;
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
    FailureOr<RamFit> fit = trials.attempt(measures);
    if (failed(fit))
      return failure();
    uint64_t bytes = fit->bytes;
    int64_t expected = fit->expected;
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
  FailureOr<RamFit> plain = trials.attempt({});
  if (failed(plain))
    return failure();
  keep(std::move(*plain));
  plainBytes = best.bytes;
  plainScratch = largestScratch(*best.module);
  if (fits() && cheap && failed(tryCheapPatches()))
    return failure();
  if (failed(fits() ? fillWithScratch() : tryLessScratch()))
    return failure();
  if (!fits() && failed(tryPatches()))
    return failure();
  return std::move(best);
}

namespace dlc::pipeline {
namespace {

struct FitRam : impl::FitRamBase<FitRam> {
  /// Of the passes of all phases that a trial may go through.
  void getDependentDialects(DialectRegistry &registry) const override {
    for (const Phase &phase : phases()) {
      OpPassManager passes(ModuleOp::getOperationName());
      if (isOfTrials(phase) &&
          succeeded(parsePassPipeline(phase.passes, passes, llvm::nulls())))
        passes.getDependentDialects(registry);
    }
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    const bool cheap = savesCheapRam(module);
    auto limit = phases::ramLimitAttr.get(module);
    auto run = [&](ModuleOp copy, Level first, Level last) {
      return runPhases(copy, first, last);
    };
    RamTrials trials(module, run);
    if (!limit) {
      FailureOr<bool> promising =
          cheap ? trials.hasCheapMeasures() : FailureOr<bool>(false);
      if (failed(promising))
        return signalPassFailure();
      if (!*promising)
        return;
    }
    if (failed(fit(trials, limit ? limitOfArena(module) : kNoLimit, cheap)))
      return signalPassFailure();
  }

  /// What the budget leaves beside the state.
  static uint64_t limitOfArena(ModuleOp module) {
    uint64_t limit = phases::ramLimitAttr.value(module).value_or(0),
             state = nn::stateBytesAttr.value(module).value_or(0);
    return limit > state ? limit - state : 0;
  }

  LogicalResult fit(RamTrials &trials, uint64_t limit, bool cheap) {
    // What was found without fitting may be what another limit does not lead
    // to: the least that compiles is said of a limit that was tried.
    for (;;) {
      Fitter fitter(trials, limit, cheap);
      FailureOr<RamFit> found = fitter.run();
      if (failed(found))
        return failure();
      if (found->bytes <= limit) {
        take(*found, fitter);
        return success();
      }
      limit = found->bytes;
    }
  }

  /// The module becomes the planned copy, or is told what led to it.
  void take(RamFit &fit, const Fitter &fitter) {
    ModuleOp module = getOperation();
    const bool savesScratch = fitter.savesScratch(fit);
    if (phases::everyPhaseAttr.isOn(module)) {
      fit.measures.applyTo(module);
    } else {
      auto limit = phases::ramLimitAttr.get(module);
      module.getBodyRegion().takeBody(fit.module->getBodyRegion());
      module->setAttrs(fit.module.get()->getAttrDictionary());
      phases::trialAttr.remove(module);
      if (limit)
        phases::ramLimitAttr.set(module, limit);
    }
    arena::plainBytesAttr.put(module, fitter.bytesWithoutMeasures());
    if (savesScratch)
      nn::addNote(module,
                  "convolutions in a form that takes less scratch memory");
  }

  static bool isOfTrials(const Phase &phase) {
    return phase.level >= Level::Nn && phase.level <= Level::Arena &&
           phase.name != "fit";
  }

  /// The phases that apply to `copy`, which lies in no module.
  LogicalResult runPhases(ModuleOp copy, Level first, Level last) {
    // A pass may run others on what lies within its own operation. The data
    // layout is the copy's: MLIR's verifier would combine two, which it cannot
    // for all entries.
    ModuleOp module = getOperation();
    Attribute layout = module->removeAttr(DLTIDialect::kDataLayoutAttrName);
    module.push_back(copy);
    LogicalResult result = success();
    for (const Phase &phase : phases()) {
      if (phase.level < first || phase.level > last ||
          (phase.applies && !phase.applies(copy)))
        continue;
      OpPassManager passes(ModuleOp::getOperationName());
      result = parsePassPipeline(phase.passes, passes);
      if (succeeded(result))
        result = runPipeline(passes, copy);
      if (failed(result))
        break;
    }
    copy->remove();
    if (layout)
      module->setAttr(DLTIDialect::kDataLayoutAttrName, layout);
    return failed(result) ? result : verify(copy);
  }
};

} // namespace
} // namespace dlc::pipeline
