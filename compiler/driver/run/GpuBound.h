//===- GpuBound.h - What bounds a kernel on a GPU ---------------*- C++ -*-===//
//
// docs/decisions/gpu-bounds.md has the model and what it assumes.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_DRIVER_RUN_GPUBOUND_H
#define DLC_COMPILER_DRIVER_RUN_GPUBOUND_H

#include "targets/description/TargetDescription.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

namespace dlc::driver {

/// What a launch did in the emulator: a line of DLC_CUDA_STATS. Instructions
/// are those of a warp.
struct GpuLaunch {
  std::string kernel;
  uint64_t blocks = 0, threads = 0; ///< threads of a block
  uint64_t sharedBytes = 0;
  uint64_t slots = 0;                  ///< machine instructions
  uint64_t sectors = 0, footprint = 0; ///< of 32 bytes; different ones
  uint64_t blockBytes = 0; ///< that each block reads and writes, each once
  uint64_t localSectors = 0, requests = 0;
  llvm::StringMap<uint64_t> classes; ///< machine instructions by class
};

/// The launches among lines of statistics; the other lines are copies.
llvm::Expected<std::vector<GpuLaunch>> readLaunches(llvm::StringRef lines);

/// The least time of a launch, and which of the GPU's parts sets it.
struct GpuBound {
  double seconds = 0;
  llvm::StringRef part;
};
GpuBound boundOf(const GpuLaunch &launch,
                 const targets::TargetDescription &target);

/// The sectors that blocks ask for, to the least: each byte that a block needs
/// or writes, once. 0 where it touches none.
double sectorsToLeast(const GpuLaunch &launch);

/// Of starting a launch, beyond what its kernel takes.
constexpr double launchSeconds = 5e-6;

/// A table, the launches that take longest first, and the sum.
void printBounds(llvm::ArrayRef<GpuLaunch> launches,
                 const targets::TargetDescription &target,
                 llvm::raw_ostream &os);

/// The sum with the starts of all launches.
double modelledSeconds(llvm::ArrayRef<GpuLaunch> launches,
                       const targets::TargetDescription &target);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_RUN_GPUBOUND_H
