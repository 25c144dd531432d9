//===- MachineCode.cpp - PTX to machine code, by CUDA's assembler ---------===//

#include "compiler/driver/MachineCode.h"

#include "compiler/driver/Tools.h"

#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace dlc;
using namespace dlc::driver;

namespace {
/// A folder for files of a tool, gone with this.
class TemporaryFolder {
public:
  ~TemporaryFolder() {
    // What is left behind is no reason to fail.
    if (!path.empty())
      (void)llvm::sys::fs::remove_directories(path);
  }
  std::error_code create() {
    return llvm::sys::fs::createUniqueDirectory("dlc-ptxas", path);
  }
  std::string file(llvm::StringRef name) const {
    llvm::SmallString<128> result(path);
    llvm::sys::path::append(result, name);
    return result.str().str();
  }

private:
  llvm::SmallString<128> path;
};
} // namespace

static llvm::Error write(const std::string &path, llvm::StringRef text) {
  std::error_code error;
  llvm::raw_fd_ostream os(path, error);
  if (!error) {
    os << text;
    os.close();
    error = os.error();
    os.clear_error();
  }
  return error ? llvm::createStringError(error, "cannot write '" + path +
                                                    "': " + error.message())
               : llvm::Error::success();
}

/// A path, not a name to be looked for: another version may come first in
/// PATH.
static llvm::Error check(const std::string &ptxas) {
  if (!llvm::sys::fs::exists(ptxas))
    return llvm::createStringError("--ptxas=" + ptxas +
                                   ": there is no such file; give the path of "
                                   "the ptxas of a CUDA toolkit from 9 to 12");
  if (llvm::sys::fs::is_directory(ptxas) || !llvm::sys::fs::can_execute(ptxas))
    return llvm::createStringError("--ptxas=" + ptxas +
                                   " is not a program that can be run");
  return llvm::Error::success();
}

static bool isMachineCode(llvm::StringRef file) {
  constexpr size_t machine = 18; // e_machine, of a little-endian header
  return file.size() >= sizeof(llvm::ELF::Elf64_Ehdr) &&
         file.starts_with(llvm::ELF::ElfMagic) &&
         llvm::support::endian::read16le(file.data() + machine) ==
             llvm::ELF::EM_CUDA;
}

llvm::Expected<std::string> driver::assemblePtx(const std::string &ptxas,
                                                llvm::StringRef ptx,
                                                unsigned capability) {
  if (llvm::Error error = check(ptxas))
    return error;
  TemporaryFolder folder;
  if (std::error_code error = folder.create())
    return llvm::createStringError(error, "cannot make a temporary folder: " +
                                              error.message());
  std::string source = folder.file("kernels.ptx"),
              code = folder.file("kernels.cubin");
  if (llvm::Error error = write(source, ptx))
    return error;
  std::string arch = "sm_" + std::to_string(capability);
  llvm::SmallString<128> absolute(ptxas);
  if (std::error_code error = llvm::sys::fs::make_absolute(absolute))
    return llvm::createStringError(error, error.message());
  llvm::Expected<ToolRun> run =
      runTool({absolute.str().str(), "-arch=" + arch, source, "-o", code},
              folder.file("log"));
  if (!run)
    return run.takeError();
  if (run->status != 0)
    return llvm::make_error<ToolError>(
        "--ptxas=" + ptxas + " made no machine code for " + arch +
            (run->status > 0
                 ? ": it ended with status " + std::to_string(run->status)
                 : std::string(": it could not be run, or was killed")),
        run->output);
  auto made = llvm::MemoryBuffer::getFile(code, /*IsText=*/false,
                                          /*RequiresNullTerminator=*/false);
  if (!made || !isMachineCode((*made)->getBuffer()))
    return llvm::make_error<ToolError>(
        "--ptxas=" + ptxas +
            " wrote no machine code, though it ended well: "
            "is it CUDA's ptxas?",
        run->output);
  return (*made)->getBuffer().str();
}
