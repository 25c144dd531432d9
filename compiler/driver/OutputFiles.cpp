//===- OutputFiles.cpp - All outputs, or none -----------------------------===//

#include "compiler/driver/OutputFiles.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

using namespace dlc::driver;
namespace fs = llvm::sys::fs;

static llvm::Error cannotWrite(llvm::StringRef path, llvm::Error why) {
  return llvm::createStringError("cannot write '" + path +
                                 "': " + llvm::toString(std::move(why)));
}

OutputFiles::~OutputFiles() {
  for (Output &output : outputs)
    if (output.temporary)
      llvm::consumeError(output.temporary->discard());
}

llvm::Error OutputFiles::open(llvm::StringRef path) {
  fs::file_status status;
  bool exists = !fs::status(path, status);
  if (exists && status.type() == fs::file_type::directory_file)
    return cannotWrite(path, llvm::createStringError("it is a directory"));
  Output output{path.str(), std::nullopt};
  bool inPlace =
      path == "-" || (exists && status.type() != fs::file_type::regular_file);
  if (!inPlace) {
    // A file that its owner protected is not replaced behind their back.
    if (exists && fs::access(path, fs::AccessMode::Write))
      return cannotWrite(path, llvm::createStringError("permission denied"));
    llvm::Expected<fs::TempFile> temporary =
        fs::TempFile::create(path + ".tmp-%%%%%%");
    if (!temporary)
      return cannotWrite(path, temporary.takeError());
    output.temporary.emplace(std::move(*temporary));
  }
  outputs.push_back(std::move(output));
  return llvm::Error::success();
}

llvm::Error
OutputFiles::write(llvm::StringRef path,
                   llvm::function_ref<void(llvm::raw_pwrite_stream &)> writer) {
  Output &output =
      *llvm::find_if(outputs, [&](const Output &o) { return o.path == path; });
  auto finish = [&](llvm::raw_fd_ostream &os) -> llvm::Error {
    os.flush();
    if (!os.has_error())
      return llvm::Error::success();
    std::error_code code = os.error();
    os.clear_error();
    return cannotWrite(path, llvm::errorCodeToError(code));
  };
  if (output.temporary) {
    llvm::raw_fd_ostream os(output.temporary->FD, /*shouldClose=*/false);
    writer(os);
    return finish(os);
  }
  // A pipe cannot be written out of order: collect first.
  llvm::SmallVector<char, 0> content;
  llvm::raw_svector_ostream collected(content);
  writer(collected);
  std::error_code code;
  llvm::raw_fd_ostream os(path, code);
  if (code)
    return cannotWrite(path, llvm::errorCodeToError(code));
  os << llvm::StringRef(content.data(), content.size());
  return finish(os);
}

void OutputFiles::keepOnly(llvm::ArrayRef<std::string> paths) {
  for (Output &output : outputs)
    if (output.temporary && !llvm::is_contained(paths, output.path)) {
      llvm::consumeError(output.temporary->discard());
      output.temporary.reset();
    }
}

llvm::Error OutputFiles::commit() {
  for (Output &output : outputs) {
    if (!output.temporary)
      continue;
    if (llvm::Error error = output.temporary->keep(output.path))
      return cannotWrite(output.path, std::move(error));
    output.temporary.reset();
  }
  return llvm::Error::success();
}

llvm::Error dlc::driver::writeFile(
    llvm::StringRef path,
    llvm::function_ref<void(llvm::raw_pwrite_stream &)> writer) {
  OutputFiles files;
  if (llvm::Error error = files.open(path))
    return error;
  if (llvm::Error error = files.write(path, writer))
    return error;
  return files.commit();
}
