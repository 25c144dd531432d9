//===- RamTrial.h - What an arena would be with some measures ---*- C++ -*-===//

#ifndef DLC_COMPILER_PIPELINE_RAMTRIAL_H
#define DLC_COMPILER_PIPELINE_RAMTRIAL_H

#include "compiler/pipeline/Pipeline.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <optional>

namespace dlc::pipeline {

/// What is done for a smaller arena, beyond what costs nothing.
struct RamMeasures {
  /// Bytes that dlc-recompute-cheap and dlc-split-into-patches aim at; 0: they
  /// do nothing.
  int64_t aim = 0;
  /// Whether dlc-split-into-patches does what costs next to nothing.
  bool cheap = false;
  /// Bytes of the arena that faster forms of stages may fill with scratch
  /// memory; without it as much as the target allows them.
  std::optional<int64_t> fill;

  /// Tells the passes.
  void applyTo(mlir::ModuleOp network) const;
};

struct RamFit {
  mlir::OwningOpRef<mlir::ModuleOp> module; // planned
  RamMeasures measures;
  /// Bytes of arena by the patches' estimate; 0: they had no aim, or nothing is
  /// cheap.
  int64_t expected = 0;
  uint64_t bytes = 0; // of the arena
};

/// Takes copies of a network through the phases.
class RamTrials {
public:
  /// Takes a module that lies in no other through the phases of some levels.
  using Run =
      llvm::function_ref<mlir::LogicalResult(mlir::ModuleOp, Level, Level)>;

  RamTrials(mlir::ModuleOp network, Run run);

  /// A copy with its plan; without one where cheap measures were asked for and
  /// there are none.
  mlir::FailureOr<RamFit> attempt(const RamMeasures &measures);
  /// Whether there are measures that cost next to nothing.
  mlir::FailureOr<bool> hasCheapMeasures();
  /// From now on every copy mentions the constants of this one too, so that no
  /// pass frees the bytes of what will still be read.
  void keepConstantsOf(mlir::ModuleOp module);

  mlir::ModuleOp network() const { return *source; }

private:
  mlir::LogicalResult makeStages(RamFit &fit);

  mlir::OwningOpRef<mlir::ModuleOp> source;
  Run run;
};

/// The most scratch memory that one call takes.
int64_t largestScratch(mlir::ModuleOp planned);

} // namespace dlc::pipeline

#endif // DLC_COMPILER_PIPELINE_RAMTRIAL_H
