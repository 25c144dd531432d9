//===- NnLoopOps.cpp - Types of loops, and what none of them needs --------===//

#include "dialects/nn/loops/NnLoopOps.h"
#include "dialects/nn/Infer.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallBitVector.h"

#define GET_OP_CLASSES
#include "dialects/nn/NnLoopOps.cpp.inc"

using namespace mlir;
using namespace dlc;
using namespace dlc::nn;
using namespace dlc::nn::detail;

Operation::operand_range LoopOp::nextCarried() {
  return block().getTerminator()->getOperands().take_front(numCarried());
}

Operation::operand_range LoopOp::collectedElements() {
  return block().getTerminator()->getOperands().drop_front(numCarried());
}

//===----------------------------------------------------------------------===//
// Verification
//===----------------------------------------------------------------------===//

/// Whether `element` is one of `all` along dimension 0.
static bool isElementOf(Type element, Type all) {
  auto whole = cast<RankedTensorType>(all);
  auto one = dyn_cast<RankedTensorType>(element);
  return one && whole.getRank() > 0 &&
         one.getElementType() == whole.getElementType() &&
         one.getShape() == whole.getShape().drop_front();
}

LogicalResult LoopOp::verify() {
  int64_t steps = static_cast<int64_t>(getSteps());
  ResultRange collected =
      getResults().drop_front(std::min<size_t>(numCarried(), getNumResults()));
  auto hasSteps = [&](Value value) {
    RankedTensorType type = tensorOf(value);
    return type.getRank() > 0 && type.getDimSize(0) == steps;
  };
  if (steps < 1 || !llvm::all_of(getSequences(), hasSteps) ||
      !llvm::all_of(collected, hasSteps))
    return emitOpError("(1) takes ")
           << steps
           << " steps, which is not positive or not dimension 0 of a sequence "
              "or collected result";
  if (getBackwards().size() != getSequences().size() + collected.size())
    return emitOpError("(2) has ")
           << getBackwards().size() << " directions for "
           << getSequences().size() << " sequences and " << collected.size()
           << " collected results";
  if (block().getNumArguments() != getNumOperands())
    return emitOpError("(3) has a body with ")
           << block().getNumArguments() << " arguments for " << getNumOperands()
           << " operands";
  for (auto [i, argument] : llvm::enumerate(block().getArguments())) {
    Type type = getOperand(i).getType();
    bool fits = i < getSequences().size()
                    ? isElementOf(argument.getType(), type)
                    : argument.getType() == type;
    if (!fits)
      return emitOpError("(3) has a body whose argument ")
             << i << " is " << argument.getType() << ", its operand " << type;
  }
  auto yield = dyn_cast<YieldOp>(block().getTerminator());
  if (!yield || getNumResults() < numCarried() ||
      yield.getNumOperands() != getNumResults())
    return emitOpError("(4) needs a body that yields ")
           << getNumResults() << " values, of which " << numCarried()
           << " are carried";
  for (auto [i, value] : llvm::enumerate(yield.getValues())) {
    bool carried = i < numCarried();
    if (carried ? value.getType() != getInitial()[i].getType()
                : !isElementOf(value.getType(), getResult(i).getType()))
      return emitOpError("(4) yields ")
             << value.getType() << " as number " << i
             << (carried ? ", whose first value is " : ", an element of ")
             << (carried ? getInitial()[i] : getResult(i)).getType();
    if (carried && getResult(i).getType() != value.getType())
      return emitOpError("(5) has ") << getResult(i).getType() << " as result "
                                     << i << " and carries " << value.getType();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// What is not needed
//===----------------------------------------------------------------------===//

namespace {
/// Which operands and results a loop keeps.
struct Kept {
  llvm::SmallBitVector operands, results;
};
} // namespace

/// A constant of one value, which the body has for itself.
static bool isSplatConstant(Value value) {
  DenseElementsAttr elements;
  return matchPattern(value, m_Constant(&elements)) && elements.isSplat();
}

/// Collected results that nobody reads, operands that the body does not.
/// Carried values stay with their result, unless nothing depends on them but
/// themselves.
static Kept findNeeded(LoopOp op) {
  Kept kept{llvm::SmallBitVector(op.getNumOperands(), true),
            llvm::SmallBitVector(op.getNumResults(), true)};
  unsigned sequences = op.getSequences().size();
  for (unsigned i = op.numCarried(); i < op.getNumResults(); ++i)
    kept.results[i] = !op.getResult(i).use_empty();
  for (unsigned i = 0; i < op.numCarried(); ++i) {
    BlockArgument state = op.block().getArgument(sequences + i);
    Operation *yield = op.block().getTerminator();
    bool alone = llvm::all_of(state.getUses(), [&](OpOperand &use) {
      return use.getOwner() == yield && use.getOperandNumber() == i;
    });
    if (alone && op.getResult(i).use_empty())
      kept.results[i] = kept.operands[sequences + i] = false;
  }
  for (unsigned i = 0; i < op.getNumOperands(); ++i)
    if (i < sequences || i >= sequences + op.numCarried())
      kept.operands[i] = !op.block().getArgument(i).use_empty();
  return kept;
}

/// The same loop without the operands and results that are not kept.
static void narrow(LoopOp op, const Kept &kept, PatternRewriter &rewriter) {
  unsigned sequences = op.getSequences().size(), carried = op.numCarried();
  SmallVector<Value> operands[3];
  SmallVector<bool> backwards;
  SmallVector<Type> types;
  for (unsigned i = 0; i < op.getNumOperands(); ++i) {
    if (!kept.operands[i])
      continue;
    operands[i < sequences             ? 0
             : i < sequences + carried ? 1
                                       : 2]
        .push_back(op.getOperand(i));
    if (i < sequences)
      backwards.push_back(op.readsBackwards(i));
  }
  SmallVector<Value> yielded;
  Operation *yield = op.block().getTerminator();
  for (unsigned i = 0; i < op.getNumResults(); ++i) {
    if (!kept.results[i])
      continue;
    types.push_back(op.getResult(i).getType());
    yielded.push_back(yield->getOperand(i));
    if (i >= carried)
      backwards.push_back(op.writesBackwards(i - carried));
  }
  auto made =
      LoopOp::create(rewriter, op.getLoc(), types, operands[0], operands[1],
                     operands[2], op.getSteps(), backwards);
  rewriter.inlineRegionBefore(op.getBody(), made.getBody(),
                              made.getBody().end());
  rewriter.modifyOpInPlace(made.block().getTerminator(), [&] {
    made.block().getTerminator()->setOperands(yielded);
  });
  for (unsigned i = kept.operands.size(); i-- > 0;)
    if (!kept.operands[i])
      made.block().eraseArgument(i);
  SmallVector<Value> results;
  unsigned next = 0;
  for (unsigned i = 0; i < kept.results.size(); ++i)
    results.push_back(kept.results[i] ? made.getResult(next++) : Value());
  rewriter.replaceOp(op, results);
}

/// Constants of one value are within the body, where they are part of the code
/// that reads them: those of `values`, which its last arguments stand for.
static bool takeInSplats(ValueRange values, Block &body,
                         PatternRewriter &rewriter) {
  bool changed = false;
  auto arguments = body.getArguments().take_back(values.size());
  for (auto [value, argument] : llvm::zip_equal(values, arguments)) {
    if (argument.use_empty() || !isSplatConstant(value))
      continue;
    rewriter.setInsertionPointToStart(&body);
    Operation *inside = rewriter.clone(*value.getDefiningOp());
    rewriter.replaceAllUsesWith(argument, inside->getResult(0));
    changed = true;
  }
  return changed;
}

LogicalResult LoopOp::canonicalize(LoopOp op, PatternRewriter &rewriter) {
  bool changed = takeInSplats(op.getShared(), op.block(), rewriter);
  Kept kept = findNeeded(op);
  if (kept.operands.all() && kept.results.all())
    return success(changed);
  rewriter.setInsertionPoint(op);
  narrow(op, kept, rewriter);
  return success();
}

//===----------------------------------------------------------------------===//
// One of two bodies
//===----------------------------------------------------------------------===//

LogicalResult IfOp::verify() {
  RankedTensorType condition = tensorOf(getCondition());
  if (condition.getRank() != 0 || !condition.getElementType().isInteger(1))
    return emitOpError("(1) decides by ") << condition << ", not by one i1";
  for (Block *block : {&thenBlock(), &elseBlock()}) {
    if (!llvm::equal(block->getArgumentTypes(), getShared().getTypes()))
      return emitOpError("(2) has a body with ")
             << block->getNumArguments() << " arguments for "
             << getShared().size() << " shared values, or with other types";
    auto yield = dyn_cast<YieldOp>(block->getTerminator());
    if (!yield || !llvm::equal(yield.getOperandTypes(), getResultTypes()))
      return emitOpError("(3) has a body that yields ")
             << block->getTerminator()->getNumOperands() << " values for "
             << getNumResults() << " results, or other types";
  }
  return success();
}

/// The body that is taken in place of the op.
static void inlineBody(IfOp op, Block &body, PatternRewriter &rewriter) {
  Operation *yield = body.getTerminator();
  rewriter.inlineBlockBefore(&body, op, op.getShared());
  rewriter.replaceOp(op, yield->getOperands());
  rewriter.eraseOp(yield);
}

/// Shared values that neither body reads go.
static bool dropUnread(IfOp op, PatternRewriter &rewriter) {
  llvm::BitVector unread(op.getShared().size());
  for (unsigned i = 0; i < unread.size(); ++i)
    unread[i] = op.thenBlock().getArgument(i).use_empty() &&
                op.elseBlock().getArgument(i).use_empty();
  if (unread.none())
    return false;
  SmallVector<Value> kept;
  for (auto [i, value] : llvm::enumerate(op.getShared()))
    if (!unread[i])
      kept.push_back(value);
  rewriter.modifyOpInPlace(op, [&] {
    op.getSharedMutable().assign(kept);
    op.thenBlock().eraseArguments(unread);
    op.elseBlock().eraseArguments(unread);
  });
  return true;
}

LogicalResult IfOp::canonicalize(IfOp op, PatternRewriter &rewriter) {
  DenseElementsAttr known;
  if (matchPattern(op.getCondition(), m_Constant(&known))) {
    inlineBody(op,
               known.getSplatValue<bool>() ? op.thenBlock() : op.elseBlock(),
               rewriter);
    return success();
  }
  bool changed = takeInSplats(op.getShared(), op.thenBlock(), rewriter);
  changed |= takeInSplats(op.getShared(), op.elseBlock(), rewriter);
  changed |= dropUnread(op, rewriter);
  return success(changed);
}
