//===- Anomaly.cpp - How far an answer is from its features ---------------===//

#include "compiler/prepare/answers/Anomaly.h"
#include "compiler/prepare/ImageBuilder.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::prepare;

FailureOr<unsigned> dlc::prepare::addAnomaly(ModuleOp module,
                                             const Anomaly &anomaly,
                                             Value features,
                                             OutputScales scales) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  FailureOr<unsigned> output = findOutput(
      main, anomaly.output, "what it makes of its features", anomaly.outputLoc);
  if (failed(output))
    return failure();
  OpBuilder b(main.front().getTerminator());
  Compute c(b, stepLocation(anomaly.loc, "anomaly"));
  Value answer = realOutput(c, main, *output, scales);
  auto type = dyn_cast<RankedTensorType>(answer.getType());
  int64_t count = cast<RankedTensorType>(features.getType()).getNumElements();
  if (!type || !type.getElementType().isF32())
    return emitError(anomaly.loc)
           << "the model's output has the type " << answer.getType()
           << ": anomaly reads float32, or integers whose scale the model says";
  if (type.getNumElements() != count)
    return emitError(anomaly.loc)
           << "the model answers " << type.getNumElements() << " numbers to "
           << count
           << " features: anomaly is of a network that answers its "
              "features again";
  Value difference = c.sub(c.asRow(answer), c.asRow(features));
  Value squares = c.sum(c.mul(difference, difference));
  Value mean =
      c.mul(squares, c.scalar(squares, 1.0 / static_cast<double>(count)));
  replaceOutputs(main, *output, {{mean, "anomaly", {}}});
  return *output;
}
