//===- Pipeline.h - From an imported network to the LLVM dialect ----------===//

#ifndef DLC_COMPILER_PIPELINE_PIPELINE_H
#define DLC_COMPILER_PIPELINE_PIPELINE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Support/LogicalResult.h"

#include <functional>
#include <string>

namespace dlc::pipeline {

/// The representations that a compilation goes through and that --emit= can
/// stop after.
/// `Network` is nn before its ops become stages.
enum class Level { Network, Nn, Linalg, Arena, LlvmMlir };

/// One step of the way: a text that dlc-opt's --pass-pipeline takes as well.
struct Phase {
  llvm::StringLiteral name;
  Level level;
  llvm::StringLiteral passes;
  /// Whether a module goes through the phase, by what it carries: its target
  /// (targets::getTargetInfo), limits, what has been done to it. Null for a
  /// phase that all go through. Machines that need other passes have phases of
  /// their own in the one table, under such a condition.
  bool (*applies)(mlir::ModuleOp) = nullptr;
};

/// The whole order.
llvm::ArrayRef<Phase> phases();

/// Whether an arena that fits is worth another plan all the same, where that
/// costs next to nothing: where RAM is scarce. Threads share a whole layer
/// better than a patch, and banks have gaps.
bool savesCheapRam(mlir::ModuleOp module);

struct Options {
  /// Runs the IR verifier after each pass and not only after each phase.
  bool verifyEach = false;
  /// Called before and after each phase, with its name.
  std::function<void(llvm::StringRef)> before;
  std::function<void(llvm::StringRef, mlir::ModuleOp)> after;
  /// Where to write the reproducer of a crash; empty: nowhere.
  std::string reproducer;
  /// Whether a thread of the context's pool has crashed and gone on; none: they
  /// do not.
  std::function<bool()> threadCrashed;
  /// Called after the diagnostic of a crash, whose process is not to be trusted
  /// any more.
  std::function<void()> crashed;
};

/// Runs the phases of the levels from `first` to `last`. The module carries its
/// target (targets::setTarget). Errors are diagnostics.
mlir::LogicalResult run(mlir::ModuleOp module, Level first, Level last,
                        const Options &options);

} // namespace dlc::pipeline

#endif // DLC_COMPILER_PIPELINE_PIPELINE_H
