//===- RamTrial.cpp - What an arena would be with some measures -----------===//

#include "compiler/pipeline/RamTrial.h"

#include "compiler/fuse/Passes.h"
#include "dialects/arena/ArenaOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::pipeline;

static constexpr llvm::StringLiteral keptAttrName = "dlc.kept_constants";

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
      if (stage.getArgAttr(i, "arena.scratch"))
        bytes += arena::extentInBytes(
            cast<MemRefType>(call.getOperand(i).getType()));
    largest = std::max(largest, bytes);
  });
  return largest;
}

void RamMeasures::applyTo(ModuleOp network) const {
  Builder builder(network);
  if (aim > 0)
    network->setAttr(fuse::ramBudgetAttrName, builder.getI64IntegerAttr(aim));
  if (cheap)
    network->setAttr(fuse::cheapPatchesAttrName, builder.getUnitAttr());
  if (fill)
    network->setAttr(arena::budgetAttrName, builder.getI64IntegerAttr(*fill));
}

RamTrials::RamTrials(ModuleOp network, Run run)
    : source(network.clone()), run(run) {
  source.get()->removeAttr(ramLimitAttrName);
  source.get()->setAttr(trialAttrName, UnitAttr::get(network.getContext()));
  keepConstantsOf({});
}

void RamTrials::keepConstantsOf(ModuleOp module) {
  source.get()->removeAttr(keptAttrName);
  llvm::SetVector<Attribute> kept;
  collectConstants(*source, kept);
  if (module)
    collectConstants(module, kept);
  source.get()->setAttr(keptAttrName, ArrayAttr::get(source.get().getContext(),
                                                     kept.getArrayRef()));
}

LogicalResult RamTrials::makeStages(RamFit &fit) {
  fit.module = source.get().clone();
  fit.measures.applyTo(*fit.module);
  if (failed(run(*fit.module, Level::Nn, Level::Nn)))
    return failure();
  if (auto bytes = dyn_cast_or_null<IntegerAttr>(
          fit.module.get()->removeAttr(fuse::expectedRamAttrName)))
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
  fit.module.get()->removeAttr(keptAttrName);
  if (auto bytes =
          fit.module.get()->getAttrOfType<IntegerAttr>(arena::bytesAttrName))
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
