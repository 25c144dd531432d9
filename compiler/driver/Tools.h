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

/// A tool did not do what it was run for. Its own words take lines below the
/// message.
class ToolError : public llvm::ErrorInfo<ToolError> {
public:
  static char ID;
  ToolError(std::string what, std::string output)
      : what(std::move(what)), output(std::move(output)) {}

  std::string message() const override { return what; }
  void log(llvm::raw_ostream &os) const override { os << what; }
  std::error_code convertToErrorCode() const override;
  /// Line by line, each fit to be printed.
  void printOutput(llvm::raw_ostream &os) const;

private:
  std::string what, output;
};

/// The command as a user would type it into a shell, on one line and fit to be
/// printed: what is special to a shell is quoted, and what a terminal would not
/// show is written as $'\033' (bash, zsh, POSIX of 2024).
std::string commandLine(llvm::ArrayRef<std::string> command);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_TOOLS_H
