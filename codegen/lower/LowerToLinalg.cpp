//===- LowerToLinalg.cpp - nn to linalg on tensors ------------------------===//

#include "codegen/lower/Build.h"
#include "codegen/lower/FuseElementwise.h"
#include "codegen/lower/Passes.h"
#include "codegen/lower/Patterns.h"
#include "dialects/arena/ArenaDialect.h"
#include "dialects/arena/ArenaStageOps.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Func/Transforms/FuncConversions.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/DialectResourceBlobManager.h"

namespace dlc::lower {
#define GEN_PASS_DEF_LOWERTOLINALG
#include "codegen/lower/Passes.h.inc"
} // namespace dlc::lower

using namespace mlir;

namespace dlc::lower {

/// Elements of 2 or 4 bits in whole bytes.
static ElementsAttr widenedElements(ElementsAttr value, ShapedType type) {
  SmallVector<int64_t> values = *nn::readIntegers(value);
  return nn::makeConstant(type,
                          std::vector<char>(values.begin(), values.end()));
}

/// The same values under the types that code has.
static ElementsAttr signlessElements(ElementsAttr value) {
  auto type = cast<ShapedType>(signless(value.getType()));
  if (type.getElementTypeBitWidth() !=
      value.getElementType().getIntOrFloatBitWidth())
    return widenedElements(value, type);
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value))
    return DenseResourceElementsAttr::get(type, resource.getRawHandle());
  return cast<DenseElementsAttr>(value).bitcast(type.getElementType());
}

namespace {

struct ConstantLowering : OpConversionPattern<arith::ConstantOp> {
  using OpConversionPattern::OpConversionPattern;

  LogicalResult
  matchAndRewrite(arith::ConstantOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto value = dyn_cast<ElementsAttr>(op.getValue());
    if (!value)
      return failure();
    rewriter.replaceOpWithNewOp<arith::ConstantOp>(op, signlessElements(value));
    return success();
  }
};

/// Ops that stay between calls of stages, with signless types.
struct ViewLowering : ConversionPattern {
  ViewLowering(const TypeConverter &converter, StringRef name,
               MLIRContext *context, const DenseSet<Operation *> &callers)
      : ConversionPattern(converter, name, /*benefit=*/2, context),
        callers(callers) {}

  LogicalResult
  matchAndRewrite(Operation *op, ArrayRef<Value> operands,
                  ConversionPatternRewriter &rewriter) const override;

private:
  /// The functions that leave all computing to stages.
  const DenseSet<Operation *> &callers;
};

struct LowerToLinalg : impl::LowerToLinalgBase<LowerToLinalg> {
  void runOnOperation() override;

private:
  void markUnsigned();
  LogicalResult convert();
};

} // namespace

/// Whether `op` only says where data lies.
static bool isView(Operation *op) {
  if (isa<nn::ReshapeOp, nn::ConcatOp>(op))
    return true;
  auto slice = dyn_cast<nn::SliceOp>(op);
  return slice &&
         llvm::all_of(slice.getSteps(), [](int64_t step) { return step == 1; });
}

/// Whether `function` leaves all computing to stages.
static bool onlyCallsStages(func::FuncOp function) {
  return !nn::stageAttr.isOn(function) && !function.isExternal() &&
         llvm::all_of(function.getOps(), [](Operation &op) {
           return isView(&op) ||
                  isa<arith::ConstantOp, func::CallOp, func::ReturnOp>(op);
         });
}

LogicalResult
ViewLowering::matchAndRewrite(Operation *op, ArrayRef<Value> operands,
                              ConversionPatternRewriter &rewriter) const {
  if (!isView(op) || !callers.contains(op->getParentOp()))
    return failure();
  OperationState state(op->getLoc(), op->getName(), operands,
                       signless(op->getResult(0).getType()), op->getAttrs());
  rewriter.replaceOp(op, rewriter.create(state));
  return success();
}

/// The header's types have a sign, the arguments of the code have none.
void LowerToLinalg::markUnsigned() {
  auto isUnsigned = [](Type type) {
    return getElementTypeOrSelf(type).isUnsignedInteger();
  };
  for (auto function : getOperation().getOps<func::FuncOp>()) {
    if (function.isPrivate())
      continue;
    for (auto [index, type] : llvm::enumerate(function.getArgumentTypes()))
      if (isUnsigned(type))
        nn::unsignedAttr.putAt(function, index);
    for (auto [index, type] : llvm::enumerate(function.getResultTypes()))
      if (isUnsigned(type))
        nn::unsignedAttr.putOnResult(function, index);
  }
}

LogicalResult LowerToLinalg::convert() {
  MLIRContext *context = &getContext();
  DenseSet<Operation *> callers;
  for (auto function : getOperation().getOps<func::FuncOp>())
    if (onlyCallsStages(function))
      callers.insert(function);
  TypeConverter converter;
  converter.addConversion([](Type type) { return signless(type); });

  RewritePatternSet patterns(context);
  for (PopulateFn *populate :
       {populateUnaryPatterns,         populateBinaryPatterns,
        populateElementwisePatterns,   populateConvPatterns,
        populateConvTransposePatterns, populateMatmulPatterns,
        populatePoolPatterns,          populateReducePatterns,
        populateSoftmaxPatterns,       populateNormPatterns,
        populateScanPatterns,          populateRunningPatterns,
        populateTopKPatterns,          populateSearchPatterns,
        populateRegionPatterns,        populateDataPatterns,
        populatePadPatterns,           populateGatherPatterns,
        populateScatterPatterns,       populateResizePatterns,
        populateGridSamplePatterns,    populateRescalePatterns,
        populateQuantizePatterns,      populateTreeEnsemblePatterns,
        populateLoopPatterns})
    populate(converter, patterns);
  patterns.add<ConstantLowering>(converter, context);
  for (StringRef name :
       {nn::ReshapeOp::getOperationName(), nn::ConcatOp::getOperationName(),
        nn::SliceOp::getOperationName()})
    patterns.add<ViewLowering>(converter, name, context, callers);
  populateFunctionOpInterfaceTypeConversionPattern<func::FuncOp>(patterns,
                                                                 converter);
  populateCallOpTypeConversionPattern(patterns, converter);
  populateReturnOpTypeConversionPattern(patterns, converter);

  ConversionTarget target(*context);
  target.addLegalDialect<linalg::LinalgDialect, math::MathDialect,
                         memref::MemRefDialect, tensor::TensorDialect,
                         scf::SCFDialect, vector::VectorDialect>();
  target.addDynamicallyLegalDialect<arith::ArithDialect, func::FuncDialect>(
      [&](Operation *op) {
        if (auto function = dyn_cast<func::FuncOp>(op))
          return converter.isSignatureLegal(function.getFunctionType());
        return converter.isLegal(op);
      });
  target.addLegalOp<arena::ProcedureOp>();
  target.addIllegalDialect<nn::NnDialect>();
  target.addDynamicallyLegalOp<nn::ReshapeOp, nn::ConcatOp, nn::SliceOp>(
      [&](Operation *op) {
        return isView(op) && callers.contains(op->getParentOp()) &&
               converter.isLegal(op);
      });
  return applyPartialConversion(getOperation(), target, std::move(patterns));
}

void LowerToLinalg::runOnOperation() {
  if (failed(checkSupported(getOperation())))
    return signalPassFailure();
  markUnsigned();
  if (failed(convert()))
    return signalPassFailure();
  for (auto function : getOperation().getOps<func::FuncOp>())
    if (failed(fuseElementwise(function)))
      return signalPassFailure();
}

} // namespace dlc::lower
