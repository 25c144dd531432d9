//===- NameFloats.cpp - What is left in floats between integers -----------===//

#include "compiler/quantize/Passes.h"
#include "dialects/nn/Constants.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/NnOps.h"
#include "dialects/nn/NodeLocation.h"
#include "dialects/nn/Notes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace dlc::quantize {
#define GEN_PASS_DEF_NAMEFLOATS
#include "compiler/quantize/Passes.h.inc"

namespace {
bool isFloat(Value value) {
  return isa<FloatType>(getElementTypeOrSelf(value.getType()));
}

/// Scales that a network computes when it runs have no integers instead.
template <typename OpT> bool isEdge(OpT op) {
  Value zeroPoint = op.getZeroPoint();
  return nn::constantOf(op.getScale()) &&
         (!zeroPoint || nn::constantOf(zeroPoint));
}

struct NameFloats : impl::NameFloatsBase<NameFloats> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal())
        examine(function.front());
  }

private:
  void examine(Block &block) {
    for (Operation &op : block)
      if (comesFromIntegers(&op))
        fromIntegers.insert(&op);
    for (Operation &op : llvm::reverse(block))
      if (leadsToIntegers(&op))
        toIntegers.insert(&op);
    for (Operation &op : block)
      if (fromIntegers.contains(&op) && toIntegers.contains(&op) &&
          !isa<nn::DequantizeOp>(op) && !isBehindAnother(&op))
        report(&op);
  }

  bool comesFromIntegers(Operation *op) const {
    if (auto edge = dyn_cast<nn::DequantizeOp>(op))
      return isEdge(edge) && !nn::constantOf(edge.getInput());
    return llvm::any_of(op->getOperands(), [&](Value operand) {
      return isFloat(operand) && fromIntegers.contains(operand.getDefiningOp());
    });
  }

  bool leadsToIntegers(Operation *op) const {
    if (auto edge = dyn_cast<nn::QuantizeOp>(op))
      return isEdge(edge);
    return llvm::any_of(op->getResults(), [&](Value result) {
      return isFloat(result) &&
             llvm::any_of(result.getUsers(), [&](Operation *user) {
               return toIntegers.contains(user);
             });
    });
  }

  /// A quantisation is named only if nothing before it is.
  bool isBehindAnother(Operation *op) const {
    return isa<nn::QuantizeOp>(op) &&
           !op->getOperand(0).getDefiningOp<nn::DequantizeOp>();
  }

  void report(Operation *op) {
    std::string node = nn::describeNode(op->getLoc());
    if (node.empty())
      node = op->getName().getStringRef().str();
    if (!named.insert(node).second)
      return;
    ModuleOp module = getOperation();
    if (nn::strictIntegersAttr.isOn(module)) {
      op->emitError("is computed in floats between quantised tensors, which "
                    "--strict-int forbids; quantise it in another way, or "
                    "compile without --strict-int");
      signalPassFailure();
      return;
    }
    emitRemark(op->getLoc()) << "is computed in floats between quantised "
                                "tensors";
    nn::addNote(module, node + " is computed in floats between quantised "
                               "tensors");
  }

  llvm::DenseSet<Operation *> fromIntegers, toIntegers;
  llvm::StringSet<> named;
};
} // namespace
} // namespace dlc::quantize
