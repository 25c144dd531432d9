//===- WeightAllowance.cpp - Flash that faster forms of weights may take --===//

#include "codegen/loops/weights/WeightAllowance.h"
#include "codegen/loops/weights/CallerConstants.h"
#include "dialects/dlc/Declarations.h"
#include "dialects/interfaces/StoredSize.h"
#include "dialects/nn/Declarations.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include <algorithm>
#include <limits>

using namespace mlir;

namespace dlc::loops {

namespace {
constexpr int64_t kShare = 5; // of the constants, without a budget
constexpr int64_t kCode = 2;  // times the estimate
constexpr int64_t kMost = 3;  // times by which weights may become larger
} // namespace

WeightAllowance::WeightAllowance(ModuleOp module, const Machine &machine)
    : left(std::numeric_limits<int64_t>::max()) {
  auto limit = phases::flashLimitAttr.get(module);
  if (phases::optimiseSizeAttr.isOn(module)) {
    left = 0;
    return;
  }
  if (!limit && !machine.compactCode)
    return;
  int64_t constants = 0, code = machine.objectBytes;
  for (auto global : module.getOps<memref::GlobalOp>())
    if (global.getConstant())
      constants += storedBytes(global.getType());
  for (auto stage : module.getOps<func::FuncOp>())
    if (nn::stageAttr.isOn(stage))
      code += machine.stageBytes;
  left = limit ? std::max<int64_t>(0, limit.getInt() - constants - kCode * code)
               : constants / kShare;
  ample = limit && left >= kMost * constants;
}

bool hasFlashBudget(ModuleOp module) {
  return bool(phases::flashLimitAttr.get(module));
}

bool hasAmpleFlash(ModuleOp module, const Machine &machine) {
  return machine.storage == Storage::Fast && machine.bytePrice <= 0 &&
         hasFlashBudget(module) && WeightAllowance(module, machine).isAmple();
}

void WeightAllowance::spend(ModuleIndex &index, func::FuncOp stage,
                            TypeRange before,
                            ArrayRef<EncodedArgument> encoded) {
  for (const EncodedArgument &each : encoded) {
    if (!each.encoding)
      continue;
    int64_t more = bytesAdded(index, stage, before, *each.encoding,
                              each.argument, each.beside);
    left = std::max<int64_t>(0, left - std::max<int64_t>(0, more));
  }
}

} // namespace dlc::loops
