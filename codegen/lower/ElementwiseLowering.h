//===- ElementwiseLowering.h - Any elementwise op to a generic --*- C++ -*-===//

#ifndef DLC_CODEGEN_LOWER_ELEMENTWISELOWERING_H
#define DLC_CODEGEN_LOWER_ELEMENTWISELOWERING_H

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Transforms/DialectConversion.h"

namespace dlc::lower {

/// The result's element from one element of each operand.
using EmitFn = mlir::Value (*)(mlir::ImplicitLocOpBuilder &, mlir::Operation *,
                               mlir::ValueRange);

/// Turns the op of one name into a parallel generic that broadcasts its
/// operands.
class ElementwiseLowering : public mlir::ConversionPattern {
public:
  ElementwiseLowering(const mlir::TypeConverter &converter,
                      llvm::StringRef opName, EmitFn emit,
                      mlir::MLIRContext *context)
      : ConversionPattern(converter, opName, /*benefit=*/1, context),
        emit(emit) {}

  mlir::LogicalResult
  matchAndRewrite(mlir::Operation *op, llvm::ArrayRef<mlir::Value> operands,
                  mlir::ConversionPatternRewriter &rewriter) const override;

private:
  EmitFn emit;
};

/// Adds one ElementwiseLowering for each pair of op and emitter.
void addElementwise(
    mlir::TypeConverter &converter, mlir::RewritePatternSet &patterns,
    llvm::ArrayRef<std::pair<llvm::StringRef, EmitFn>> emitters);

} // namespace dlc::lower

#endif
