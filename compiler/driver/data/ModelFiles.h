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

/// The bytes of a model; nothing after an error, which is said unless it has no
/// text (it has been said then).
std::optional<std::string> bytesOf(llvm::Expected<import::Graph> made);

/// Writes a model that `make` gives and reports on it, all of them or none, and
/// gives the command's exit code. The files are opened before the work: nobody
/// should wait for a model that has nowhere to go. `writeReport` is told
/// whether to write JSON.
int makeModel(
    const std::string &output, const std::vector<std::string> &reports,
    llvm::function_ref<std::optional<std::string>()> make,
    llvm::function_ref<void(llvm::raw_ostream &, bool asJson)> writeReport);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_DATA_MODELFILES_H
