//===- CheckSupported.cpp - What has no lowering --------------------------===//

#include "codegen/lower/Patterns.h"
#include "codegen/lower/Procedure.h"
#include "dialects/nn/search/NnSearchOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace dlc::lower {

static Type elementOf(Value value) {
  return getElementTypeOrSelf(value.getType());
}

static LogicalResult checkAvgPool(nn::AvgPoolOp op) {
  if (op.getAccumulator() || isa<FloatType>(elementOf(op.getInput())))
    return success();
  return op.emitError("avg_pool of integers is not supported; cast to a float "
                      "before it");
}

static LogicalResult checkResize(nn::ResizeOp op) {
  if (op.getMode() == nn::ResizeMode::Nearest ||
      isa<FloatType>(elementOf(op.getInput())))
    return success();
  return op.emitError("interpolation of ")
         << elementOf(op.getInput())
         << " is not supported; mode nearest and floats are";
}

static LogicalResult checkQuantize(nn::QuantizeOp op) {
  auto storage = dyn_cast<IntegerType>(elementOf(op.getOutput()));
  if (storage && storage.getWidth() <= 16)
    return success();
  return op.emitError("quantisation to ")
         << elementOf(op.getOutput())
         << " is not supported; integers of 2 to 16 bits are";
}

static LogicalResult checkDequantize(nn::DequantizeOp op) {
  if (isa<IntegerType>(elementOf(op.getInput())))
    return success();
  return op.emitError("dequantisation of ")
         << elementOf(op.getInput()) << " is not supported; integers are";
}

static bool isSmall(Type type) {
  auto integer = dyn_cast<IntegerType>(getElementTypeOrSelf(type));
  return integer && (integer.getWidth() == 2 || integer.getWidth() == 4);
}

/// Whether the op gives the same for integers of 2 or 4 bits in a byte each:
/// it moves or compares them, reads them into a wider type or has a result in
/// their range.
static bool keepsToRange(Operation *op) {
  if (auto cast = dyn_cast<nn::CastOp>(op))
    return !isSmall(cast.getType());
  return op->hasAttr("accumulator") ||
         isa<nn::RescaleOp, nn::QuantizeOp, nn::DequantizeOp, nn::TransposeOp,
             nn::ReshapeOp, nn::BroadcastOp, nn::ConcatOp, nn::SliceOp,
             nn::PadOp, nn::TileOp, nn::GatherOp, nn::GatherElementsOp,
             nn::GatherNdOp, nn::MaxPoolOp, nn::MinOp, nn::MaxOp, nn::ReluOp,
             nn::SelectOp, nn::CompareOp>(op);
}

static LogicalResult checkSmallIntegers(Operation *op) {
  bool small = llvm::any_of(op->getOperandTypes(), isSmall) ||
               llvm::any_of(op->getResultTypes(), isSmall);
  if (!small || !isa<nn::NnDialect>(op->getDialect()) || keepsToRange(op))
    return success();
  return op->emitError(op->getName().stripDialect())
         << " on integers of 2 or 4 bits is not supported; give it an "
            "accumulator, or cast to 8 bits before it";
}

/// Of those that have loops that go on for as long as values say.
static LogicalResult checkMachine(Operation *op) {
  if (takesProcedures(op))
    return success();
  return op->emitError(op->getName().stripDialect())
         << " is not supported on a GPU yet, where threads have no order to "
            "search in; compile for the CPU beside it (--target=armv8-neon or "
            "x86-64), or leave it to the program that calls the network";
}

LogicalResult checkSupported(Operation *root) {
  bool supported = true;
  root->walk([&](Operation *op) {
    LogicalResult result =
        TypeSwitch<Operation *, LogicalResult>(op)
            .Case([](nn::AvgPoolOp op) { return checkAvgPool(op); })
            .Case([](nn::ResizeOp op) { return checkResize(op); })
            .Case([](nn::QuantizeOp op) { return checkQuantize(op); })
            .Case([](nn::DequantizeOp op) { return checkDequantize(op); })
            .Case<nn::PositionsOp, nn::SuppressOp, nn::BestAboveOp,
                  nn::KeepApartOp, nn::RoiAlignOp, nn::RoiPoolOp,
                  nn::CumProdOp>([](Operation *op) { return checkMachine(op); })
            .Default(success());
    supported &= succeeded(result) && succeeded(checkSmallIntegers(op));
  });
  return success(supported);
}

} // namespace dlc::lower
