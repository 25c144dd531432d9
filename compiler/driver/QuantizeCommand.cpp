//===- QuantizeCommand.cpp - dlc quantize MODEL ---------------------------===//

#include "compiler/driver/Commands.h"

#include "compiler/driver/OutputFiles.h"
#include "compiler/driver/data/CalibrationData.h"
#include "compiler/driver/run/HostExecutable.h"

#include "llvm/Support/Path.h"

using namespace dlc;
using namespace dlc::driver;

/// What ONNX has integers of 4 and 16 bits from, and scales for each channel.
static int64_t neededOpset(const calibrate::Options &options) {
  bool isWide = options.maxDrop && options.kept == calibrate::Kept::Int16;
  return options.weightBits == 4 || isWide ? 21 : 13;
}

std::optional<std::string> driver::quantiseModel(const QuantizeCommand &command,
                                                 calibrate::Report &report) {
  // As for a compilation: what is wrong with a model is said in one way.
  Compilation compilation(hostOptions(command.model, command.shapes));
  if (mlir::failed(compilation.import()))
    return std::nullopt;
  compilation.progress().clear();
  llvm::Expected<calibrate::Data> data = readCalibrationData(
      compilation.network().inputs, command.data, command.labels);
  if (!data) {
    reportError(data.takeError());
    return std::nullopt;
  }
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  DiagnosticPrinter printer(context, command.model);
  mlir::FailureOr<import::Graph> graph =
      import::readGraph(context, command.model, neededOpset(command.options));
  if (mlir::failed(graph))
    return std::nullopt;
  report.model = command.model;
  report.options = {
      {"weights", command.options.weightBits == 4 ? "int4" : "int8"},
      {"rounding", command.options.roundByLayers ? "by layers" : "nearest"}};
  llvm::Expected<import::Graph> made = calibrate::quantise(
      std::move(*graph), *data, command.options,
      compileForHost(command.model, command.shapes), report);
  if (made)
    return import::writeGraph(*made);
  std::string message = llvm::toString(made.takeError());
  if (!message.empty())
    reportError(message);
  return std::nullopt;
}

int driver::runQuantize(const QuantizeCommand &command) {
  OutputFiles files;
  auto good = [](llvm::Error error) {
    if (!error)
      return true;
    reportError(std::move(error));
    return false;
  };
  std::vector<std::string> paths = command.reports;
  paths.push_back(command.output);
  for (const std::string &path : paths)
    if (!good(files.open(path)))
      return 1;
  calibrate::Report report;
  std::optional<std::string> model = quantiseModel(command, report);
  if (!model)
    return 1;
  bool written = good(files.write(
      command.output, [&](llvm::raw_pwrite_stream &os) { os << *model; }));
  for (const std::string &path : command.reports)
    written =
        written && good(files.write(path, [&](llvm::raw_pwrite_stream &os) {
          (llvm::sys::path::extension(path) == ".json"
               ? calibrate::writeJson
               : calibrate::writeText)(report, os);
        }));
  return written && good(files.commit()) ? 0 : 1;
}
