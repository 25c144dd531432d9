//===- QuantizeCommand.cpp - dlc quantize MODEL ---------------------------===//

#include "compiler/driver/Commands.h"

#include "compiler/driver/data/ModelFiles.h"
#include "compiler/driver/run/HostExecutable.h"

using namespace dlc;
using namespace dlc::driver;

/// What ONNX has integers of 4 and 16 bits from, and scales for each channel.
static int64_t neededOpset(const calibrate::Options &options) {
  bool isWide = options.maxDrop && options.kept == calibrate::Kept::Int16;
  isWide |= options.activationBits == 16;
  return options.weightBits == 4 || isWide ? 21 : 13;
}

std::optional<std::string> driver::quantiseModel(const QuantizeCommand &command,
                                                 calibrate::Report &report) {
  std::optional<ModelData> read =
      readModelData(command.model, command.shapes, command.data, command.labels,
                    neededOpset(command.options));
  if (!read)
    return std::nullopt;
  report.model = command.model;
  report.options = {
      {"weights", command.options.weightBits == 4 ? "int4" : "int8"},
      {"activations", command.options.activationBits == 16 ? "int16" : "int8"},
      {"rounding", command.options.roundByLayers ? "by layers" : "nearest"}};
  llvm::Expected<import::Graph> made = calibrate::quantise(
      std::move(read->graph), read->data, command.options,
      compileForHost(command.model, command.shapes), report);
  return bytesOf(std::move(made));
}

int driver::runQuantize(const QuantizeCommand &command) {
  calibrate::Report report;
  return makeModel(
      command.output, command.reports,
      [&] { return quantiseModel(command, report); },
      [&](llvm::raw_ostream &os, bool asJson) {
        (asJson ? calibrate::writeJson : calibrate::writeText)(report, os);
      });
}
