//===- Classification.cpp - A network's output as its best classes --------===//

#include "compiler/prepare/answers/Classification.h"
#include "compiler/prepare/ImageBuilder.h"
#include "compiler/prepare/answers/Compute.h"
#include "compiler/prepare/answers/Outputs.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

static LogicalResult check(Value output, const Classify &classify) {
  auto type = dyn_cast<RankedTensorType>(output.getType());
  if (!type || !type.getElementType().isF32())
    return emitError(classify.loc)
           << "the model's output has the type " << output.getType()
           << ": classify reads float32, or integers whose scale the model "
              "says";
  int64_t classes = type.getNumElements();
  if (classes < 2 || !llvm::is_contained(type.getShape(), classes)) {
    InFlightDiagnostic error = emitError(classify.loc);
    error << "classify reads one number for each class, [1, classes], and the "
             "model's output is [";
    llvm::interleaveComma(type.getShape(), error);
    return error << "]";
  }
  if (classes > INT16_MAX)
    return emitError(classify.loc)
           << "the model has " << classes << " classes; at most " << INT16_MAX
           << " can be told";
  if (classify.top > classes)
    return emitError(classify.loc)
           << "the best " << classify.top << " of " << classes
           << " classes: write top: " << classes << " at most";
  if (!classify.labels.empty() &&
      static_cast<int64_t>(classify.labels.size()) != classes)
    return emitError(classify.loc)
           << classify.labels.size() << " labels for " << classes << " classes";
  bool share = isShare(output);
  if (!classify.softmax && !share)
    return emitError(classify.loc)
           << "the model's output is made by no softmax: write softmax: true, "
              "or false where its numbers are from 0 to 1 all the same";
  if (classify.softmax.value_or(false) && share)
    return emitError(classify.loc) << "the model's output is made by a softmax "
                                      "(or sigmoid) already: leave softmax out";
  return success();
}

FailureOr<Classification>
dlc::prepare::addClassification(ModuleOp module, const Classify &classify,
                                OutputScales scales) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  FailureOr<unsigned> output =
      findOutput(main, classify.output, "the classes", classify.outputLoc);
  if (failed(output))
    return failure();
  OpBuilder b(main.front().getTerminator());
  Compute c(b, stepLocation(classify.loc, "classify"));
  Value scores = realOutput(c, main, *output, scales);
  if (failed(check(scores, classify)))
    return failure();
  Value row = c.asRow(scores);
  if (classify.softmax.value_or(false))
    row = c.softmax(row);
  auto [values, places] = c.best(row, classify.top);
  Value shares = c.smaller(c.clipBelow(values, 0), c.scalar(values, 1));
  Type word = b.getIntegerType(16);
  Value score =
      c.cast(c.round(c.mul(shares, c.scalar(shares, INT16_MAX))), word);
  Value rows = c.joined({c.cast(c.asRow(places), word), score}, 0);
  replaceOutputs(main, *output,
                 {{c.transposed(rows), "classes", classify.labels}});
  return Classification{*output, classify.top};
}
