// Launch.h - runs a kernel over a grid, and counts what it did.
#ifndef DLC_EMULATOR_CUDA_EXECUTE_LAUNCH_H
#define DLC_EMULATOR_CUDA_EXECUTE_LAUNCH_H

#include "runtime/emulator/cuda/parse/Module.h"

#include <array>

namespace dlc::ptx {

/// In instructions of a warp.
struct Counters {
  uint64_t instructions = 0;
  std::array<uint64_t, size_t(OpClass::None)> byClass{};
  std::array<uint64_t, size_t(OpClass::None)> slotsByClass{};
  uint64_t slots = 0;     ///< machine instructions that stand for them
  uint64_t sectors = 0;   ///< of 32 bytes, global memory
  uint64_t footprint = 0; ///< different ones among them
  /// Different bytes that each block reads and that it writes: what it would
  /// move if it moved each once.
  uint64_t blockBytes = 0;
  uint64_t localSectors = 0;
  uint64_t requests = 0;    ///< of shared memory
  uint64_t barriers = 0;    ///< that warps wait at
  uint64_t divergences = 0; ///< branches that lanes of a warp take differently
};

struct LaunchOptions {
  bool checks = true;      ///< races, and what is not initialised
  bool isReversed = false; ///< blocks and warps from the last to the first
  uint64_t limit = uint64_t(1) << 34; ///< instructions of a warp
};

struct Grid {
  std::array<unsigned, 3> blocks, threads;
  unsigned dynamicShared = 0;
};

/// Throws an Error where the kernel, or any device, has no such grid.
void checkGrid(const Kernel &kernel, const Grid &grid);

/// `arguments` are one pointer for each parameter of the kernel. Throws Error.
Counters launch(const Kernel &kernel, const Grid &grid, void *const *arguments,
                const LaunchOptions &options);

/// The name of a class in reports.
const char *nameOf(OpClass cost);

} // namespace dlc::ptx

#endif
