//===- RecordDataFlow.cpp - What the memory plan will be proved by --------===//

#include "codegen/memory/Passes.h"
#include "codegen/memory/plan/Liveness.h"
#include "codegen/memory/proof/DataFlow.h"
#include "dialects/arena/Declarations.h"
#include "dialects/interfaces/StoredSize.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"
#include <numeric>

namespace dlc::memory {
#define GEN_PASS_DEF_RECORDDATAFLOW
#include "codegen/memory/Passes.h.inc"
} // namespace dlc::memory

using namespace mlir;

namespace dlc::memory {
namespace {

/// The proof goes through memory in grains, the largest that every element is
/// made of, and keeps 12 bytes for each; 64 Mi of them take a second or two,
/// and 768 MiB. More than this has to be asked for.
constexpr uint64_t kMostProvenGrains = uint64_t(64) << 20;

/// How many grains all values of the network have, each in a place of its own.
uint64_t grainsOfValues(func::FuncOp main) {
  uint64_t bits = 0, grain = 0;
  auto add = [&](TypeRange types) {
    for (Type type : types) {
      auto tensor = dyn_cast<RankedTensorType>(type);
      if (!tensor || !tensor.hasStaticShape() ||
          !tensor.getElementType().isIntOrFloat())
        continue;
      uint64_t size = storedBits(tensor.getElementType());
      grain = std::gcd(grain, size);
      for (int64_t extent : tensor.getShape())
        size = llvm::SaturatingMultiply(size, static_cast<uint64_t>(extent));
      bits = llvm::SaturatingAdd(bits, size);
    }
  };
  add(main.getArgumentTypes());
  main.walk([&](Operation *op) {
    if (!isa<arith::ConstantOp>(op))
      add(op->getResultTypes());
  });
  return grain ? bits / grain : 0;
}

struct RecordDataFlow : impl::RecordDataFlowBase<RecordDataFlow> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    func::FuncOp main = findMain(module);
    if (!main)
      return signalPassFailure();
    if (arena::proveAllAttr.isOn(module) ||
        grainsOfValues(main) <= kMostProvenGrains)
      recordDataFlow(main);
  }
};

} // namespace
} // namespace dlc::memory
