//===- ModelFiles.cpp - From a model and data to a model ------------------===//

#include "compiler/driver/data/ModelFiles.h"

#include "compiler/driver/data/CalibrationData.h"
#include "compiler/driver/run/HostExecutable.h"

#include "llvm/Support/Path.h"

using namespace dlc;
using namespace dlc::driver;

std::optional<ModelData> driver::readModelData(
    const std::string &model, const std::map<std::string, int64_t> &shapes,
    const std::string &dataPath, const std::string &labels, int64_t opset) {
  Compilation compilation(hostOptions(model, shapes));
  if (mlir::failed(compilation.import()))
    return std::nullopt;
  compilation.progress().clear();
  llvm::Expected<calibrate::Data> data =
      readCalibrationData(compilation.network().inputs, dataPath, labels);
  if (!data) {
    reportError(data.takeError());
    return std::nullopt;
  }
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  DiagnosticPrinter printer(context, model);
  mlir::FailureOr<import::Graph> graph =
      import::readGraph(context, model, opset);
  if (mlir::failed(graph))
    return std::nullopt;
  return ModelData{std::move(*graph), std::move(*data)};
}

static bool good(llvm::Error error) {
  if (!error)
    return true;
  reportError(std::move(error));
  return false;
}

std::optional<std::string> driver::bytesOf(llvm::Expected<import::Graph> made) {
  if (made)
    return import::writeGraph(*made);
  std::string message = llvm::toString(made.takeError());
  if (!message.empty())
    reportError(message);
  return std::nullopt;
}

int driver::makeModel(
    const std::string &output, const std::vector<std::string> &reports,
    llvm::function_ref<std::optional<std::string>()> make,
    llvm::function_ref<void(llvm::raw_ostream &, bool)> writeReport) {
  OutputFiles files;
  auto opens = [&](const std::string &path) { return good(files.open(path)); };
  if (!llvm::all_of(reports, opens) || !opens(output))
    return 1;
  std::optional<std::string> model = make();
  if (!model)
    return 1;
  bool written = good(
      files.write(output, [&](llvm::raw_pwrite_stream &os) { os << *model; }));
  for (const std::string &path : reports)
    written =
        written && good(files.write(path, [&](llvm::raw_pwrite_stream &os) {
          writeReport(os, llvm::sys::path::extension(path) == ".json");
        }));
  return written && good(files.commit()) ? 0 : 1;
}
