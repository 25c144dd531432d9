//===- Lengths.cpp - One network for all lengths --------------------------===//

#include "compiler/lengths/Lengths.h"
#include "compiler/lengths/Match.h"
#include "compiler/lengths/Rules.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/lengths/Declarations.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;

namespace dlc::lengths {

namespace {
class Merge {
public:
  Merge(const Points &points, ModuleOp module)
      : observed(points), module(module),
        main(module.lookupSymbol<func::FuncOp>("main")) {}

  LogicalResult add(ModuleOp at, size_t point) {
    return match(module, at, point, observed);
  }

  LogicalResult finish() {
    observed.finish();
    if (failed(checkEdges()))
      return failure();
    addLengths();
    RunTime run(observed, main, lengths());
    Rules rules{observed, run, observed.points};
    // Of the network's own ops, not of those that unpack.
    SmallVector<Operation *> ops = Rules::opsOf(main.front());
    unpackInputs(rules);
    if (failed(rules.apply(ops)))
      return failure();
    packOutputs(rules);
    return verify(module);
  }

private:
  const Points &points() const { return observed.points; }
  ValueRange lengths() {
    return main.getArguments().take_back(points().ranges().size());
  }
  ValueRange outputs() { return main.front().getTerminator()->getOperands(); }

  LogicalResult checkEdges() {
    for (unsigned i = 0; i < main.getNumArguments(); ++i)
      if (auto sizes = formulasOf(main.getArgument(i)))
        nn::sizesAttr.setAt(main, i, sizes);
      else if (observed.varies(main.getArgument(i)))
        return noFormula("input", nn::nameAttr.getAt(main, i));
    for (unsigned i = 0; i < main.getNumResults(); ++i)
      if (auto sizes = formulasOf(outputs()[i]))
        nn::sizesAttr.setOfResult(main, i, sizes);
      else if (observed.varies(outputs()[i]))
        return noFormula("output", nn::nameAttr.getOfResult(main, i));
    return success();
  }

  LogicalResult noFormula(StringRef kind, StringAttr name) {
    return main.emitError(kind)
           << " '" << (name ? name.getValue() : "")
           << "' has a size that does not follow from one length alone by a "
              "product, a sum and a quotient, which is what C is told; compile "
              "for one length: "
           << points().fixedText();
  }

  /// Null where nothing varies, or something by no formula.
  DenseI64ArrayAttr formulasOf(Value value) {
    if (!observed.varies(value))
      return nullptr;
    SmallVector<int64_t> numbers;
    for (int64_t axis = 0; axis < rankOf(value); ++axis) {
      if (!observed.varies(value, axis)) {
        numbers.append({-1, 0, 0, 1});
        continue;
      }
      auto formula = points().formulaOf(observed.sizes(value, axis));
      if (!formula)
        return nullptr;
      numbers.append({static_cast<int64_t>(formula->length), formula->a,
                      formula->b, formula->c});
    }
    return Builder(module.getContext()).getDenseI64ArrayAttr(numbers);
  }

  void addLengths() {
    Builder builder(module.getContext());
    auto type = RankedTensorType::get({}, builder.getI32Type());
    for (const LengthRange &range : points().ranges()) {
      unsigned number = main.getNumArguments();
      (void)main.insertArgument(number, type, nullptr, main.getLoc());
      nn::nameAttr.putAt(main, number, range.name);
      nn::lengthAttr.setAt(
          main, number,
          builder.getDenseI64ArrayAttr({range.least, range.most}));
    }
  }

  void unpackInputs(Rules &rules) {
    rules.run.startAt(&main.front().front());
    for (BlockArgument input :
         main.getArguments().drop_back(points().ranges().size())) {
      if (!observed.varies(input) || input.use_empty())
        continue;
      SmallVector<OpOperand *> uses;
      for (OpOperand &use : input.getUses())
        uses.push_back(&use);
      Value whole = rules.unpacked(input, input);
      observed.copy(input, whole);
      for (OpOperand *use : uses)
        use->set(whole);
    }
  }

  void packOutputs(Rules &rules) {
    rules.run.startAtEnd();
    Operation *end = main.front().getTerminator();
    for (OpOperand &output : end->getOpOperands())
      if (observed.varies(output.get()))
        output.set(rules.packed(output.get()));
  }

  Observed observed;
  ModuleOp module;
  func::FuncOp main;
};

/// Adds to what is wrong with a network for which lengths it is.
class NamedLengths {
public:
  NamedLengths(MLIRContext *context, std::string text)
      : text(std::move(text)), handler(context, [this](Diagnostic &diagnostic) {
          // What is worth a warning was one for the bound.
          if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
            return success();
          diagnostic << " (for " << this->text << ")";
          return failure(); // whoever prints others does so
        }) {}

private:
  std::string text;
  ScopedDiagnosticHandler handler;
};
} // namespace

OwningOpRef<ModuleOp> importForLengths(ArrayRef<LengthRange> ranges,
                                       ImportAt importAt) {
  Points points(ranges);
  OwningOpRef<ModuleOp> largest = importAt(points.lengthsAt(points.size() - 1));
  if (!largest)
    return nullptr;
  Merge merge(points, *largest);
  for (size_t point = 0; point + 1 < points.size(); ++point) {
    OwningOpRef<ModuleOp> module;
    {
      NamedLengths named(largest->getContext(), points.text(point));
      module = importAt(points.lengthsAt(point));
    }
    if (!module || failed(merge.add(*module, point)))
      return nullptr;
  }
  if (failed(merge.finish()))
    return nullptr;
  return largest;
}

} // namespace dlc::lengths
