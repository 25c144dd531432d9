//===- DlcDialect.cpp - The dlc dialect -----------------------------------===//

#include "dialects/dlc/DlcDialect.h"
#include "dialects/dlc/Declarations.h"
#include "dialects/dlc/launches/Declarations.h"
#include "dialects/dlc/lines/Declarations.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include "dialects/dlc/DlcDialect.cpp.inc"

using namespace mlir;

namespace dlc::phases {

void DlcDialect::initialize() {}

bool isBranch(Operation *op) { return isa<scf::IfOp>(op); }
bool isLaunch(Operation *op) {
  return isa<gpu::LaunchOp, gpu::LaunchFuncOp>(op);
}
bool isCall(Operation *op) { return isa<CallOpInterface>(op); }
bool isGlobal(Operation *op) { return isa<LLVM::GlobalOp>(op); }

Declarations declaredAttributes() {
  static const Declaration *const all[] = {
      &targetAttr,       &optimiseSizeAttr, &denseStorageAttr,
      &ramLimitAttr,     &flashLimitAttr,   &quickAttr,
      &everyPhaseAttr,   &ramBudgetAttr,    &cheapPatchesAttr,
      &expectedRamAttr,  &trialAttr,        &keptConstantsAttr,
      &chunksAttr,       &storageAttr,      &coldFunctionAttr,
      &coldAttr,         &dataAttr,         &ptxAttr,
      &kernelsAttr,      &launchesAttr,     &placesAttr,
      &pixelsAttr,       &audioAttr,        &codeAttr,
      &costAttr,         &stageNumberAttr,  &deviceIoAttr,
      &machineCodeAttr,  &pushedAttr,       &linesAttr,
      &bytePriceAttr,    &makerAttr,        &atOpenAttr,
      &openLaunchesAttr, &constantBytesAttr};
  return all;
}

LogicalResult DlcDialect::verifyOperationAttribute(Operation *op,
                                                   NamedAttribute attribute) {
  if (failed(verifyOperation(declaredAttributes(), op, attribute)))
    return failure();
  if (attribute.getName() != targetAttr.name)
    return success();
  return targets::verifyTarget(attribute.getValue(),
                               [&] { return op->emitError(); });
}

LogicalResult DlcDialect::verifyRegionArgAttribute(Operation *op, unsigned,
                                                   unsigned argument,
                                                   NamedAttribute attribute) {
  return verifyArgument(declaredAttributes(), op, argument, attribute);
}

LogicalResult DlcDialect::verifyRegionResultAttribute(
    Operation *op, unsigned, unsigned result, NamedAttribute attribute) {
  return verifyResult(declaredAttributes(), op, result, attribute);
}

} // namespace dlc::phases
