//===- ReadQuantize.cpp - How a network is quantised ----------------------===//

#include "compiler/driver/options/Options.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace dlc;
using namespace dlc::driver;
using namespace dlc::driver::options;
namespace cl = llvm::cl;

llvm::Error options::readModelOutputs(const std::string &modelPath,
                                      llvm::StringRef example, std::string &to,
                                      std::vector<std::string> &paths) {
  llvm::StringRef from(modelPath);
  to = output;
  for (llvm::StringRef path : reports)
    paths.push_back(path.empty() ? "-" : path.str());
  if (to.empty())
    return llvm::createStringError("no output: give -o " + example);
  if (to != "-" && llvm::sys::fs::equivalent(to, from))
    return llvm::createStringError("the output '" + to +
                                   "' is the model itself");
  for (const std::string &path : paths) {
    llvm::StringRef form = llvm::sys::path::extension(path);
    if (path != "-" && form != ".txt" && form != ".json")
      return llvm::createStringError(
          "--report=" + path +
          ": the extension says what to write: .txt or .json");
    if (path == to || llvm::sys::fs::equivalent(path, from) ||
        llvm::count(paths, path) > 1)
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
  if (keep == calibrate::Kept::Int16 && command.options.activationBits == 16)
    return llvm::createStringError("--keep=int16 keeps layers in what all have "
                                   "with activations of 16 bits: give "
                                   "--keep=float");
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
  if (llvm::Error error = readModelOutputs(command.model, "MODEL_int8.onnx",
                                           command.output, command.reports))
    return error;
  command.options.weightBits = static_cast<int>(weightType.getValue());
  command.options.activationBits = static_cast<int>(activationType.getValue());
  return readMethods(command);
}

llvm::Error
options::readQuantizeFirst(std::optional<QuantizeCommand> &command) {
  const std::reference_wrapper<cl::Option> own[] = {calibration, percentile,
                                                    nearest, keep},
                                           shared[] = {data, labels, maxDrop};
  if (!quantizeTo.getNumOccurrences()) {
    std::vector<std::reference_wrapper<cl::Option>> others(std::begin(own),
                                                           std::end(own));
    if (!compressBy.getNumOccurrences())
      others.insert(others.begin(), std::begin(shared), std::end(shared));
    for (const cl::Option &option : others)
      if (option.getNumOccurrences())
        return llvm::createStringError("--" + option.ArgStr +
                                       " is for a network that is quantised: "
                                       "give --quantize=int8");
    return llvm::Error::success();
  }
  command.emplace();
  command->model = model;
  if (quantizeTo == QuantizedType::Int4)
    command->options.weightBits = 4;
  if (quantizeTo == QuantizedType::Int16x8)
    command->options.activationBits = 16;
  return readMethods(*command);
}
