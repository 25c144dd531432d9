//===- StageCost.cpp - Arithmetic of a stage ------------------------------===//

#include "compiler/driver/StageCost.h"

#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace dlc;

static uint64_t elements(Value value) {
  auto type = dyn_cast<ShapedType>(value.getType());
  return type && type.hasStaticShape() ? type.getNumElements() : 1;
}

template <typename PoolOp> static uint64_t poolFlops(PoolOp op) {
  uint64_t window = 1;
  for (int64_t k : op.getKernel())
    window *= k;
  return elements(op->getResult(0)) * window;
}

/// Products that are summed: of convolutions and matrix products.
static uint64_t countMacs(Operation *op) {
  return llvm::TypeSwitch<Operation *, uint64_t>(op)
      .Case([](nn::ConvOp conv) {
        auto filter = cast<ShapedType>(conv.getFilter().getType());
        return elements(conv.getOutput()) * filter.getNumElements() /
               std::max<int64_t>(1, filter.getDimSize(0));
      })
      .Case([](nn::ConvTransposeOp conv) {
        auto filter = cast<ShapedType>(conv.getFilter().getType());
        return elements(conv.getInput()) * filter.getNumElements() /
               std::max<int64_t>(1, filter.getDimSize(0));
      })
      .Case([](nn::MatmulOp matmul) {
        auto lhs = cast<ShapedType>(matmul.getLhs().getType());
        return elements(matmul.getOutput()) * lhs.getDimSize(lhs.getRank() - 1);
      })
      .Default([](Operation *) -> uint64_t { return 0; });
}

/// What is not a product that is summed.
static uint64_t countOtherFlops(Operation *op) {
  return llvm::TypeSwitch<Operation *, uint64_t>(op)
      .Case([](nn::ConvOp conv) -> uint64_t {
        return conv.getBias() ? elements(conv.getOutput()) : 0;
      })
      .Case([](nn::MaxPoolOp pool) { return poolFlops(pool); })
      .Case([](nn::AvgPoolOp pool) { return poolFlops(pool); })
      .Case([](nn::ReduceOp reduce) { return elements(reduce->getOperand(0)); })
      .Case([](nn::SoftmaxOp softmax) {
        return 4 * elements(softmax->getOperand(0));
      })
      .Default([](Operation *other) -> uint64_t {
        return other->hasTrait<nn::ElementwiseOp>()
                   ? elements(other->getResult(0))
                   : 0;
      });
}

void dlc::driver::markCosts(ModuleOp module) {
  Builder builder(module.getContext());
  for (auto stage : module.getOps<func::FuncOp>()) {
    uint64_t macs = 0, other = 0;
    stage.walk([&](Operation *op) {
      if (!isa<nn::NnDialect>(op->getDialect()))
        return;
      macs += countMacs(op);
      other += countOtherFlops(op);
    });
    if (macs)
      stage->setAttr(macsAttrName, builder.getI64IntegerAttr(macs));
    if (macs || other)
      stage->setAttr(flopsAttrName,
                     builder.getI64IntegerAttr(2 * macs + other));
  }
}
