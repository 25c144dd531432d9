//===- ByteExtremes.cpp - Maxima and minima of bytes in words -------------===//

#include "codegen/llvm/rewrites/ByteExtremes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;

static bool isWordOfBytes(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector && vector.getRank() == 1 && vector.getNumElements() == 4 &&
         vector.getElementType().isInteger(8);
}

/// The flag of a byte is set where the first one is at least the second; the
/// selection takes its own first operand there.
static StringRef instructionsOf(Operation *op) {
  if (isa<arith::MaxSIOp>(op))
    return "ssub8 $0, $1, $2\nsel $0, $1, $2";
  if (isa<arith::MinSIOp>(op))
    return "ssub8 $0, $1, $2\nsel $0, $2, $1";
  if (isa<arith::MaxUIOp>(op))
    return "usub8 $0, $1, $2\nsel $0, $1, $2";
  return "usub8 $0, $1, $2\nsel $0, $2, $1";
}

static void writeExtreme(IRRewriter &rewriter, Operation *op) {
  Location loc = op->getLoc();
  rewriter.setInsertionPoint(op);
  Type word = rewriter.getI32Type();
  SmallVector<Value> operands;
  for (Value operand : op->getOperands())
    operands.push_back(LLVM::BitcastOp::create(rewriter, loc, word, operand));
  auto words = LLVM::InlineAsmOp::create(
      rewriter, loc, TypeRange(word), operands, instructionsOf(op),
      "=&r,r,r,~{cpsr}", /*has_side_effects=*/false, /*is_align_stack=*/false,
      LLVM::TailCallKind::None, LLVM::AsmDialectAttr(), ArrayAttr());
  rewriter.replaceOpWithNewOp<LLVM::BitcastOp>(op, op->getResult(0).getType(),
                                               words.getResult(0));
}

void dlc::llvmgen::writeByteExtremes(ModuleOp module) {
  IRRewriter rewriter(module.getContext());
  module.walk([&](Operation *op) {
    if (isa<arith::MaxSIOp, arith::MinSIOp, arith::MaxUIOp, arith::MinUIOp>(
            op) &&
        isWordOfBytes(op->getResult(0).getType()))
      writeExtreme(rewriter, op);
  });
}
