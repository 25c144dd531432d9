//===- StagePadding.cpp - Padding by loop bounds, or in memory ----------===//

#include "codegen/loops/nest/ByteValues.h"
#include "codegen/loops/stage/StageEmitter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;

namespace dlc::loops {

namespace {
/// The source's buffer seen through the padding around it.
Buffer withPadding(Buffer source, tensor::PadOp pad) {
  source.padLow.assign(pad.getStaticLow().begin(), pad.getStaticLow().end());
  auto shape = pad.getResultType().getShape();
  source.paddedShape.assign(shape.begin(), shape.end());
  return source;
}

/// The value that leaves an accumulator unchanged under the root's combination,
/// or nullopt when the body is not a plain combination with its last argument.
std::optional<TypedAttr> neutralElement(linalg::GenericOp root, Builder &b) {
  if (root.getNumResults() != 1)
    return std::nullopt;
  Value yielded = root.getBody()->getTerminator()->getOperand(0);
  Operation *combine = yielded.getDefiningOp();
  Type type = yielded.getType();
  if (!combine || !llvm::is_contained(combine->getOperands(),
                                      root.getRegionOutputArgs().front()))
    return std::nullopt;
  if (isa<arith::AddFOp, arith::AddIOp>(combine))
    return b.getZeroAttr(type);
  if (auto floating = dyn_cast<FloatType>(type)) {
    bool largest = isa<arith::MaximumFOp, arith::MaxNumFOp>(combine);
    bool smallest = isa<arith::MinimumFOp, arith::MinNumFOp>(combine);
    if (largest || smallest)
      return b.getFloatAttr(
          floating,
          llvm::APFloat::getInf(floating.getFloatSemantics(), largest));
  }
  return std::nullopt;
}

/// What an integer in the body is when `argument` holds `padding`; nullopt
/// where it depends on more.
std::optional<APInt> valueAt(Value value, BlockArgument argument,
                             const APInt &padding) {
  if (value == argument)
    return padding;
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return constant;
  Operation *op = value.getDefiningOp();
  if (!op ||
      !isa<arith::ExtSIOp, arith::ExtUIOp, arith::SubIOp, arith::MulIOp>(op))
    return std::nullopt;
  SmallVector<std::optional<APInt>> known;
  for (Value operand : op->getOperands())
    known.push_back(valueAt(operand, argument, padding));
  auto isZero = [](const std::optional<APInt> &x) { return x && x->isZero(); };
  if (isa<arith::MulIOp>(op) && llvm::any_of(known, isZero))
    return APInt::getZero(value.getType().getIntOrFloatBitWidth());
  if (!llvm::all_of(known, [](auto &x) { return x.has_value(); }))
    return std::nullopt;
  unsigned width = value.getType().getIntOrFloatBitWidth();
  if (isa<arith::ExtSIOp>(op))
    return known[0]->sext(width);
  if (isa<arith::ExtUIOp>(op))
    return known[0]->zext(width);
  return isa<arith::SubIOp>(op) ? *known[0] - *known[1] : *known[0] * *known[1];
}

/// Whether each step adds something that is zero where the argument holds the
/// padding: a product with it, less its zero point.
bool addsNothingAt(linalg::GenericOp root, BlockArgument argument,
                   TypedAttr padding) {
  auto integer = dyn_cast<IntegerAttr>(padding);
  Value yielded = root.getBody()->getTerminator()->getOperand(0);
  auto sum = yielded.getDefiningOp<arith::AddIOp>();
  if (!integer || !sum || root.getNumResults() != 1)
    return false;
  Value accumulator = root.getRegionOutputArgs().front();
  Value added = sum.getLhs() == accumulator ? sum.getRhs() : sum.getLhs();
  if (added == accumulator ||
      (sum.getLhs() != accumulator && sum.getRhs() != accumulator))
    return false;
  std::optional<APInt> value = valueAt(added, argument, integer.getValue());
  return value && value->isZero();
}

/// Whether zeros of halves, widened or multiplied, are added to a wider sum: to
/// skip them changes nothing.
bool addsWidenedZeros(linalg::GenericOp root, BlockArgument argument,
                      TypedAttr padding) {
  auto zero = dyn_cast<FloatAttr>(padding);
  Value yielded = root.getBody()->getTerminator()->getOperand(0);
  auto sum = yielded.getDefiningOp<arith::AddFOp>();
  if (!zero || !zero.getValue().isPosZero() || !sum ||
      root.getNumResults() != 1)
    return false;
  Value accumulator = root.getRegionOutputArgs().front();
  Value added = sum.getLhs() == accumulator ? sum.getRhs() : sum.getLhs();
  if (sum.getLhs() != accumulator && sum.getRhs() != accumulator)
    return false;
  auto isWidened = [&](Value value) {
    auto extension = value.getDefiningOp<arith::ExtFOp>();
    return extension && extension.getIn() == argument;
  };
  auto product = added.getDefiningOp<arith::MulFOp>();
  return isWidened(added) ||
         (product && llvm::any_of(product->getOperands(), isWidened));
}

/// Whether a zero operand makes the value combined into the accumulator zero.
bool isProductOf(linalg::GenericOp root, BlockArgument argument) {
  Value yielded = root.getBody()->getTerminator()->getOperand(0);
  for (Value operand : yielded.getDefiningOp()->getOperands()) {
    if (operand == argument)
      return true;
    Operation *product = operand.getDefiningOp();
    if (isa_and_nonnull<arith::MulFOp, arith::MulIOp>(product) &&
        llvm::is_contained(product->getOperands(), argument))
      return true;
  }
  return false;
}
} // namespace

/// Whether all uses of the pad can skip the padded elements: reductions in
/// which they would contribute nothing.
bool StageEmitter::needsNoPadInMemory(tensor::PadOp pad) {
  Value value = pad.getConstantPaddingValue();
  TypedAttr padding;
  if (auto constant = value ? value.getDefiningOp<arith::ConstantOp>()
                            : arith::ConstantOp())
    padding = constant.getValue();
  if (!padding || !pad.getResultType().hasStaticShape() ||
      llvm::any_of(pad.getStaticLow(), [](int64_t p) { return p < 0; }) ||
      llvm::any_of(pad.getStaticHigh(), [](int64_t p) { return p < 0; }))
    return false;
  for (OpOperand &use : pad.getResult().getUses()) {
    auto root = dyn_cast<linalg::GenericOp>(use.getOwner());
    if (!root || root.getNumReductionLoops() == 0 || !root.isDpsInput(&use))
      return false;
    BlockArgument argument = root.getMatchingBlockArgument(&use);
    std::optional<TypedAttr> neutral = neutralElement(root, b);
    bool isNeutral = neutral && *neutral == padding &&
                     (padding != b.getZeroAttr(padding.getType()) ||
                      isProductOf(root, argument));
    // On processors halves are summed up as they are.
    bool addsZeros =
        machine.hasGpu() && addsWidenedZeros(root, argument, padding);
    if (!isNeutral && !addsZeros && !addsNothingAt(root, argument, padding))
      return false;
    FailureOr<Buffer> source = findBuffer(pad.getSource());
    if (failed(source))
      return false;
    Buffer padded = withPadding(*source, pad);
    SmallVector<bool> reduction = llvm::map_to_vector(
        root.getIteratorTypesArray(), [](utils::IteratorType type) {
          return type == utils::IteratorType::reduction;
        });
    FailureOr<Access> access =
        makeAccess(root.getMatchingIndexingMap(&use), padded, reduction);
    // Padding along the dimension that is contiguous in the result leaves no
    // dimension for vectors: a copy with padding costs less.
    AffineMap output = root.getMatchingIndexingMap(root.getDpsInitOperand(0));
    AffineDimExpr contiguous(nullptr);
    if (machine.vectorBits > 32 && output.getNumResults() > 0)
      contiguous = dyn_cast<AffineDimExpr>(output.getResults().back());
    auto isObstacle = [&](const Guard &guard) {
      bool backwards = llvm::any_of(guard.position.coefficients,
                                    [](int64_t c) { return c < 0; });
      bool alongVectors =
          contiguous &&
          static_cast<int>(contiguous.getPosition()) == guard.parallel;
      return guard.reduction < 0 || backwards || alongVectors;
    };
    if (failed(access) || llvm::any_of(access->guards, isObstacle))
      return false;
  }
  return true;
}

LogicalResult StageEmitter::visitPad(tensor::PadOp pad) {
  FailureOr<Buffer> source = findBuffer(pad.getSource());
  if (failed(source))
    return failure();
  if (needsNoPadInMemory(pad)) {
    Buffer padded = withPadding(*source, pad);
    padded.constant = nullptr;
    buffers[pad.getResult()] = padded;
    return success();
  }
  Value value = pad.getConstantPaddingValue();
  if (!value)
    return pad.emitError("pads with values that depend on the position");
  Buffer target = destinationOf(pad.getResult());
  Buffer fill = target;
  fill.flat = nullptr;
  if (auto constant = value.getDefiningOp<arith::ConstantOp>())
    fill.splat = constant.getValue();
  else
    fill.scalar = value;
  notePadded(*source, fill.splat, target);
  SmallVector<int64_t> ones(target.shape.size(), 1);
  Buffer inside = sliceBuffer(target, pad.getStaticLow(), source->shape, ones,
                              llvm::SmallBitVector(target.shape.size()));
  buffers[pad.getResult()] = target;
  if (failed(emitCopy(pad.getLoc(), fill, target)))
    return failure();
  return emitCopy(pad.getLoc(), *source, inside);
}

} // namespace dlc::loops
