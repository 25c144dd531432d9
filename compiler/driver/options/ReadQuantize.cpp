//===- ReadQuantize.cpp - How a network is quantised ----------------------===//

#include "compiler/driver/options/Options.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace dlc;
using namespace dlc::driver;
using namespace dlc::driver::options;
namespace cl = llvm::cl;

static llvm::Error readOutputs(QuantizeCommand &command) {
  llvm::StringRef model(command.model);
  if (command.output.empty())
    return llvm::createStringError("no output: give -o MODEL_int8.onnx");
  if (command.output != "-" && llvm::sys::fs::equivalent(command.output, model))
    return llvm::createStringError("the output '" + command.output +
                                   "' is the model itself");
  for (const std::string &path : command.reports) {
    llvm::StringRef form = llvm::sys::path::extension(path);
    if (path != "-" && form != ".txt" && form != ".json")
      return llvm::createStringError(
          "--report=" + path +
          ": the extension says what to write: .txt or .json");
    if (path == command.output || llvm::sys::fs::equivalent(path, model) ||
        llvm::count(command.reports, path) > 1)
      return llvm::createStringError("--report=" + path +
                                     " would overwrite the model, the output "
                                     "or another report");
  }
  return llvm::Error::success();
}

/// What both ways to quantise share.
static llvm::Error readMethods(QuantizeCommand &command) {
  if (llvm::StringRef(command.model).ends_with(".mlir"))
    return llvm::createStringError("'" + command.model +
                                   "' is no ONNX model, which is what can be "
                                   "quantised");
  if (data.empty())
    return llvm::createStringError(
        "no data: give --data=DIR with samples of the network's inputs");
  if (percentile.getNumOccurrences() &&
      calibration != calibrate::RangeMethod::Percentile)
    return llvm::createStringError(
        "--percentile is for --calibrate=percentile");
  if (!(percentile > 50 && percentile <= 100))
    return llvm::createStringError("--percentile must be above 50, and at "
                                   "most 100");
  if (keep.getNumOccurrences() && !maxDrop.getNumOccurrences())
    return llvm::createStringError("--keep is for --max-drop");
  if (!(maxDrop >= 0 && maxDrop <= 100))
    return llvm::createStringError("--max-drop must be from 0 to 100");
  command.data = data;
  command.labels = labels;
  if (calibration.getNumOccurrences())
    command.options.method = calibration;
  command.options.percent = percentile;
  if (maxDrop.getNumOccurrences())
    command.options.maxDrop = maxDrop;
  command.options.kept = keep;
  command.options.roundByLayers = !nearest;
  return readShapes(command.shapes);
}

llvm::Error options::readQuantizeCommand(QuantizeCommand &command) {
  if (llvm::Error error = refuseOptionsOfOthers(
          quantizeCommand, " is for an object: `dlc quantize` writes a model, "
                           "for all targets"))
    return error;
  if (llvm::Error error = checkGivenOnce(quantizeCommand))
    return error;
  command.model = quantizeModel;
  command.output = output;
  for (llvm::StringRef path : reports)
    command.reports.push_back(path.empty() ? "-" : path.str());
  if (llvm::Error error = readOutputs(command))
    return error;
  command.options.weightBits = static_cast<int>(weightType.getValue());
  return readMethods(command);
}

llvm::Error
options::readQuantizeFirst(std::optional<QuantizeCommand> &command) {
  const std::reference_wrapper<cl::Option> others[] = {
      data, labels, calibration, percentile, nearest, maxDrop, keep};
  if (!quantizeTo.getNumOccurrences()) {
    for (const cl::Option &option : others)
      if (option.getNumOccurrences())
        return llvm::createStringError("--" + option.ArgStr +
                                       " is for a network that is quantised: "
                                       "give --quantize=int8");
    return llvm::Error::success();
  }
  command.emplace();
  command->model = model;
  command->options.weightBits = static_cast<int>(quantizeTo.getValue());
  return readMethods(*command);
}
