//===- Instructions.cpp - What kernels are written in ---------------------===//

#include "codegen/loops/kernels/Instructions.h"
#include "mlir/IR/BuiltinTypes.h"
#include "targets/description/TargetAttr.h"

using namespace mlir;

namespace dlc::loops {

static kernel::InstructionSet setOf(const targets::TargetInfo &target) {
  if (target.lanes() == 1)
    return target.fma ? kernel::InstructionSet::Vfpv4
                      : kernel::InstructionSet::Vfpv2;
  return target.scalarFactor == targets::ScalarFactor::Core
             ? kernel::InstructionSet::Mve
             : kernel::InstructionSet::Neon;
}

kernel::InstructionsAttr instructionsOf(ModuleOp module) {
  targets::TargetInfo target = targets::getTargetInfo(module);
  assert(target.loadMultiple > 0 && "kernels load several elements at once");
  return kernel::InstructionsAttr::get(module.getContext(), setOf(target),
                                       target.loadMultiple);
}

kernel::ProductsAttr floatProducts(MLIRContext *context) {
  Type type = Float32Type::get(context);
  return kernel::ProductsAttr::get(context, type, type, type, /*group=*/1);
}

} // namespace dlc::loops
