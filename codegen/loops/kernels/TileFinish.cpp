//===- TileFinish.cpp - Epilogues of tiles as regions ---------------------===//

#include "codegen/loops/kernels/TileKernel.h"
#include "codegen/loops/nest/BodyEmitter.h"
#include "dialects/kernel/KernelOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// Whether the body needs no more than its arguments and constants.
bool isSelfContained(Block &body) {
  for (Operation &op : body) {
    if (op.getNumRegions() != 0 ||
        (!op.hasTrait<OpTrait::IsTerminator>() && !isMemoryEffectFree(&op)))
      return false;
    for (Value operand : op.getOperands())
      if (operand.getParentBlock() != &body &&
          !operand.getDefiningOp<arith::ConstantOp>())
        return false;
  }
  return true;
}

/// Constants from outside of the region become its own.
void copyConstants(Region &region) {
  OpBuilder b = OpBuilder::atBlockBegin(&region.front());
  region.walk([&](Operation *op) {
    for (OpOperand &operand : op->getOpOperands()) {
      auto constant = operand.get().getDefiningOp<arith::ConstantOp>();
      if (constant && constant->getParentRegion() != &region)
        operand.set(b.clone(*constant)->getResult(0));
    }
  });
}

} // namespace

bool finishesTiles(const Nest &nest, int bias) {
  if (!nest.epilogue)
    return false;
  for (auto [i, access] : llvm::enumerate(nest.epilogueInputs))
    if (access && static_cast<int>(i) != bias)
      return false;
  // The sum with the bias and the terminator are not worth a call.
  linalg::GenericOp epilogue = nest.epilogue;
  Block &body = *epilogue.getBody();
  return body.getOperations().size() > (bias < 0 ? 1U : 2U) &&
         isSelfContained(body);
}

void emitFinish(Region &region, const Nest &nest) {
  linalg::GenericOp epilogue = nest.epilogue;
  Location loc = epilogue.getLoc();
  OpBuilder b(region.getContext());
  Block *block = b.createBlock(&region, region.end(), {b.getF32Type()}, {loc});
  SmallVector<Value> arguments;
  for (const std::optional<Access> &access : nest.epilogueInputs)
    arguments.push_back(access ? nothingToAdd(b, loc, b.getF32Type())
                               : Value(block->getArgument(0)));
  arguments.push_back(nullptr); // the output's old contents
  auto position = [](unsigned) { return Value(); };
  auto buffer = [](Value) { return Buffer(); };
  Value result =
      emitBody(b, *epilogue.getBody(), arguments, BodyContext{position, buffer})
          .front();
  kernel::YieldOp::create(b, loc, result);
  copyConstants(region);
}

} // namespace dlc::loops
