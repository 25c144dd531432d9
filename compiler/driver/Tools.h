//===- Tools.h - Programs of other people ---------------------------------===//

#ifndef DLC_COMPILER_DRIVER_TOOLS_H
#define DLC_COMPILER_DRIVER_TOOLS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace dlc::driver {

/// The path of a program, or an error that names the package that has it.
llvm::Expected<std::string> findTool(llvm::StringRef program);

struct ToolRun {
  int status = 0;     ///< exit status; negative: not started, or killed
  std::string output; ///< standard output and error
};

/// Runs a program without a shell and waits for it. `log` is the file that
/// catches its output.
llvm::Expected<ToolRun> runTool(llvm::ArrayRef<std::string> command,
                                llvm::StringRef log);

/// The command as a user would type it.
std::string commandLine(llvm::ArrayRef<std::string> command);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_TOOLS_H
