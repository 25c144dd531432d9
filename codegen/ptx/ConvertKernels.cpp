//===- ConvertKernels.cpp - Kernels to the LLVM dialect -------------------===//

#include "codegen/ptx/Passes.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/GPUToNVVM/GPUToNVVMPass.h"
#include "mlir/Conversion/IndexToLLVM/IndexToLLVM.h"
#include "mlir/Conversion/LLVMCommon/ConversionTarget.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/UBToLLVM/UBToLLVM.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVM.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/Transforms/LoweringPatterns.h"
#include "mlir/Dialect/Vector/Transforms/VectorRewritePatterns.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace dlc::ptx {
#define GEN_PASS_DEF_CONVERTKERNELS
#include "codegen/ptx/Passes.h.inc"
} // namespace dlc::ptx

using namespace mlir;

namespace dlc::ptx {
namespace {

constexpr unsigned kIndexBits = 32;

struct ConvertKernels : impl::ConvertKernelsBase<ConvertKernels> {
  /// Indices of elements are signed.
  LogicalResult checkSizes() {
    for (auto kernel : getOperation().getOps<gpu::GPUFuncOp>())
      for (Type type : kernel.getArgumentTypes()) {
        auto memory = dyn_cast<MemRefType>(type);
        if (memory && memory.hasStaticShape() &&
            memory.getNumElements() > INT32_MAX)
          return kernel.emitError("takes a buffer of ")
                 << memory.getNumElements()
                 << " elements; a kernel's has at most 2147483647: a smaller "
                    "input would";
      }
    return success();
  }

  /// Vectors of rank 1, and what has a longer name in terms of what LLVM has.
  LogicalResult lowerVectors() {
    RewritePatternSet patterns(&getContext());
    vector::populateVectorToVectorCanonicalizationPatterns(patterns);
    vector::populateVectorBroadcastLoweringPatterns(patterns);
    vector::populateVectorShapeCastLoweringPatterns(patterns);
    vector::populateVectorStepLoweringPatterns(patterns);
    vector::populateVectorInsertExtractStridedSliceTransforms(patterns);
    arith::populateArithExpandOpsPatterns(patterns);
    return applyPatternsGreedily(getOperation(), std::move(patterns));
  }

  void runOnOperation() override {
    if (failed(checkSizes()) || failed(lowerVectors()))
      return signalPassFailure();
    MLIRContext *context = &getContext();
    // Of which one block at a time is enough: ptxas spills rather than have
    // fewer of them on a multiprocessor than it likes.
    for (auto kernel : getOperation().getOps<gpu::GPUFuncOp>())
      if (kernel.isKernel())
        kernel->setAttr(NVVM::NVVMDialect::getMinctasmAttrName(),
                        Builder(context).getI32IntegerAttr(1));
    LowerToLLVMOptions options(context);
    options.overrideIndexBitwidth(kIndexBits);
    options.useBarePtrCallConv = true;
    LLVMTypeConverter converter(context, options);
    configureGpuToNVVMTypeConverter(converter);

    RewritePatternSet patterns(context);
    arith::populateArithToLLVMConversionPatterns(converter, patterns);
    // Before those of CUDA's library, which comes with the GPU's patterns.
    populateMathToLLVMConversionPatterns(converter, patterns,
                                         /*approximateLog1p=*/true,
                                         /*benefit=*/2);
    index::populateIndexToLLVMConversionPatterns(converter, patterns);
    ub::populateUBToLLVMConversionPatterns(converter, patterns);
    cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
    populateVectorToLLVMConversionPatterns(converter, patterns);
    populateFinalizeMemRefToLLVMConversionPatterns(converter, patterns);
    populateGpuToNVVMConversionPatterns(converter, patterns);

    LLVMConversionTarget target(*context);
    target.addLegalDialect<NVVM::NVVMDialect>();
    target.addIllegalDialect<gpu::GPUDialect>();
    target.addLegalOp<gpu::GPUModuleOp>();
    if (failed(applyPartialConversion(getOperation(), target,
                                      std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace dlc::ptx
