//===- ConvertToLLVM.cpp - Loops on memory to the LLVM dialect ------------===//

#include "codegen/llvm/Passes.h"
#include "codegen/llvm/rewrites/ByteExtremes.h"
#include "codegen/llvm/rewrites/PredicatedExtremes.h"
#include "dialects/interfaces/StoredSize.h"
#include "dialects/kernel/KernelOps.h"

#include "dialects/arena/ArenaStageOps.h"
#include "dialects/arena/Declarations.h"
#include "dialects/dlc/Declarations.h"
#include "mlir/Analysis/DataLayoutAnalysis.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVM.h"
#include "mlir/Conversion/IndexToLLVM/IndexToLLVM.h"
#include "mlir/Conversion/LLVMCommon/ConversionTarget.h"
#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/UBToLLVM/UBToLLVM.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVM.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/Transforms/LoweringPatterns.h"
#include "mlir/Dialect/Vector/Transforms/VectorRewritePatterns.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "targets/description/TargetAttr.h"

namespace dlc::llvmgen {
#define GEN_PASS_DEF_CONVERTTOLLVM
#include "codegen/llvm/Passes.h.inc"
} // namespace dlc::llvmgen

using namespace mlir;
using namespace dlc;

namespace {

struct GlobalLowering : ConvertOpToLLVMPattern<memref::GlobalOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(memref::GlobalOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto data = cast<ElementsAttr>(op.getInitialValueAttr());
    auto type = LLVM::LLVMArrayType::get(rewriter.getI8Type(),
                                         storedBytes(op.getType()));
    auto global = rewriter.replaceOpWithNewOp<LLVM::GlobalOp>(
        op, type, /*isConstant=*/true, LLVM::Linkage::External, op.getSymName(),
        Attribute(), op.getAlignment().value_or(0));
    dlc::phases::dataAttr.set(global, data);
    return success();
  }
};

struct GetGlobalLowering : ConvertOpToLLVMPattern<memref::GetGlobalOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(memref::GetGlobalOp op, OpAdaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto pointer = LLVM::LLVMPointerType::get(getContext());
    Value address =
        LLVM::AddressOfOp::create(rewriter, op.getLoc(), pointer, op.getName());
    rewriter.replaceOp(op, {MemRefDescriptor::fromStaticShape(
                               rewriter, op.getLoc(), *getTypeConverter(),
                               op.getType(), address)});
    return success();
  }
};

struct AdvanceLowering : ConvertOpToLLVMPattern<dlc::arena::AdvanceOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;

  LogicalResult
  matchAndRewrite(dlc::arena::AdvanceOp op, OpAdaptor adaptor,
                  ConversionPatternRewriter &rewriter) const override {
    auto type = cast<MemRefType>(op.getResult().getType());
    Value pointer =
        MemRefDescriptor(adaptor.getSource()).alignedPtr(rewriter, op.getLoc());
    Value advanced = LLVM::GEPOp::create(
        rewriter, op.getLoc(), pointer.getType(),
        getTypeConverter()->convertType(type.getElementType()), pointer,
        adaptor.getElements());
    rewriter.replaceOp(
        op, {MemRefDescriptor::fromStaticShape(
                rewriter, op.getLoc(), *getTypeConverter(), type, advanced)});
    return success();
  }
};

/// Kernels become instructions later: here they get the integers that their
/// addresses are.
struct KernelOperands : ConversionPattern {
  KernelOperands(const TypeConverter &converter, MLIRContext *context)
      : ConversionPattern(converter, MatchAnyOpTypeTag(), /*benefit=*/1,
                          context) {}

  LogicalResult
  matchAndRewrite(Operation *op, ArrayRef<Value> operands,
                  ConversionPatternRewriter &rewriter) const override {
    if (!isa<dlc::kernel::KernelOpInterface>(op))
      return failure();
    rewriter.modifyOpInPlace(op, [&] { op->setOperands(operands); });
    return success();
  }
};

struct ConvertToLLVMPass
    : dlc::llvmgen::impl::ConvertToLLVMBase<ConvertToLLVMPass> {
  using ConvertToLLVMBase::ConvertToLLVMBase;

  LogicalResult checkGlobals() {
    for (auto global : getOperation().getOps<memref::GlobalOp>())
      if (!global.getConstant() || !global.getInitialValue() ||
          global.isUninitialized())
        return global.emitError("a network has constants and an arena, but no "
                                "other memory: global without a constant "
                                "value");
    return success();
  }

  /// Maxima and minima that are an instruction, before they are expanded.
  void keepMaxima() {
    dlc::targets::TargetInfo target =
        dlc::targets::getTargetInfo(getOperation());
    if (!target.maximum)
      return;
    auto isLLVMType = [&](Type type) {
      auto vector = dyn_cast<VectorType>(type);
      Type element = getElementTypeOrSelf(type);
      return (element.isF32() || (element.isF16() && target.fp16)) &&
             (!vector || vector.getRank() == 1);
    };
    IRRewriter rewriter(&getContext());
    getOperation().walk([&](Operation *op) {
      if (!isa<arith::MaximumFOp, arith::MinimumFOp>(op) ||
          !isLLVMType(op->getResult(0).getType()))
        return;
      rewriter.setInsertionPoint(op);
      if (isa<arith::MaximumFOp>(op))
        rewriter.replaceOpWithNewOp<LLVM::MaximumOp>(op, op->getOperand(0),
                                                     op->getOperand(1));
      else
        rewriter.replaceOpWithNewOp<LLVM::MinimumOp>(op, op->getOperand(0),
                                                     op->getOperand(1));
    });
  }

  /// Vectors of rank 2 and more in terms of rank 1, and what has a longer name
  /// in terms of what LLVM has.
  LogicalResult lowerVectors() {
    RewritePatternSet patterns(&getContext());
    vector::populateVectorToVectorCanonicalizationPatterns(patterns);
    vector::populateVectorBroadcastLoweringPatterns(patterns);
    vector::populateVectorContractLoweringPatterns(
        patterns, vector::VectorContractLowering::OuterProduct);
    vector::populateVectorOuterProductLoweringPatterns(patterns);
    vector::populateVectorMaskOpLoweringPatterns(patterns);
    vector::populateVectorShapeCastLoweringPatterns(patterns);
    vector::populateVectorInterleaveLoweringPatterns(patterns);
    vector::populateVectorTransposeLoweringPatterns(
        patterns, vector::VectorTransposeLowering::Shuffle1D);
    vector::populateVectorTransferLoweringPatterns(patterns,
                                                   /*maxTransferRank=*/1);
    vector::populateVectorStepLoweringPatterns(patterns);
    vector::populateVectorRankReducingFMAPattern(patterns);
    vector::populateVectorGatherLoweringPatterns(patterns);
    vector::populateVectorInsertExtractStridedSliceTransforms(patterns);
    arith::populateArithExpandOpsPatterns(patterns);
    return applyPatternsGreedily(getOperation(), std::move(patterns));
  }

  /// The arena's size is known by now, and a memref of dynamic size cannot be
  /// a bare pointer. It is the last argument; split, the last ones.
  void fixArenaType() {
    auto bytes = dlc::arena::bytesAttr.get(getOperation());
    auto parts = dlc::arena::partsAttr.get(getOperation());
    auto main = getOperation().lookupSymbol<func::FuncOp>("main");
    if (!bytes || !main)
      return;
    SmallVector<int64_t> sizes = {bytes.getInt()};
    if (parts)
      sizes = llvm::to_vector(parts.asArrayRef());
    if (main.getNumArguments() < sizes.size())
      return;
    for (auto [arena, size] :
         llvm::zip(main.getArguments().take_back(sizes.size()), sizes)) {
      auto type = dyn_cast<MemRefType>(arena.getType());
      if (type && !type.hasStaticShape())
        arena.setType(MemRefType::get({std::max<int64_t>(1, size)},
                                      type.getElementType()));
    }
    main.setType(FunctionType::get(&getContext(),
                                   main.getBody().getArgumentTypes(),
                                   main.getFunctionType().getResults()));
  }

  /// The translation warns of what it does not know.
  static void keepLlvmArgumentAttributes(LLVM::LLVMFuncOp function) {
    for (unsigned i = 0; i < function.getNumArguments(); ++i) {
      SmallVector<NamedAttribute> kept;
      for (NamedAttribute attr :
           function_interface_impl::getArgAttrs(function, i))
        if (attr.getName().strref().starts_with("llvm."))
          kept.push_back(attr);
      function_interface_impl::setArgAttrs(function, i, kept);
    }
  }

  /// Branches that close an scf.for carry its annotation, but under a name
  /// that the translation does not look at.
  void keepLoopAnnotations() {
    constexpr llvm::StringLiteral name = "llvm.loop_annotation";
    getOperation().walk([&](LLVM::BrOp branch) {
      if (auto annotation =
              branch->getAttrOfType<LLVM::LoopAnnotationAttr>(name)) {
        branch->removeAttr(name);
        branch.setLoopAnnotationAttr(annotation);
      }
    });
  }

  void runOnOperation() override {
    fixArenaType();
    keepMaxima();
    if (dlc::targets::getTargetInfo(getOperation()).predication)
      dlc::llvmgen::writePredicatedExtremes(getOperation());
    if (llvm::any_of(dlc::targets::getTargetInfo(getOperation()).forms,
                     [](const dlc::targets::MultiplyAccumulate &form) {
                       return form.instruction == "smlad";
                     }))
      dlc::llvmgen::writeByteExtremes(getOperation());
    if (failed(checkGlobals()) || failed(lowerVectors()))
      return signalPassFailure();
    MLIRContext *context = &getContext();
    const auto &layout = getAnalysis<DataLayoutAnalysis>();
    LowerToLLVMOptions options(context, layout.getAtOrAbove(getOperation()));
    options.useBarePtrCallConv = true;
    options.allocLowering = LowerToLLVMOptions::AllocLowering::None;
    LLVMTypeConverter converter(context, options, &layout);

    RewritePatternSet patterns(context);
    patterns.add<GlobalLowering, GetGlobalLowering, AdvanceLowering>(
        converter, /*benefit=*/10);
    patterns.add<KernelOperands>(converter, context);
    arith::populateArithToLLVMConversionPatterns(converter, patterns);
    populateMathToLLVMConversionPatterns(converter, patterns);
    index::populateIndexToLLVMConversionPatterns(converter, patterns);
    ub::populateUBToLLVMConversionPatterns(converter, patterns);
    cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
    populateVectorToLLVMConversionPatterns(converter, patterns);
    populateFinalizeMemRefToLLVMConversionPatterns(converter, patterns);
    populateFuncToLLVMConversionPatterns(converter, patterns);

    LLVMConversionTarget target(*context);
    target.addLegalOp<ModuleOp>();
    target.addDynamicallyLegalDialect<dlc::kernel::KernelDialect>(
        [](Operation *op) {
          return llvm::none_of(op->getOperandTypes(),
                               [](Type type) { return type.isIndex(); });
        });
    if (failed(applyPartialConversion(getOperation(), target,
                                      std::move(patterns))))
      return signalPassFailure();
    keepLoopAnnotations();
    for (auto function : getOperation().getOps<LLVM::LLVMFuncOp>()) {
      function.setNoUnwind(true);
      keepLlvmArgumentAttributes(function);
    }
  }
};

} // namespace
