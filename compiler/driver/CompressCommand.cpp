//===- CompressCommand.cpp - dlc compress MODEL ---------------------------===//

#include "compiler/driver/Commands.h"

#include "compiler/driver/data/CalibrationData.h"
#include "compiler/driver/data/ModelFiles.h"
#include "compiler/driver/run/HostExecutable.h"

using namespace dlc;
using namespace dlc::driver;

static CompileOptions withModel(CompileOptions options,
                                const import::Graph &graph) {
  options.bytes = import::writeGraph(graph);
  return options;
}

/// What networks take on the command's target.
static compress::Sizes sizesOn(const CompileOptions &options) {
  compress::Sizes sizes;
  sizes.target = options.target.name;
  sizes.planned = [options](const import::Graph &graph) {
    Compilation compilation(withModel(options, graph));
    std::optional<int64_t> bytes;
    if (mlir::succeeded(compilation.import()) &&
        mlir::succeeded(compilation.lower(pipeline::Level::Arena)))
      bytes = compilation.report().weightBytes;
    compilation.progress().clear();
    return bytes;
  };
  sizes.flash = [options](const import::Graph &graph) {
    Compilation compilation(withModel(options, graph));
    std::optional<uint64_t> bytes;
    if (mlir::failed(compilation.import()) ||
        mlir::failed(compilation.lower(pipeline::Level::LlvmMlir)))
      return bytes;
    auto llvmModule = compilation.translate();
    llvm::SmallVector<char, 0> object;
    if (llvmModule &&
        mlir::succeeded(compilation.writeObject(*llvmModule, object)))
      bytes = compilation.report().flashBytes;
    compilation.progress().clear();
    return bytes;
  };
  return sizes;
}

std::optional<std::string> driver::compressModel(const CompressCommand &command,
                                                 compress::Report &report) {
  // ONNX has scales for each channel from here on.
  constexpr int64_t kOpset = 13;
  std::optional<ModelData> read = readModelData(
      command.model, command.shapes, command.data, command.labels, kOpset);
  if (!read)
    return std::nullopt;
  report.model = command.model;
  std::string ways;
  for (compress::Way way : command.options.ways)
    ways += (ways.empty() ? "" : ",") + compress::nameOf(way).str();
  report.options.emplace_back("tried", ways);
  llvm::Expected<import::Graph> made = compress::compress(
      std::move(read->graph), read->data, command.options,
      compileForHost(command.model, command.shapes),
      command.compile ? sizesOn(*command.compile) : compress::Sizes(), report);
  return bytesOf(std::move(made));
}

int driver::runCompress(const CompressCommand &command) {
  compress::Report report;
  return makeModel(
      command.output, command.reports,
      [&] { return compressModel(command, report); },
      [&](llvm::raw_ostream &os, bool asJson) {
        (asJson ? compress::writeJson : compress::writeText)(report, os);
      });
}
