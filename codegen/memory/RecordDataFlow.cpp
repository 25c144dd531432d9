//===- RecordDataFlow.cpp - What the memory plan will be proved by --------===//

#include "codegen/memory/Passes.h"
#include "codegen/memory/plan/Liveness.h"
#include "codegen/memory/proof/DataFlow.h"
#include "llvm/Support/MathExtras.h"

namespace dlc::memory {
#define GEN_PASS_DEF_RECORDDATAFLOW
#include "codegen/memory/Passes.h.inc"
} // namespace dlc::memory

using namespace mlir;

namespace dlc::memory {
namespace {

/// The proof takes three times the memory that the network does, and some
/// seconds for each GiB: more than this has to be asked for.
constexpr uint64_t kMostProvenBytes = uint64_t(512) << 20;

uint64_t bytesOf(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !tensor.hasStaticShape() ||
      !tensor.getElementType().isIntOrFloat())
    return 0;
  uint64_t bytes =
      llvm::divideCeil(tensor.getElementType().getIntOrFloatBitWidth(), 8);
  for (int64_t size : tensor.getShape())
    bytes = llvm::SaturatingMultiply(bytes, static_cast<uint64_t>(size));
  return bytes;
}

uint64_t bytesOfValues(func::FuncOp main) {
  uint64_t bytes = 0;
  auto add = [&](TypeRange types) {
    for (Type type : types)
      bytes = llvm::SaturatingAdd(bytes, bytesOf(type));
  };
  add(main.getArgumentTypes());
  main.walk([&](Operation *op) { add(op->getResultTypes()); });
  return bytes;
}

struct RecordDataFlow : impl::RecordDataFlowBase<RecordDataFlow> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    func::FuncOp main = findMain(module);
    if (!main)
      return signalPassFailure();
    if (module->hasAttr(proveAllAttrName) ||
        bytesOfValues(main) <= kMostProvenBytes)
      recordDataFlow(main);
  }
};

} // namespace
} // namespace dlc::memory
