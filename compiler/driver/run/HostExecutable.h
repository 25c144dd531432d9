//===- HostExecutable.h - Networks that calibration runs --------*- C++ -*-===//

#ifndef DLC_COMPILER_DRIVER_RUN_HOSTEXECUTABLE_H
#define DLC_COMPILER_DRIVER_RUN_HOSTEXECUTABLE_H

#include "compiler/calibrate/Executable.h"
#include "compiler/driver/Compilation.h"

namespace dlc::driver {

/// Compiles graphs for this machine, quickly and without remarks: those of the
/// network that is written come when it is compiled. `shapes` as --shape.
calibrate::Compile compileForHost(std::string model,
                                  std::map<std::string, int64_t> shapes);

/// Options for that, for a model that is not in memory yet.
CompileOptions hostOptions(std::string model,
                           std::map<std::string, int64_t> shapes);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_RUN_HOSTEXECUTABLE_H
