//===- StageBranch.cpp - One of two bodies --------------------------------===//
//
// Both write into the same places, so that nothing is moved behind them.
//
//===----------------------------------------------------------------------===//

#include "codegen/loops/stage/StageEmitter.h"

using namespace mlir;

namespace dlc::loops {

bool isTensorView(Operation *op) {
  return isa<tensor::ExtractSliceOp, tensor::ExpandShapeOp,
             tensor::CollapseShapeOp, tensor::PadOp>(op);
}

LogicalResult StageEmitter::visitIf(scf::IfOp branch) {
  // A view from outside may need a copy, which is made for both bodies.
  WalkResult found = branch->walk([&](Operation *inside) {
    for (Value operand : inside->getOperands()) {
      Operation *maker = operand.getDefiningOp();
      if (isa<TensorType>(operand.getType()) && maker &&
          isa<tensor::ExtractSliceOp, tensor::ExpandShapeOp,
              tensor::CollapseShapeOp>(maker) &&
          !branch->isAncestor(maker) && failed(findBuffer(operand)))
        return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  if (found.wasInterrupted())
    return failure();
  SmallVector<Buffer, 0> places;
  for (Value result : branch.getResults()) {
    places.push_back(destinationOf(result));
    buffers[result] = places.back();
  }
  auto made = scf::IfOp::create(b, branch.getLoc(), branch.getCondition(),
                                /*withElseRegion=*/true);
  for (auto [from, to] : {std::pair(branch.thenBlock(), made.thenBlock()),
                          std::pair(branch.elseBlock(), made.elseBlock())}) {
    OperandRange values = from->getTerminator()->getOperands();
    for (auto [value, place] : llvm::zip_equal(values, places))
      if (Operation *maker = value.getDefiningOp();
          maker && maker->getBlock() == from && !isTensorView(maker))
        destinations.try_emplace(value, place);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(to->getTerminator());
    SmallVector<Operation *> old = llvm::map_to_vector(
        from->without_terminator(), [](Operation &op) { return &op; });
    for (Operation *op : old)
      if (failed(visit(*op)))
        return failure();
    if (failed(handOn(branch.getLoc(), values, places)))
      return failure();
  }
  return success();
}

/// What became of a branch that computes nothing.
LogicalResult StageEmitter::visitSelect(arith::SelectOp select) {
  FailureOr<Buffer> first = findBuffer(select.getTrueValue()),
                    second = findBuffer(select.getFalseValue());
  if (failed(first) || failed(second))
    return failure();
  Buffer place = buffers[select.getResult()] =
      destinationOf(select.getResult());
  auto made = scf::IfOp::create(b, select.getLoc(), select.getCondition(),
                                /*withElseRegion=*/true);
  for (auto [source, to] : {std::pair(*first, made.thenBlock()),
                            std::pair(*second, made.elseBlock())}) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(to->getTerminator());
    if (!isSamePlace(source, place) &&
        failed(emitCopy(select.getLoc(), source, place)))
      return failure();
  }
  return success();
}

} // namespace dlc::loops
