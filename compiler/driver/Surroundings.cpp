//===- Surroundings.cpp - What --pipeline says becomes the network's ------===//

#include "compiler/driver/Surroundings.h"
#include "compiler/driver/Compilation.h"

#include "codegen/pixels/CompilePipeline.h"
#include "compiler/prepare/ImageHead.h"
#include "compiler/prepare/Prepare.h"
#include "compiler/prepare/WritePostprocess.h"
#include "compiler/prepare/answers/Anomaly.h"
#include "compiler/prepare/answers/Classification.h"
#include "compiler/prepare/answers/Detection.h"
#include "compiler/prepare/sound/PrepareSound.h"
#include "dialects/nn/Declarations.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace dlc;
using namespace dlc::driver;

static header::Frame describe(const prepare::Frame &frame) {
  return {nn::stringifyPixelFormat(frame.format).str(), frame.height,
          frame.width, frame.stride};
}

/// As the steps take it.
static std::optional<prepare::InputScale>
scaleOf(const std::optional<header::Quantisation> &quantisation) {
  if (!quantisation)
    return std::nullopt;
  return prepare::InputScale{quantisation->scale, quantisation->zeroPoint};
}

/// In place of what the network computes, its inputs.
static void answerInputs(ModuleOp module) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  Builder b(module.getContext());
  Block &body = main.front();
  Operation *end = body.getTerminator();
  end->setOperands(body.getArguments());
  SmallVector<Operation *> unread;
  for (Operation &op : body.without_terminator())
    unread.push_back(&op);
  for (Operation *op : llvm::reverse(unread))
    op->erase();
  SmallVector<DictionaryAttr> names;
  for (unsigned i = 0; i < main.getNumArguments(); ++i) {
    NamedAttrList name;
    if (auto text = nn::nameAttr.getAt(main, i))
      name.append(nn::nameAttr.named(text));
    names.push_back(name.getDictionary(b.getContext()));
  }
  main.setType(
      b.getFunctionType(main.getArgumentTypes(), main.getArgumentTypes()));
  main.setAllResultAttrs(names);
}

LogicalResult driver::takeImageHeads(ModuleOp module,
                                     const targets::TargetInfo &target) {
  if (target.hasGpu())
    return success();
  std::vector<prepare::ImageHead> heads =
      prepare::findImageHeads(module, /*floats=*/target.indexBits == 32);
  if (heads.empty())
    return success();
  // Without Halide they stay what they are.
  if (llvm::Error error = pixels::findHalide()) {
    llvm::consumeError(std::move(error));
    return success();
  }
  return success(llvm::all_of(heads, [](const prepare::ImageHead &head) {
    return succeeded(prepare::takeImageHead(head));
  }));
}

/// Inputs of the model become a camera's frames, or sound.
LogicalResult Compilation::prepare() {
  auto buffer = llvm::MemoryBuffer::getFile(options.pipeline, /*IsText=*/true);
  if (!buffer) {
    progressLine.clear();
    reportError("cannot read the pipeline '" + options.pipeline +
                "': " + buffer.getError().message());
    return failure();
  }
  auto descriptions = prepare::readDescriptions(
      *context, (*buffer)->getBuffer(), options.pipeline);
  // What the inputs' integers stand for is known before they are something
  // else.
  header::Network before;
  if (failed(descriptions) ||
      failed(header::describeInterface(*moduleOp, before)))
    return failure();
  if (options.inputsOnly)
    answerInputs(*moduleOp);
  std::vector<std::optional<prepare::InputScale>> scales;
  auto main = moduleOp->lookupSymbol<func::FuncOp>("main");
  for (Value output : main.front().getTerminator()->getOperands())
    scales.push_back(scaleOf(header::quantisationOfOutput(output)));
  for (prepare::Description &description : *descriptions) {
    if (failed(checkDelivery(description)))
      return failure();
    FailureOr<unsigned> input = prepare::findInput(*moduleOp, description);
    if (failed(input))
      return failure();
    if (failed(describeSource(description, *input)))
      return failure();
    std::optional<prepare::InputScale> scale =
        scaleOf(before.inputs[*input].quantisation);
    Value features;
    FailureOr<prepare::Chain> chain =
        description.sound
            ? prepare::prepareSound(*moduleOp, description, *input, scale,
                                    description.anomaly ? &features : nullptr)
            : prepare::prepareInput(*moduleOp, description, *input, scale);
    if (failed(chain))
      return failure();
    chain->input = before.inputs[*input].name;
    if (!options.inputsOnly &&
        failed(postprocess(description, *chain, features, scales)))
      return failure();
    if (options.printPipeline) {
      progressLine.clear();
      prepare::writeChain(*chain, llvm::outs());
      prepare::writePostprocess(description, llvm::outs());
    }
    chains.push_back(std::move(*chain));
  }
  if (frames.empty())
    return success();
  if (llvm::Error error = pixels::findHalide()) {
    progressLine.clear();
    reportError(std::move(error));
    return failure();
  }
  return success();
}

/// Lines are of one frame, and not of one that is given as a whole.
LogicalResult Compilation::checkDelivery(prepare::Description &description) {
  if (!description.frame.lines)
    return success();
  Location loc = description.frame.deliveryLoc.value_or(description.loc);
  if (options.wholeFrames) {
    emitRemark(loc)
        << "'dlc run' gives the network a frame at once: the answer "
           "is that of its lines, the arena is not";
    description.frame.lines = false;
    return success();
  }
  if (pushed)
    return emitError(loc) << "a second frame that comes in lines: "
                          << options.name << "_line takes those of one; write "
                          << "'delivery: frame' for the other";
  if (options.hop)
    return emitError(loc) << "a frame that comes in lines is one call's, and "
                             "--stream gives a part of an input a call: leave "
                             "one of the two out";
  return success();
}

/// What the header says of an input that becomes a frame or sound.
LogicalResult
Compilation::describeSource(const prepare::Description &description,
                            unsigned input) {
  if (frames.count(input) || sampleRates.count(input))
    return emitError(description.inputLoc)
           << "a second description of one input";
  if (description.sound)
    sampleRates[input] = description.sound->rate;
  else
    frames[input] = describe(description.frame);
  if (!description.sound && description.frame.lines)
    pushed = input;
  return success();
}

/// An output of the model becomes boxes, classes or an anomaly score.
LogicalResult Compilation::postprocess(const prepare::Description &description,
                                       const prepare::Chain &chain,
                                       Value features,
                                       prepare::OutputScales scales) {
  const std::optional<prepare::Detect> &detect = description.detect;
  const std::optional<prepare::Classify> &classify = description.classify;
  const std::optional<prepare::Anomaly> &wanted = description.anomaly;
  if ((detect || classify || wanted) && (boxes || classes || anomaly))
    return emitError(detect     ? detect->loc
                     : classify ? classify->loc
                                : wanted->loc)
           << "a second postprocess: a network answers one set of boxes or "
              "classes";
  if (wanted) {
    FailureOr<unsigned> added =
        prepare::addAnomaly(*moduleOp, *wanted, features, scales);
    if (failed(added))
      return failure();
    anomaly = added;
  }
  if (classify) {
    FailureOr<prepare::Classification> added =
        prepare::addClassification(*moduleOp, *classify, scales);
    if (failed(added))
      return failure();
    classes = header::Classes{added->output, added->count};
  }
  if (!detect)
    return success();
  FailureOr<prepare::Detection> added =
      prepare::addDetection(*moduleOp, *detect, chain, scales);
  if (failed(added))
    return failure();
  boxes = header::Boxes{added->output, added->most, added->fractionBits,
                        added->points.count, added->points.scored};
  if (const std::optional<prepare::Drawing> &draw = description.draw) {
    prepare::Frame picture{
        draw->format, draw->size.height, draw->size.width, draw->stride, {}};
    boxes->drawing = header::Drawing{describe(picture), draw->labels,
                                     chain.frame.height, chain.frame.width};
  }
  return success();
}
