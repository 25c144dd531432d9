//===- ReadQuantize.cpp - How a network is quantised ----------------------===//

#include "compiler/driver/options/Options.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace dlc;
using namespace dlc::driver;
using namespace dlc::driver::options;

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

llvm::Error options::readQuantisation(QuantizeCommand &command) {
  if (llvm::StringRef(command.model).ends_with(".mlir"))
    return llvm::createStringError("'" + command.model +
                                   "' is no ONNX model, which is what can be "
                                   "quantised");
  if (llvm::Error error = readOutputs(command))
    return error;
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
  command.data = data;
  command.labels = labels;
  command.options.method = calibration;
  command.options.percent = percentile;
  command.options.weightBits = static_cast<int>(weightType.getValue());
  return readShapes(command.shapes);
}
