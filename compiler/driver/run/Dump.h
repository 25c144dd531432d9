//===- Dump.h - What layers have computed, as files of numpy ----*- C++ -*-===//

#ifndef DLC_COMPILER_DRIVER_RUN_DUMP_H
#define DLC_COMPILER_DRIVER_RUN_DUMP_H

#include "codegen/header/Network.h"
#include "compiler/driver/run/TestData.h"

namespace dlc::driver {

/// A name as that of a file: letters, digits, '.', '_' and '-' stay.
std::string fileNameOf(llvm::StringRef name);

/// Writes the outputs of these names into a folder, which is made: each as
/// NAME.npy, with ONNX's type and shape. Says on `os` what it has written.
llvm::Error dumpTensors(const header::Network &network, const DataSet &data,
                        llvm::ArrayRef<std::string> names,
                        llvm::StringRef folder, llvm::raw_ostream &os);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_RUN_DUMP_H
