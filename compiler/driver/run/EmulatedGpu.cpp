//===- EmulatedGpu.cpp - The GPU of dlc run -------------------------------===//

#include "compiler/driver/run/EmulatedGpu.h"

#include "llvm/Support/DynamicLibrary.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

#include <cstdlib>

using namespace dlc;
using namespace dlc::driver;
namespace fs = llvm::sys::fs;

/// Where the build and the installation put it, seen from dlc.
static std::string findDriver() {
  static int here;
  llvm::SmallString<128> path(fs::getMainExecutable("dlc", &here));
  llvm::sys::path::remove_filename(path);
  llvm::sys::path::append(path, "..", "lib", "dlc", "cuda");
  llvm::sys::path::append(path, "libcuda.so.1");
  llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
  return path.str().str();
}

llvm::Expected<EmulatedGpu>
EmulatedGpu::load(const targets::TargetDescription &target) {
  llvm::SmallString<128> statistics;
  int file;
  if (std::error_code code =
          fs::createTemporaryFile("dlc-run", "json", file, statistics))
    return llvm::createStringError("cannot make a temporary file: " +
                                   code.message());
  fs::file_t handle = fs::convertFDToNativeFile(file);
  (void)fs::closeFile(handle);
  EmulatedGpu gpu(statistics.str().str());
  // The driver reads them when it is called first.
  setenv("DLC_CUDA_CAPABILITY", std::to_string(target.gpuCapability).c_str(),
         /*replace=*/1);
  setenv("DLC_CUDA_STATS", gpu.statistics.c_str(), /*replace=*/1);
  std::string path = findDriver(), reason;
  // From now on dlopen("libcuda.so.1") gives this one.
  if (llvm::sys::DynamicLibrary::LoadLibraryPermanently(path.c_str(), &reason))
    return llvm::createStringError("the emulated GPU is not installed beside "
                                   "dlc: " +
                                   reason);
  return gpu;
}

EmulatedGpu::EmulatedGpu(EmulatedGpu &&other)
    : statistics(std::move(other.statistics)), seen(other.seen) {
  other.statistics.clear();
}

EmulatedGpu::~EmulatedGpu() {
  if (!statistics.empty())
    (void)fs::remove(statistics);
}

llvm::Expected<std::vector<GpuLaunch>> EmulatedGpu::launches() {
  auto file = llvm::MemoryBuffer::getFile(statistics);
  if (!file)
    return llvm::createStringError("the emulated GPU left no statistics");
  llvm::StringRef text = (*file)->getBuffer().drop_front(seen);
  seen = (*file)->getBufferSize();
  return readLaunches(text);
}

void driver::useThisHost(targets::TargetDescription &target) {
  target.triple = llvm::sys::getProcessTriple();
  target.cpu = llvm::Triple(target.triple).isX86() ? "x86-64" : "generic";
  target.features.clear();
}
