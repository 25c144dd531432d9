//===- Reduce.cpp - A smaller network that shows the same fault -----------===//

#include "compiler/reduce/Reduce.h"

#include "dialects/nn/Constants.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/NnDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;
using namespace dlc;

namespace {

/// What is done to some neighbouring ops, the most effective first.
enum class Edit { End, Argument, Zero, Bypass, Splat };
constexpr Edit edits[] = {Edit::End, Edit::Argument, Edit::Zero, Edit::Bypass,
                          Edit::Splat};

func::FuncOp mainOf(ModuleOp module) {
  return module.lookupSymbol<func::FuncOp>("main");
}

DictionaryAttr named(Builder &builder, const Twine &name) {
  return builder.getDictionaryAttr(
      nn::nameAttr.named(builder.getStringAttr(name)));
}

bool isSplat(arith::ConstantOp constant) {
  auto elements = dyn_cast<ElementsAttr>(constant.getValue());
  std::optional<nn::ConstantData> data;
  if (elements)
    data = nn::readConstant(elements);
  return !data || data->splat || elements.getNumElements() <= 1;
}

/// The ops that an edit is for, in their order.
SmallVector<Operation *> candidates(ModuleOp module, Edit edit) {
  SmallVector<Operation *> ops;
  for (Operation &op : mainOf(module).front()) {
    if (edit != Edit::Splat) {
      if (isa<nn::NnDialect>(op.getDialect()))
        ops.push_back(&op);
    } else if (auto constant = dyn_cast<arith::ConstantOp>(op);
               constant && !isSplat(constant)) {
      ops.push_back(&op);
    }
  }
  return ops;
}

/// Ops and, far behind them, constants that are more than one number.
uint64_t sizeOf(ModuleOp module) {
  return candidates(module, Edit::End).size() * 1000000 +
         candidates(module, Edit::Splat).size();
}

/// The network returns the op's results and nothing else.
void endAt(Operation *op) {
  auto function = op->getParentOfType<func::FuncOp>();
  Operation *terminator = function.front().getTerminator();
  terminator->setOperands(op->getResults());
  Builder builder(op->getContext());
  function.setType(builder.getFunctionType(function.getArgumentTypes(),
                                           op->getResultTypes()));
  SmallVector<Attribute> names;
  for (unsigned i = 0; i < op->getNumResults(); ++i)
    names.push_back(named(builder, "output_" + Twine(i)));
  function.setAllResultAttrs(names);
}

void makeArguments(Operation *op) {
  auto function = op->getParentOfType<func::FuncOp>();
  Builder builder(op->getContext());
  for (OpResult result : op->getResults()) {
    unsigned index = function.getNumArguments();
    (void)function.insertArgument(index, result.getType(),
                                  named(builder, "input_" + Twine(index)),
                                  op->getLoc());
    result.replaceAllUsesWith(function.getArgument(index));
  }
}

void makeZero(Operation *op) {
  OpBuilder builder(op);
  for (OpResult result : op->getResults())
    if (TypedAttr zero = builder.getZeroAttr(result.getType()))
      result.replaceAllUsesWith(
          arith::ConstantOp::create(builder, op->getLoc(), zero));
}

void bypass(Operation *op) {
  for (Value operand : op->getOperands())
    if (op->getNumResults() == 1 &&
        operand.getType() == op->getResult(0).getType())
      return op->getResult(0).replaceAllUsesWith(operand);
}

/// All elements a half: as good as any number that is neither 0 nor 1.
void makeSplat(Operation *op) {
  auto constant = cast<arith::ConstantOp>(op);
  auto type = cast<ShapedType>(constant.getType());
  OpBuilder builder(op);
  Attribute element;
  if (isa<FloatType>(type.getElementType()))
    element = builder.getFloatAttr(type.getElementType(), 0.5);
  else
    element = builder.getIntegerAttr(type.getElementType(), 1);
  constant.setValueAttr(DenseElementsAttr::get(type, element));
}

void apply(Edit edit, Operation *op) {
  switch (edit) {
  case Edit::End:
    return endAt(op);
  case Edit::Argument:
    return makeArguments(op);
  case Edit::Zero:
    return makeZero(op);
  case Edit::Bypass:
    return bypass(op);
  case Edit::Splat:
    return makeSplat(op);
  }
}

/// Drops what nothing uses any more.
void cleanUp(ModuleOp module) {
  func::FuncOp function = mainOf(module);
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(function.front())))
    if (isOpTriviallyDead(&op))
      op.erase();
  llvm::BitVector unused(function.getNumArguments());
  for (BlockArgument argument : function.getArguments())
    if (argument.use_empty())
      unused.set(argument.getArgNumber());
  (void)function.eraseArguments(unused);
}

class Reducer {
public:
  Reducer(ModuleOp network, reduce::IsInteresting isInteresting)
      : module(network.clone()), isInteresting(isInteresting) {}

  OwningOpRef<ModuleOp> run() {
    bool smaller = true;
    while (smaller) {
      smaller = false;
      for (Edit edit : edits)
        smaller |= reduceBy(edit);
    }
    return std::move(module);
  }

private:
  bool reduceBy(Edit edit) {
    bool smaller = false;
    size_t all = candidates(*module, edit).size();
    for (size_t part = edit == Edit::End ? 1 : all; part > 0; part /= 2)
      // What follows a part that is gone is at its place.
      for (size_t first = 0; first < candidates(*module, edit).size();)
        if (attempt(edit, first, part))
          smaller = true;
        else
          first += part;
    return smaller;
  }

  /// Edits `count` ops of a copy, which replaces the network if it is smaller
  /// and still interesting.
  bool attempt(Edit edit, size_t first, size_t count) {
    OwningOpRef<ModuleOp> copy = module->clone();
    SmallVector<Operation *> ops = candidates(*copy, edit);
    for (Operation *op : ArrayRef(ops).drop_front(first).take_front(count))
      apply(edit, op);
    cleanUp(*copy);
    if (sizeOf(*copy) >= sizeOf(*module) || failed(verify(*copy)) ||
        !isInteresting(*copy))
      return false;
    module = std::move(copy);
    return true;
  }

  OwningOpRef<ModuleOp> module;
  reduce::IsInteresting isInteresting;
};

} // namespace

OwningOpRef<ModuleOp> reduce::reduce(ModuleOp network,
                                     IsInteresting isInteresting) {
  // An edit that makes no network is nobody's fault.
  ScopedDiagnosticHandler quiet(network.getContext(),
                                [](Diagnostic &) { return success(); });
  return Reducer(network, isInteresting).run();
}
