//===- Match.cpp - The same network at another point ----------------------===//

#include "compiler/lengths/Match.h"
#include "compiler/evaluate/Evaluate.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/NnOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace dlc::lengths {

namespace {
/// Replaces an op on constants by what it computes.
bool fold(Operation &op) {
  if (op.getNumRegions() || op.hasTrait<OpTrait::IsTerminator>())
    return false;
  SmallVector<ElementsAttr> operands, results;
  for (Value operand : op.getOperands()) {
    operands.push_back(nn::constantOf(operand));
    if (!operands.back())
      return false;
  }
  if (failed(evaluate::evaluateOp(&op, operands, results)))
    return false;
  OpBuilder builder(&op);
  for (auto [result, value] : llvm::zip_equal(op.getResults(), results))
    result.replaceAllUsesWith(
        arith::ConstantOp::create(builder, op.getLoc(), value));
  op.erase();
  return true;
}

class Matcher {
public:
  Matcher(size_t point, Observed &observed)
      : point(point), observed(observed) {}

  LogicalResult run(Block &largest, Block &at) {
    for (auto [a, b] :
         llvm::zip_equal(largest.getArguments(), at.getArguments()))
      pair(a, b);
    auto a = largest.begin(), b = at.begin();
    while (true) {
      skipConstants(a, largest);
      skipConstants(b, at);
      if (a == largest.end() || b == at.end())
        break;
      if (corresponds(*a, *b)) {
        if (failed(record(*a++, *b++)))
          return failure();
        continue;
      }
      Operation &mine = *a++;
      // What small constants are computed of is known while importing; for
      // the shortest lengths first.
      if (isLeftOut(mine) || (point == 0 && fold(mine)))
        continue;
      --a;
      Operation &other = *b++;
      if (!fold(other))
        return differs(mine);
    }
    return a == largest.end() && b == at.end()
               ? success()
               : differs(a == largest.end() ? largest.back() : *a);
  }

private:
  static void skipConstants(Block::iterator &it, Block &block) {
    while (it != block.end() && isa<arith::ConstantOp>(*it))
      ++it;
  }

  LogicalResult differs(Operation &op) const {
    return op.emitError() << "it is computed in another way for "
                          << observed.points.text(point) << " than for "
                          << observed.points.largestText()
                          << ", so that no network is for both; compile for "
                             "one length: "
                          << observed.points.fixedText();
  }

  /// Whether all of `b` has room in the shape of `a`.
  static bool fits(Value a, Type b) {
    return llvm::all_of(
        llvm::zip_equal(typeOf(a).getShape(),
                        cast<RankedTensorType>(b).getShape()),
        [](auto sizes) { return std::get<1>(sizes) <= std::get<0>(sizes); });
  }

  void pair(Value a, Value b) {
    counterpart[a] = b;
    if (fits(a, b.getType()))
      observed.addValue(a, typeOf(b));
  }

  bool agree(Value a, Value b) const {
    if (nn::constantOf(a) && nn::constantOf(b))
      return typeOf(a).getElementType() == typeOf(b).getElementType() &&
             rankOf(a) == rankOf(b);
    return counterpart.lookup(a) == b;
  }

  /// Sequences and optional values have been taken apart by now.
  static bool isOnTensors(Operation &op) {
    auto isTensor = [](Type type) { return isa<RankedTensorType>(type); };
    return llvm::all_of(op.getOperandTypes(), isTensor) &&
           llvm::all_of(op.getResultTypes(), isTensor);
  }

  bool corresponds(Operation &a, Operation &b) const {
    if (a.getName() != b.getName() || a.getLoc() != b.getLoc() ||
        !isOnTensors(a) || !isOnTensors(b) ||
        a.getNumOperands() != b.getNumOperands() ||
        a.getNumResults() != b.getNumResults())
      return false;
    for (auto [x, y] : llvm::zip_equal(a.getOperands(), b.getOperands()))
      if (!agree(x, y))
        return false;
    for (auto [x, y] : llvm::zip_equal(a.getResults(), b.getResults()))
      if (typeOf(x).getElementType() != typeOf(y).getElementType() ||
          rankOf(x) != rankOf(y))
        return false;
    return true;
  }

  LogicalResult shrinks(Operation &op) const {
    return op.emitError() << "a tensor of it is larger for "
                          << observed.points.text(point) << " than for "
                          << observed.points.largestText()
                          << ", which memory is planned for; compile for one "
                             "length: "
                          << observed.points.fixedText();
  }

  LogicalResult record(Operation &a, Operation &b) {
    for (auto [x, y] : llvm::zip_equal(a.getOperands(), b.getOperands()))
      if (!fits(x, y.getType()))
        return shrinks(a);
    for (auto [x, y] : llvm::zip_equal(a.getResults(), b.getResults()))
      if (!fits(x, y.getType()))
        return shrinks(a);
    observed.addOp(&a, b.getAttrDictionary());
    for (auto [x, y] : llvm::zip_equal(a.getOperands(), b.getOperands()))
      if (ElementsAttr constant = nn::constantOf(y))
        observed.addConstant(x, constant);
    for (auto [x, y] : llvm::zip_equal(a.getResults(), b.getResults()))
      pair(x, y);
    for (auto [x, y] : llvm::zip_equal(a.getRegions(), b.getRegions()))
      if (failed(run(x.front(), y.front())))
        return failure();
    return success();
  }

  /// Importing leaves out what does nothing to a shape, as it may be for short
  /// lengths alone: the operand is the result there.
  bool isLeftOut(Operation &op) {
    if (!isa<nn::ReshapeOp, nn::BroadcastOp, nn::SliceOp, nn::PadOp,
             nn::ConcatOp>(op))
      return false;
    Value operand = op.getOperand(0), result = op.getResult(0);
    Value same = counterpart.lookup(operand);
    if (!same || rankOf(operand) != rankOf(result) ||
        !fits(result, same.getType()))
      return false;
    observed.addOp(&op, DictionaryAttr());
    pair(result, same);
    return true;
  }

  size_t point;
  Observed &observed;
  /// Never gone through in its order.
  DenseMap<Value, Value> counterpart;
};
} // namespace

LogicalResult match(ModuleOp largest, ModuleOp at, size_t point,
                    Observed &observed) {
  auto mainOf = [](ModuleOp module) {
    return module.lookupSymbol<func::FuncOp>("main");
  };
  observed.beginPoint();
  return Matcher(point, observed)
      .run(mainOf(largest).front(), mainOf(at).front());
}

} // namespace dlc::lengths
