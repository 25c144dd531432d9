//===- ModelFiles.h - From a model and data to a model ----------*- C++ -*-===//

#ifndef DLC_COMPILER_DRIVER_DATA_MODELFILES_H
#define DLC_COMPILER_DRIVER_DATA_MODELFILES_H

#include "compiler/calibrate/Quantise.h"
#include "compiler/driver/OutputFiles.h"
#include "compiler/import/edit/Graph.h"

namespace dlc::driver {

struct ModelData {
  import::Graph graph;
  calibrate::Data data;
};

/// Reads a model, lifted to an operator set, and samples of its inputs; nothing
/// after an error. What is wrong with a model is said as a compilation does.
std::optional<ModelData> readModelData(
    const std::string &model, const std::map<std::string, int64_t> &shapes,
    const std::string &data, const std::string &labels, int64_t opset);

/// A model that is written, and reports on it.
class ModelFiles {
public:
  ModelFiles(std::string output, std::vector<std::string> reports)
      : output(std::move(output)), reports(std::move(reports)) {}

  /// Before the work: nobody should wait for a model that has nowhere to go.
  /// False after an error.
  bool open();
  /// All of them or none. `writeReport` is told whether to write JSON.
  bool
  write(llvm::StringRef model,
        llvm::function_ref<void(llvm::raw_ostream &, bool asJson)> writeReport);

private:
  std::string output;
  std::vector<std::string> reports;
  OutputFiles files;
};

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_DATA_MODELFILES_H
