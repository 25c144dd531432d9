//===- Instructions.cpp - What kernels are written in ---------------------===//

#include "codegen/loops/kernels/Instructions.h"
#include "mlir/IR/BuiltinTypes.h"
#include "targets/description/TargetAttr.h"

using namespace mlir;

namespace dlc::loops {

static kernel::InstructionSet setOf(targets::KernelSet kernels) {
  switch (kernels) {
  case targets::KernelSet::None:
    break;
  case targets::KernelSet::Vfpv2:
    return kernel::InstructionSet::Vfpv2;
  case targets::KernelSet::Vfpv4:
    return kernel::InstructionSet::Vfpv4;
  case targets::KernelSet::Mve:
    return kernel::InstructionSet::Mve;
  case targets::KernelSet::Neon:
    return kernel::InstructionSet::Neon;
  }
  llvm_unreachable("nobody asks for kernels of a target without them");
}

kernel::InstructionsAttr instructionsOf(ModuleOp module) {
  targets::TargetInfo target = targets::getTargetInfo(module);
  assert(target.loadMultiple > 0 && "kernels load several elements at once");
  return kernel::InstructionsAttr::get(
      module.getContext(), setOf(target.kernels), target.loadMultiple);
}

kernel::ProductsAttr floatProducts(MLIRContext *context) {
  Type type = Float32Type::get(context);
  return kernel::ProductsAttr::get(context, type, type, type, /*group=*/1);
}

} // namespace dlc::loops
