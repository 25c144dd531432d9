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
};

/// The whole order.
llvm::ArrayRef<Phase> phases();

struct Options {
  /// Runs the IR verifier after each pass and not only after each phase.
  bool verifyEach = false;
  /// Called before and after each phase, with its name.
  std::function<void(llvm::StringRef)> before;
  std::function<void(llvm::StringRef, mlir::ModuleOp)> after;
  /// Where to write the reproducer of a crash; empty: nowhere.
  std::string reproducer;
  /// Called after the diagnostic of a crash, whose process is not to be trusted
  /// any more.
  std::function<void()> crashed;
};

/// Runs the phases up to and with `last`. The module carries its target
/// (targets::setTarget). Errors are diagnostics.
mlir::LogicalResult run(mlir::ModuleOp module, Level last,
                        const Options &options);

/// The phases of the levels from `first` to `last`, for a caller that looks at
/// the IR in between.
mlir::LogicalResult run(mlir::ModuleOp module, Level first, Level last,
                        const Options &options);

} // namespace dlc::pipeline

#endif // DLC_COMPILER_PIPELINE_PIPELINE_H
