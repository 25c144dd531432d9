//===- RamTrial.cpp - What an arena would be with some measures -----------===//

#include "compiler/pipeline/RamTrial.h"

#include "compiler/fuse/Passes.h"
#include "dialects/arena/ArenaOps.h"
#include "dialects/arena/Declarations.h"
#include "dialects/dlc/Declarations.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::pipeline;

static void collectConstants(ModuleOp module,
                             llvm::SetVector<Attribute> &constants) {
  module.walk([&](Operation *op) {
    op->getAttrDictionary().walk([&](DenseResourceElementsAttr resource) {
      constants.insert(resource);
    });
  });
}

int64_t dlc::pipeline::largestScratch(ModuleOp planned) {
  int64_t largest = 0;
  SymbolTable symbols(planned);
  symbols.lookup<func::FuncOp>("main").walk([&](func::CallOp call) {
    auto stage = symbols.lookup<func::FuncOp>(call.getCallee());
    int64_t bytes = 0;
    for (unsigned i = 0; i < call.getNumOperands(); ++i)
      if (arena::scratchAttr.isAt(stage, i))
        bytes += arena::extentInBytes(
            cast<MemRefType>(call.getOperand(i).getType()));
    largest = std::max(largest, bytes);
  });
  return largest;
}

void RamMeasures::applyTo(ModuleOp network) const {
  if (aim > 0)
    phases::ramBudgetAttr.put(network, aim);
  if (cheap)
    phases::cheapPatchesAttr.put(network);
  if (fill)
    arena::budgetAttr.put(network, *fill);
}

RamTrials::RamTrials(ModuleOp network, Run run)
    : source(network.clone()), run(run) {
  phases::ramLimitAttr.remove(source.get());
  phases::trialAttr.put(source.get());
  keepConstantsOf({});
}

void RamTrials::keepConstantsOf(ModuleOp module) {
  phases::keptConstantsAttr.remove(source.get());
  llvm::SetVector<Attribute> kept;
  collectConstants(*source, kept);
  if (module)
    collectConstants(module, kept);
  phases::keptConstantsAttr.set(
      source.get(),
      ArrayAttr::get(source.get().getContext(), kept.getArrayRef()));
}

LogicalResult RamTrials::makeStages(RamFit &fit) {
  fit.module = source.get().clone();
  fit.measures.applyTo(*fit.module);
  if (failed(run(*fit.module, Level::Nn, Level::Nn)))
    return failure();
  if (auto bytes = dyn_cast_or_null<IntegerAttr>(
          phases::expectedRamAttr.remove(fit.module.get())))
    fit.expected = bytes.getInt();
  return success();
}

FailureOr<RamFit> RamTrials::attempt(const RamMeasures &measures) {
  RamFit fit;
  fit.measures = measures;
  if (failed(makeStages(fit)))
    return failure();
  bool isIdle = measures.cheap && !fit.expected;
  if (!isIdle && failed(run(*fit.module, Level::Linalg, Level::Arena)))
    return failure();
  phases::keptConstantsAttr.remove(fit.module.get());
  if (auto bytes = arena::bytesAttr.get(fit.module.get()))
    fit.bytes = bytes.getInt();
  return std::move(fit);
}

FailureOr<bool> RamTrials::hasCheapMeasures() {
  RamFit fit;
  fit.measures.cheap = true;
  if (failed(makeStages(fit)))
    return failure();
  return fit.expected != 0;
}
