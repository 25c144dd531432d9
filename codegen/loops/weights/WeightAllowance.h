//===- WeightAllowance.h - Flash that faster forms of weights may take ----===//
//
// Some forms of weights make a stage faster and are larger than the network's
// own (docs/decisions/integer-winograd.md). Stages take what is left, in the
// order in which they are computed: images become smaller on the way, and the
// larger the image, the more often each weight is used.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_WEIGHTALLOWANCE_H
#define DLC_CODEGEN_LOOPS_WEIGHTALLOWANCE_H

#include "codegen/loops/nest/Machine.h"
#include "codegen/loops/nest/ModuleIndex.h"
#include "codegen/loops/weights/WeightEncoding.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace dlc::loops {

class WeightAllowance {
public:
  /// Nothing where code is to be small (dlc.optimise_size); what the constants
  /// and twice an estimate of the code leave of a budget (dlc.flash_limit); a
  /// fifth of the constants where weights are read from flash; otherwise any
  /// number of bytes.
  WeightAllowance(mlir::ModuleOp module, const Machine &machine);

  int64_t bytes() const { return left; }
  /// Whether a budget leaves enough for all weights to take the most that forms
  /// make of them.
  bool isAmple() const { return ample; }
  /// Takes off by how much a stage's constants have grown; `before`: their
  /// types, by argument.
  void spend(ModuleIndex &index, mlir::func::FuncOp stage,
             mlir::TypeRange before, llvm::ArrayRef<EncodedArgument> encoded);

private:
  int64_t left;
  bool ample = false;
};

/// Whether the user says how much flash there is.
bool hasFlashBudget(mlir::ModuleOp module);
/// Whether there is flash for all weights in their largest form, and nobody
/// asks for fewer bytes: of what the network has before any is encoded.
bool hasAmpleFlash(mlir::ModuleOp module, const Machine &machine);

} // namespace dlc::loops

#endif
