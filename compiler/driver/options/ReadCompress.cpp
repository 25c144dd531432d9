//===- ReadCompress.cpp - How a network is compressed ---------------------===//

#include "compiler/driver/options/Options.h"

using namespace dlc;
using namespace dlc::driver;
using namespace dlc::driver::options;
namespace cl = llvm::cl;

static llvm::Error readWays(const cl::opt<std::string> &option,
                            std::vector<compress::Way> &result) {
  std::string all = "round,cluster,code,prune,factorise,shrink";
  llvm::SmallVector<llvm::StringRef> words;
  llvm::StringRef text = option.empty() ? all : option.getValue();
  text.split(words, ',');
  for (llvm::StringRef word : words) {
    std::optional<compress::Way> way = compress::wayCalled(word);
    if (!way)
      return llvm::createStringError(
          "--" + option.ArgStr + "=" + option + ": '" + word +
          "' is no way to compress; there are " + all);
    if (!llvm::is_contained(result, *way))
      result.push_back(*way);
  }
  return llvm::Error::success();
}

static llvm::Error
readLayers(std::vector<std::pair<std::string, compress::Form>> &result) {
  for (llvm::StringRef text : layers) {
    auto [pattern, what] = text.rsplit('=');
    if (pattern.empty() || what.empty())
      return llvm::createStringError(
          "--layers=" + text +
          " does not say what layers become; write --layers='conv*=round:4'");
    llvm::Expected<compress::Form> form = compress::parseForm(what);
    if (!form)
      return llvm::createStringError("--layers=" + text + ": " +
                                     llvm::toString(form.takeError()));
    result.emplace_back(pattern.str(), *form);
  }
  return llvm::Error::success();
}

static llvm::Error readGoal(std::optional<uint64_t> &bytes) {
  if (!goal.getNumOccurrences())
    return llvm::Error::success();
  llvm::StringRef text = goal;
  bool isFlash = text.consume_front("flash:");
  bytes = targets::parseByteSize(text);
  if (!isFlash || !bytes || *bytes == 0)
    return llvm::createStringError("--goal=" + goal +
                                   " is no goal; write --goal=flash:16K");
  return llvm::Error::success();
}

/// What both ways to compress share.
static llvm::Error readMethods(CompressCommand &command,
                               const cl::opt<std::string> &wayOption) {
  if (llvm::StringRef(command.model).ends_with(".mlir"))
    return llvm::createStringError("'" + command.model +
                                   "' is no ONNX model, which is what can be "
                                   "compressed");
  if (data.empty())
    return llvm::createStringError(
        "no data: give --data=DIR with samples of the network's inputs");
  if (!(maxDrop >= 0 && maxDrop <= 100))
    return llvm::createStringError("--max-drop must be from 0 to 100");
  command.data = data;
  command.labels = labels;
  if (maxDrop.getNumOccurrences())
    command.options.maxDrop = maxDrop;
  if (llvm::Error error = readWays(wayOption, command.options.ways))
    return error;
  if (llvm::Error error = readLayers(command.options.layers))
    return error;
  return readGoal(command.options.goal);
}

/// As the network is compiled to be looked at.
static CompileOptions forSizes(CompileOptions compile) {
  compile.name = "net";
  compile.ramBudget = compile.flashBudget = 0;
  compile.arenaBanks.clear();
  compile.errorsOnly = true;
  compile.notes.clear();
  return compile;
}

llvm::Error options::readCompressCommand(CompressCommand &command) {
  if (llvm::Error error = refuseOptionsOfOthers(
          compressCommand, " is for an object: `dlc compress` writes a model"))
    return error;
  if (llvm::Error error = checkGivenOnce(compressCommand))
    return error;
  command.model = modelToCompress;
  if (llvm::Error error = readModelOutputs(command.model, "MODEL_small.onnx",
                                           command.output, command.reports))
    return error;
  if (llvm::Error error = readMethods(command, ways))
    return error;
  if (targetName.empty()) {
    if (command.options.goal)
      return llvm::createStringError(
          "--goal=" + goal +
          " is of a target: give --target=T (`dlc targets` "
          "lists them)");
    if (optLevel.getNumOccurrences())
      return llvm::createStringError(
          "-O1, -O2 and -Os say how the network is compiled for a target: give "
          "--target=T");
    return readShapes(command.shapes);
  }
  llvm::Expected<targets::TargetDescription> target = readTarget();
  if (!target)
    return target.takeError();
  CompileOptions compile;
  compile.model = command.model;
  if (llvm::Error error = readShared(std::move(*target), compile))
    return error;
  if (llvm::Error error = checkOneSize(compile, "dlc compress"))
    return error;
  command.shapes = compile.shapes;
  command.compile = forSizes(std::move(compile));
  return llvm::Error::success();
}

llvm::Error
options::readCompressFirst(const CompileOptions &compile,
                           std::optional<CompressCommand> &command) {
  const std::reference_wrapper<cl::Option> others[] = {layers, goal};
  if (!compressBy.getNumOccurrences()) {
    for (const cl::Option &option : others)
      if (option.getNumOccurrences())
        return llvm::createStringError("--" + option.ArgStr +
                                       " is for a network that is compressed: "
                                       "give --compress");
    return llvm::Error::success();
  }
  if (quantizeTo.getNumOccurrences())
    return llvm::createStringError(
        "--quantize and --compress are two steps: write the quantised model "
        "by `dlc quantize`, and give that with --compress");
  if (!compile.fixed.empty() || !compile.pipeline.empty())
    return llvm::createStringError(
        "--compress is for the network alone, without --fix and --pipeline: "
        "write the compressed model by `dlc compress`, and compile that");
  if (llvm::Error error = checkOneSize(compile, "--compress"))
    return error;
  command.emplace();
  command->model = compile.model;
  command->shapes = compile.shapes;
  command->compile = forSizes(compile);
  return readMethods(*command, compressBy);
}
