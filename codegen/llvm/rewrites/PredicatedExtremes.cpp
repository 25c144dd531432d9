//===- PredicatedExtremes.cpp - Maxima and minima of MVE's vectors --------===//

#include "codegen/llvm/rewrites/PredicatedExtremes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;

/// "f32" or "f16" for a whole vector of such floats, else empty.
static StringRef suffixOf(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  if (!vector || vector.getRank() != 1 ||
      vector.getNumElements() * vector.getElementTypeBitWidth() != 128)
    return {};
  if (vector.getElementType().isF32())
    return "f32";
  return vector.getElementType().isF16() ? "f16" : "";
}

/// Where a is no NaN and not at least b, which it is not where b is one, b
/// takes its place: `lt` holds where `ge` does not. Loads stay where they are:
/// LLVM puts all of a window's before the first maximum, and spills them.
static void writeExtreme(IRRewriter &rewriter, Operation *op,
                         StringRef suffix) {
  StringRef compared = isa<arith::MaximumFOp>(op) ? "$0, $2" : "$2, $0";
  rewriter.setInsertionPoint(op);
  rewriter.replaceOpWithNewOp<LLVM::InlineAsmOp>(
      op, op->getResultTypes(), op->getOperands(),
      ("vptt." + suffix + " eq, $0, $0\nvcmpt." + suffix + " lt, " + compared +
       "\nvmovt $0, $2")
          .str(),
      "=&w,0,w,~{vpr},~{memory}", /*has_side_effects=*/false,
      /*is_align_stack=*/false, LLVM::TailCallKind::None,
      LLVM::AsmDialectAttr(), ArrayAttr());
}

void dlc::llvmgen::writePredicatedExtremes(ModuleOp module) {
  IRRewriter rewriter(module.getContext());
  module.walk([&](Operation *op) {
    if (!isa<arith::MaximumFOp, arith::MinimumFOp>(op))
      return;
    StringRef suffix = suffixOf(op->getResult(0).getType());
    if (!suffix.empty())
      writeExtreme(rewriter, op, suffix);
  });
}
