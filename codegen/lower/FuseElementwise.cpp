//===- FuseElementwise.cpp - Chains of generics become one ----------------===//
//
//   %a = generic(add) %x, %y        %b = generic(add, relu) %x, %y
//   %b = generic(relu) %a      ->
//
// Not when the producer has another user, nor when the consumer reads an
// element of it more than once (a broadcast, a window, a contraction).
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/FuseElementwise.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace dlc::lower {

/// Whether the body is a few instructions: no function to expand, no division,
/// no gather.
static bool isCheap(linalg::GenericOp generic) {
  return llvm::all_of(generic.getBody()->getOperations(), [](Operation &op) {
    return !isa<arith::DivFOp, arith::DivSIOp, arith::DivUIOp, arith::RemSIOp,
                arith::RemUIOp, tensor::ExtractOp>(op) &&
           (!isa<math::MathDialect>(op.getDialect()) ||
            isa<math::AbsFOp, math::AbsIOp>(op));
  });
}

static bool shouldFuse(OpOperand *fused) {
  auto producer = fused->get().getDefiningOp<linalg::GenericOp>();
  auto consumer = dyn_cast<linalg::GenericOp>(fused->getOwner());
  if (!producer || !consumer || !fused->get().hasOneUse())
    return false;
  // Several results would keep the producer alive beside its copy.
  if (producer.getNumResults() != 1)
    return false;
  AffineMap read = consumer.getMatchingIndexingMap(fused);
  if (!read.isPermutation())
    return false;
  return consumer.getNumReductionLoops() == 0 || isCheap(producer);
}

LogicalResult fuseElementwise(func::FuncOp function) {
  MLIRContext *context = function.getContext();
  RewritePatternSet patterns(context);
  linalg::populateElementwiseOpsFusionPatterns(patterns, shouldFuse);
  tensor::CollapseShapeOp::getCanonicalizationPatterns(patterns, context);
  tensor::ExpandShapeOp::getCanonicalizationPatterns(patterns, context);
  return applyPatternsGreedily(function, std::move(patterns));
}

} // namespace dlc::lower
