// Memory.h - the memory of the emulated device.
#ifndef DLC_EMULATOR_CUDA_EXECUTE_MEMORY_H
#define DLC_EMULATOR_CUDA_EXECUTE_MEMORY_H

#include "runtime/emulator/cuda/execute/Shadow.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace dlc::ptx {

struct Allocation {
  uint64_t begin = 0, bytes = 0;
  uint8_t *host = nullptr; ///< its bytes, in memory of the process
  bool constant = false;   ///< kernels do not write it
  Shadow shadow;
  /// For each sector of 32 bytes the launch that touched it last.
  std::vector<uint32_t> touched;
  /// The block that touched it last, and which bytes it has read and written:
  /// a bit for each.
  struct OfBlock {
    uint64_t block = 0; ///< Clock::block
    uint32_t read = 0, written = 0;
  };
  std::vector<OfBlock> byBlock;

  bool holds(uint64_t at, uint64_t size) const {
    return at >= begin && size <= bytes && at - begin <= bytes - size;
  }
};

/// Allocations by device address. Device addresses are no addresses of the
/// process, except for memory of the host that the device sees: a program that
/// follows one by mistake stops, as it does with a GPU.
class Memory {
public:
  Memory() = default;
  Memory(const Memory &) = delete;
  Memory &operator=(const Memory &) = delete;
  ~Memory();

  /// New memory, a multiple of 256; full of NaN and not initialised.
  Allocation &allocate(uint64_t bytes, bool constant = false);
  /// Memory of the host under its own address; the caller keeps it.
  Allocation &map(void *host, uint64_t bytes);
  /// Whether there was an allocation that begins here.
  bool release(uint64_t begin);
  /// The allocation with all of these bytes, or null.
  Allocation *find(uint64_t at, uint64_t bytes);
  /// Where `at` lies in, or beside, an allocation.
  std::string describe(uint64_t at) const;
  size_t size() const { return allocations.size(); }

  Clock clock;
  uint32_t launches = 0; ///< that have begun

private:
  std::map<uint64_t, std::unique_ptr<Allocation>> allocations;
  uint64_t next = 0x700000000000ull;
};

} // namespace dlc::ptx

#endif
