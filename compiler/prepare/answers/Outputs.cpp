//===- Outputs.cpp - What a network answers becomes something else --------===//

#include "compiler/prepare/answers/Outputs.h"
#include "dialects/nn/Declarations.h"
#include "dialects/nn/NnOps.h"
#include "dialects/nn/loops/Declarations.h"
#include "dialects/nn/state/Declarations.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

FailureOr<unsigned> dlc::prepare::findOutput(func::FuncOp main,
                                             llvm::StringRef wanted,
                                             llvm::StringRef what,
                                             Location loc) {
  // What is left for the next call is no answer, nor is what a run returns.
  unsigned count = main.getNumResults() - nn::countStates(main);
  if (count > 0 && nn::unfinishedAttr.getOfResult(main, count - 1))
    --count;
  SmallVector<std::string> names;
  for (unsigned i = 0; i < count; ++i) {
    auto name = nn::nameAttr.getOfResult(main, i);
    names.push_back(name ? name.str() : "output " + std::to_string(i));
    if (names.back() == wanted)
      return i;
  }
  if (wanted.empty() && count == 1)
    return 0;
  InFlightDiagnostic error = emitError(loc);
  if (wanted.empty())
    error << "the model has " << count << " outputs: say which one has " << what
          << ", 'output: " << (names.empty() ? "" : names.front()) << "'";
  else
    error << "the model has no output '" << wanted << "'; it has "
          << llvm::join(names, ", ");
  return error;
}

Value dlc::prepare::realOutput(Compute c, func::FuncOp main, unsigned output,
                               OutputScales scales) {
  Value value = main.front().getTerminator()->getOperand(output);
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || !type.getElementType().isIntOrIndex() ||
      output >= scales.size() || !scales[output])
    return value;
  return c.dequantize(value, scales[output]->scale, scales[output]->zeroPoint);
}

bool dlc::prepare::isShare(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (isa<nn::SoftmaxOp, nn::SigmoidOp>(op))
      return true;
    if (auto concat = dyn_cast<nn::ConcatOp>(op))
      return llvm::all_of(concat.getInputs(), isShare);
    if (!isa<nn::ReshapeOp, nn::TransposeOp, nn::QuantizeOp, nn::DequantizeOp,
             nn::ClipOp>(op))
      return false;
    value = op->getOperand(0);
  }
  return false;
}

unsigned dlc::prepare::replaceOutputs(func::FuncOp main,
                                      ArrayRef<unsigned> outputs,
                                      ArrayRef<NewOutput> replacements) {
  unsigned output = *llvm::min_element(outputs);
  Builder b(main.getContext());
  Operation *end = main.front().getTerminator();
  SmallVector<DictionaryAttr> attributes;
  main.getAllResultAttrs(attributes);
  attributes.resize(main.getNumResults(), b.getDictionaryAttr({}));
  for (unsigned i = main.getNumResults(); i-- > 0;)
    if (llvm::is_contained(outputs, i)) {
      attributes.erase(attributes.begin() + i);
      end->eraseOperand(i);
    }
  for (auto [i, replacement] : llvm::enumerate(replacements)) {
    NamedAttrList list;
    list.append(nn::nameAttr.named(b.getStringAttr(replacement.name)));
    if (!replacement.labels.empty()) {
      SmallVector<StringRef> labels(replacement.labels.begin(),
                                    replacement.labels.end());
      list.append(nn::labelsAttr.named(b.getStrArrayAttr(labels)));
    }
    attributes.insert(attributes.begin() + output + i,
                      list.getDictionary(b.getContext()));
    end->insertOperands(output + i, replacement.value);
  }
  main.setType(b.getFunctionType(main.getArgumentTypes(),
                                 TypeRange(end->getOperands())));
  main.setAllResultAttrs(attributes);
  return output;
}
