//===- Pipeline.cpp - The whole order on one page -------------------------===//

#include "compiler/pipeline/Pipeline.h"

#include "dialects/arena/ArenaDialect.h"
#include "dialects/arena/Declarations.h"
#include "dialects/dlc/Declarations.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/NnOps.h"
#include "dialects/nn/audio/NnAudioOps.h"
#include "dialects/nn/state/Declarations.h"
#include "targets/description/TargetAttr.h"

#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <csignal>

using namespace mlir;
using namespace dlc;
using namespace dlc::pipeline;

//===----------------------------------------------------------------------===//
// Conditions of phases
//===----------------------------------------------------------------------===//

static bool isTrial(ModuleOp module) { return phases::trialAttr.isOn(module); }

/// dlc-fit-ram leaves a module that has its plan.
static bool isUnplanned(ModuleOp module) {
  return !arena::bytesAttr.isOn(module);
}

static bool hasOp(ModuleOp module,
                  llvm::function_ref<bool(Operation *)> isOne) {
  return module
      .walk([&](Operation *op) {
        return isOne(op) ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

/// Whether activations may be of a few values.
static bool hasSigns(ModuleOp module) {
  return hasOp(
      module, [](Operation *op) { return isa<nn::SignOp, nn::CompareOp>(op); });
}

/// Whether it computes integers that stand for real numbers, not only weights.
static bool isQuantised(ModuleOp module) {
  return hasOp(module, [](Operation *op) {
    auto dequantize = dyn_cast<nn::DequantizeOp>(op);
    return isa<nn::QuantizeOp>(op) ||
           (dequantize && dequantize.getInput().getDefiningOp() &&
            !nn::constantOf(dequantize.getInput()));
  });
}

/// Whether it is given a few new frames a call.
static bool isStream(ModuleOp module) { return nn::hopAttr.isOn(module); }

static bool isOnCpu(ModuleOp module) {
  return !targets::getTargetInfo(module).hasGpu();
}
static bool isOnGpu(ModuleOp module) { return !isOnCpu(module); }

static bool isUnplannedOnCpu(ModuleOp module) {
  return isUnplanned(module) && isOnCpu(module);
}
static bool isUnplannedOnGpu(ModuleOp module) {
  return isUnplanned(module) && isOnGpu(module);
}

static bool hasPixels(ModuleOp module) {
  return hasOp(module, [](Operation *op) {
    return isa<nn::ColorConvertOp, nn::ResampleOp>(op);
  });
}

static bool hasSpectra(ModuleOp module) {
  return hasOp(module, [](Operation *op) { return isa<nn::SpectrumOp>(op); });
}

static bool hasGathers(ModuleOp module) {
  return hasOp(module, [](Operation *op) { return isa<nn::GatherOp>(op); });
}

static bool isForUse(ModuleOp module) { return !isTrial(module); }

static bool wantsLessRam(ModuleOp module) {
  return !isTrial(module) &&
         (phases::ramLimitAttr.isOn(module) || savesCheapRam(module));
}

bool dlc::pipeline::savesCheapRam(ModuleOp module) {
  targets::TargetInfo target = targets::getTargetInfo(module);
  return target.scarceRam && target.threads <= 1 &&
         !arena::bankSizesAttr.isOn(module) && !phases::quickAttr.isOn(module);
}

//===----------------------------------------------------------------------===//
// The page
//===----------------------------------------------------------------------===//

/// Every pass between the importer and the LLVM dialect, in order.
static constexpr Phase table[] = {
    // The network: fewer and cheaper ops, channels last.
    {"check", Level::Network, "dlc-check-addresses"},
    {"unroll", Level::Network, "func.func(dlc-unroll-loops)"},
    {"signs", Level::Network, "func.func(dlc-store-signs)", hasSigns},
    {"gathers", Level::Network, "func.func(dlc-gather-early)", hasGathers},
    {"pixels", Level::Network,
     "func.func(dlc-fold-pixel-values),dlc-release-constants", hasPixels},
    {"sound", Level::Network,
     "dlc-fold-constants{keep-dequantized=true},func.func(dlc-fuse-spectra),"
     "dlc-release-constants",
     hasSpectra},
    {"quantize", Level::Network,
     "dlc-fold-constants{keep-dequantized=true},"
     "func.func(dlc-compute-in-integers),dlc-name-floats,"
     "dlc-release-constants",
     isQuantised},
    {"simplify", Level::Network,
     "dlc-fold-constants,"
     "func.func(canonicalize,dlc-simplify-arithmetic,"
     "dlc-simplify-data-movement,dlc-fold-padding,dlc-fold-scale-into-conv),"
     "dlc-fold-constants,func.func(dlc-simplify-arithmetic,canonicalize),"
     "cse,dlc-release-constants"},
    {"prune", Level::Network, "dlc-remove-channels,dlc-release-constants"},
    {"layout", Level::Network,
     "func.func(dlc-choose-layout,dlc-sink-transposes,dlc-gather-early,"
     "dlc-permute-dense-weights),dlc-fold-constants,"
     "func.func(dlc-simplify-data-movement,canonicalize),cse,"
     "dlc-release-constants"},
    {"stream", Level::Network,
     "dlc-stream,func.func(dlc-simplify-data-movement,canonicalize),"
     "dlc-fold-constants,cse,dlc-release-constants",
     isStream},
    {"precision", Level::Network,
     "func.func(dlc-split-long-sums),dlc-convert-to-half,dlc-release-"
     "constants"},

    // Copies through the phases from here to "plan" show what has to be done
    // for the arena; the one that does it takes the module's place.
    {"fit", Level::Nn, "dlc-fit-ram", wantsLessRam},

    // Operators become stages.
    {"outline", Level::Nn,
     "dlc-sink-reshape,dlc-recompute-cheap,dlc-split-into-patches,"
     "dlc-outline-stages,dlc-order-stages,dlc-mark-costs,dlc-mark-values",
     isUnplanned},

    // Each stage as loops over tensors.
    {"lower", Level::Linalg,
     "dlc-lower-pixels,dlc-lower-audio,dlc-lower-to-linalg,func.func("
     "canonicalize,cse)",
     isUnplanned},

    // Every value its place in memory, every stage its loops.
    {"bufferize", Level::Arena,
     "dlc-record-data-flow,dlc-bufferize,canonicalize,cse,"
     "dlc-mark-last-reads,dlc-limit-scratch",
     isUnplannedOnCpu},
    {"bufferize", Level::Arena,
     "dlc-prepare-device,dlc-record-data-flow,dlc-bufferize,canonicalize,cse",
     isUnplannedOnGpu},
    {"loops", Level::Arena,
     "dlc-compile-pixels,dlc-compile-audio,dlc-emit-loops,dlc-release-"
     "constants,dlc-expand-math,"
     "dlc-compare-as-integers,func.func(canonicalize,cse)",
     isUnplanned},
    {"plan", Level::Arena,
     "dlc-hoist-scratch,dlc-measure-overlap,dlc-plan-arena", isUnplannedOnCpu},
    // Threads have no order that a result could follow its operand in.
    {"plan", Level::Arena, "dlc-hoist-scratch,dlc-plan-arena",
     isUnplannedOnGpu},
    {"prove", Level::Arena, "dlc-prove-arena", isForUse},
    {"budget", Level::Arena, "dlc-check-arena", isForUse},

    // LLVM cleans up by itself.
    {"llvm", Level::LlvmMlir,
     "dlc-expand-products,dlc-expand-quotients,"
     "dlc-lower-arena,dlc-outline-cold-paths,dlc-mark-noalias,"
     "func.func(expand-strided-metadata,lower-affine,convert-scf-to-cf),"
     "dlc-convert-to-llvm,reconcile-unrealized-casts,dlc-define-kernels,"
     "dlc-share-stages,dlc-merge-stages",
     isOnCpu},

    // Stages as launches of kernels, which are text by then.
    {"ptx", Level::LlvmMlir,
     "dlc-outline-kernels,dlc-merge-launches,"
     "gpu.module(canonicalize,cse,expand-strided-metadata,lower-affine,"
     "convert-scf-to-cf,dlc-convert-kernels,reconcile-unrealized-casts),"
     "dlc-tabulate-launches,dlc-write-ptx",
     isOnGpu},
};

llvm::ArrayRef<Phase> dlc::pipeline::phases() { return table; }

/// LLVM recovers on the stack that crashed, which may be used up.
static void recoverOnSignalStack() {
  for (int signal : {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP}) {
    struct sigaction action;
    sigaction(signal, nullptr, &action);
    action.sa_flags |= SA_ONSTACK;
    sigaction(signal, &action, nullptr);
  }
}

/// Runs `manager`; a crash inside leaves a file that dlc-opt can run to see it
/// again.
static LogicalResult runRecoverably(PassManager &manager, ModuleOp module,
                                    const Options &options) {
  llvm::StringRef reproducer = options.reproducer;
  if (reproducer.empty())
    return manager.run(module);
  // Cheap: attributes, and with them the weights, are shared.
  OwningOpRef<ModuleOp> before = module.clone();
  llvm::CrashRecoveryContext::Enable();
  recoverOnSignalStack();
  llvm::CrashRecoveryContext context;
  LogicalResult result = failure();
  bool survived = context.RunSafely([&] { result = manager.run(module); });
  llvm::CrashRecoveryContext::Disable();
  if (survived && !(options.threadCrashed && options.threadCrashed()))
    return result;
  makeReproducer(manager.getOpAnchorName(), manager.getPasses(), *before,
                 reproducer, /*disableThreads=*/true);
  emitError(UnknownLoc::get(module.getContext()))
      << "internal error: a pass crashed; 'dlc-opt --run-reproducer "
      << reproducer << "' shows it again";
  if (options.crashed)
    options.crashed();
  return failure();
}

static LogicalResult runPhase(ModuleOp module, const Phase &phase,
                              const Options &options) {
  if (options.before)
    options.before(phase.name);
  PassManager manager(module.getContext(), ModuleOp::getOperationName());
  manager.enableVerifier(options.verifyEach);
  if (failed(parsePassPipeline(phase.passes, manager)))
    return failure();
  if (failed(runRecoverably(manager, module, options)) ||
      (!options.verifyEach && failed(verify(module))))
    return failure();
  if (options.after)
    options.after(phase.name, module);
  return success();
}

LogicalResult dlc::pipeline::run(ModuleOp module, Level first, Level last,
                                 const Options &options) {
  for (const Phase &phase : phases())
    if (phase.level >= first && phase.level <= last &&
        (!phase.applies || phase.applies(module)) &&
        failed(runPhase(module, phase, options)))
      return failure();
  return success();
}
