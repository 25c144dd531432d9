// Warp.h - the state of what runs: 32 lanes, and the block around them.
#ifndef DLC_EMULATOR_CUDA_EXECUTE_WARP_H
#define DLC_EMULATOR_CUDA_EXECUTE_WARP_H

#include "runtime/emulator/cuda/Error.h"
#include "runtime/emulator/cuda/Operation.h"
#include "runtime/emulator/cuda/execute/Memory.h"
#include "runtime/emulator/cuda/execute/Pattern.h"

#include <string>
#include <vector>

namespace dlc::ptx {

struct Kernel;

/// Generic addresses of shared and of local memory.
constexpr uint64_t kSharedWindow = 0x7f00000000000000ull;
constexpr uint64_t kLocalWindow = 0x7e00000000000000ull;
constexpr uint64_t kWindowBytes = 1ull << 32;

/// What is counted for an instruction besides how often it runs.
struct MemoryCount {
  Pattern pattern;
  Allocation *allocation = nullptr; ///< touched last
  uint64_t sectors = 0, requests = 0;
  uint64_t firstSectors = 0; ///< that nothing in this launch touched before
  uint64_t blockBytes = 0;   ///< that the block did not read or write before
};

struct Block {
  const Kernel *kernel = nullptr;
  Memory *memory = nullptr;
  std::vector<uint8_t> shared;
  Shadow sharedShadow;
  std::vector<uint8_t> parameters;
  std::vector<MemoryCount> accesses; ///< by Op::join of an access
  uint32_t threads = 0;
  uint32_t at[3] = {0, 0, 0}; ///< in the grid
  bool checks = true;         ///< races and what is not initialised
  WarpSets readers;           ///< of words that several warps read
};

struct Warp {
  uint8_t *regs = nullptr;
  uint32_t mask = 0;  ///< lanes that execute now
  uint32_t alive = 0; ///< lanes that have not returned
  uint32_t pc = 0;
  uint32_t join = kNoJoin; ///< where these lanes meet those below on the stack
  unsigned index = 0;
  uint64_t sync = 0; ///< when its lanes met last (Clock)
  /// By warp of the block: what that one did before is before what this one
  /// does now. Empty where the kernel has no barriers but those of all threads.
  std::vector<uint64_t> met;
  uint64_t metAll = 0; ///< the least of these
  bool waits = false;  ///< at a barrier
  struct Path {
    uint32_t pc, join, mask;
  };
  std::vector<Path> stack; ///< paths that wait for this one
  Block *block = nullptr;
  std::vector<uint8_t> file, local;
  std::vector<uint8_t> localWritten; ///< for each byte of `local`
  std::vector<uint32_t> written;     ///< lanes, by number of a checked register

  template <class T> T *r(uint32_t offset) {
    return reinterpret_cast<T *>(regs + offset);
  }
};

/// Ends the launch: kernel, line and text of `op`, then `what` and where.
[[noreturn]] void fail(const Warp &warp, const Op &op, Fault fault,
                       const std::string &what);

} // namespace dlc::ptx

#endif
