//===- OutputFiles.h - All outputs, or none -------------------------------===//
//
// Every output is written beside its place and renamed when all of them are
// complete: a failed run leaves what was there before.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_DRIVER_OUTPUTFILES_H
#define DLC_COMPILER_DRIVER_OUTPUTFILES_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <string>
#include <vector>

namespace dlc::driver {

class OutputFiles {
public:
  ~OutputFiles();

  /// Opens an output; "-" is standard output. What is not a regular file (a
  /// pipe, /dev/null) is written in place.
  llvm::Error open(llvm::StringRef path);

  /// Writes the content of an output that is open.
  llvm::Error write(llvm::StringRef path,
                    llvm::function_ref<void(llvm::raw_pwrite_stream &)> writer);

  /// Gives up all outputs but these.
  void keepOnly(llvm::ArrayRef<std::string> paths);

  /// Puts every output in its place.
  llvm::Error commit();

private:
  struct Output {
    std::string path;
    std::optional<llvm::sys::fs::TempFile> temporary;
  };
  std::vector<Output> outputs;
};

/// Writes one file in the same way.
llvm::Error
writeFile(llvm::StringRef path,
          llvm::function_ref<void(llvm::raw_pwrite_stream &)> writer);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_OUTPUTFILES_H
