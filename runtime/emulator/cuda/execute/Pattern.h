// Pattern.h - the addresses of a warp's access, relative to its first lane.
//
// An instruction of a loop has mostly the same ones every time: what they cost
// and which words they are is found once and kept with the instruction.
#ifndef DLC_EMULATOR_CUDA_EXECUTE_PATTERN_H
#define DLC_EMULATOR_CUDA_EXECUTE_PATTERN_H

#include <cstdint>
#include <vector>

namespace dlc::ptx {

constexpr unsigned kLanes = 32;

struct Pattern {
  struct Run {
    int64_t begin; ///< relative to the first lane's address
    uint64_t bytes;
  };
  int64_t low = 0;         ///< the smallest relative address
  uint64_t span = 0;       ///< bytes from there to the end of the last access
  unsigned first = 0;      ///< lane
  bool aligned = true;     ///< relative addresses are multiples of the access
  bool overlaps = false;   ///< two lanes touch one byte
  bool unitStride = false; ///< lane after lane, all 32
  std::vector<Run> runs;   ///< ascending, each byte once
  unsigned requests = 0;   ///< of shared memory

  /// Whether this is the pattern of these addresses already.
  bool matches(const uint64_t *addresses, uint32_t mask, unsigned bytes) const;
  /// Finds it anew. `mask` is not 0.
  void find(const uint64_t *addresses, uint32_t mask, unsigned bytes);
  /// Calls fn(first, last) for runs of sectors of 32 bytes, each once, when the
  /// first lane's address is `base`.
  template <class Fn> void forEachSectors(uint64_t base, Fn fn) const {
    uint64_t next = 0; // behind the last one
    for (const Run &run : runs) {
      uint64_t at = base + uint64_t(run.begin);
      uint64_t begin = at >> 5, end = (at + run.bytes - 1) >> 5;
      if (begin < next)
        begin = next;
      if (begin <= end)
        fn(begin, end);
      next = end + 1;
    }
  }

private:
  int64_t relative[kLanes] = {};
  uint32_t mask = 0;
  unsigned bytes = 0, residue = 0;
  void findRequests();
};

} // namespace dlc::ptx

#endif
