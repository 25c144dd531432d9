//===- FitRam.h - What costs only time, tried for a RAM budget --*- C++ -*-===//

#ifndef DLC_COMPILER_DRIVER_FITRAM_H
#define DLC_COMPILER_DRIVER_FITRAM_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <optional>

namespace dlc::driver {

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

  /// Tells the passes, before stages are made.
  void applyToNetwork(mlir::ModuleOp network) const;
  /// Tells the passes, once there are stages, and takes back what only
  /// concerned those before.
  void applyToStages(mlir::ModuleOp stages);
  /// Bytes of arena by the patches' estimate, known then; 0: they had no aim,
  /// or nothing is cheap.
  int64_t expected = 0;
};

struct RamFit {
  mlir::OwningOpRef<mlir::ModuleOp> module; // planned
  RamMeasures measures;
  uint64_t bytes = 0;      // of the arena
  uint64_t plainBytes = 0; // of the arena without any measure
};

/// Below this part of an arena, a smaller one is worth no layer in two places.
inline constexpr uint64_t kLeastGain = 20;

/// Takes copies of `network` to a planned arena by `lower`, with no measure
/// and then with more and more of them, until one stays within the budget: no
/// scratch memory but what is left, then cheap tensors computed again and
/// patches. Otherwise the smallest. If nothing has to be done and `cheap` is
/// set, what costs next to nothing is, where it gains something.
mlir::FailureOr<RamFit>
fitRam(mlir::ModuleOp network, uint64_t budget, bool cheap,
       llvm::function_ref<mlir::LogicalResult(mlir::ModuleOp, RamMeasures &)>
           lower);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_FITRAM_H
