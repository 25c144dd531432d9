//===- CompressCommand.cpp - dlc compress MODEL ---------------------------===//

#include "compiler/driver/Commands.h"
#include "compiler/driver/flash/FlashSearch.h"

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

/// From the model to the object; false after a diagnostic.
static bool makeMeasured(Attempt &attempt) {
  Compilation &compilation = *attempt.compilation;
  bool isMade = false;
  if (mlir::succeeded(compilation.import()) &&
      mlir::succeeded(compilation.lower(pipeline::Level::LlvmMlir)))
    if (auto llvmModule = compilation.translate())
      isMade =
          mlir::succeeded(compilation.writeObject(*llvmModule, attempt.object));
  compilation.progress().clear();
  return isMade;
}

/// What networks take on the command's target, with --flash at the goal.
static compress::Sizes sizesOn(const CompileOptions &plain,
                               std::optional<uint64_t> goal) {
  CompileOptions budgeted = plain;
  budgeted.flashBudget = goal.value_or(0);
  compress::Sizes sizes;
  sizes.target = plain.target.name;
  CompileOptions forPlan = goal ? atHighestPrice(budgeted) : budgeted;
  sizes.planned = [forPlan](const import::Graph &graph) {
    Compilation compilation(withModel(forPlan, graph));
    std::optional<int64_t> bytes;
    if (mlir::succeeded(compilation.import()) &&
        mlir::succeeded(compilation.lower(pipeline::Level::Arena)))
      bytes = compilation.report().weightBytes;
    compilation.progress().clear();
    return bytes;
  };
  sizes.flash = [plain,
                 budgeted](const import::Graph &graph,
                           compress::Price price) -> std::optional<uint64_t> {
    if (price == compress::Price::Any)
      return leastFlash(withModel(budgeted, graph), makeMeasured);
    Attempt attempt(
        withModel(price == compress::Price::None ? plain : budgeted, graph));
    if (!makeMeasured(attempt) || !fitFlash(attempt, makeMeasured))
      return std::nullopt;
    return attempt.compilation->flashBytes();
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
      command.compile ? sizesOn(*command.compile, command.options.goal)
                      : compress::Sizes(),
      report);
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
