// Shadow.h - who wrote and who read each word of a memory, and when.
//
// Two accesses of one word, one of them a write, are a race unless something
// orders them: the end of a launch, a barrier of the block, a synchronisation
// of the warp for two lanes of it, or that one thread does both. Time is a
// counter that each of these advances, so a word needs two numbers: when and by
// whom it was written last, and read last. Where some warps of a block meet
// without the others, who did it decides together with when.
#ifndef DLC_EMULATOR_CUDA_EXECUTE_SHADOW_H
#define DLC_EMULATOR_CUDA_EXECUTE_SHADOW_H

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace dlc::ptx {

/// When the launch and the block began that run now, and when all threads of
/// the block met last.
struct Clock {
  uint64_t now = 1, launch = 1, block = 1, sync = 1;
};

/// Sets of two or more warps, by number.
class WarpSets {
public:
  /// A tag says of a read which warp did it, or which set of warps.
  static constexpr unsigned kFirst = 32, kEnd = 1024, kUnknown = 1025;
  /// The number of these and one more; kUnknown where there are too many sets.
  unsigned add(unsigned warps, unsigned warp);
  uint32_t warpsOf(unsigned number) const {
    return number < kFirst ? uint32_t(1) << number : sets[number - kFirst];
  }

private:
  std::vector<uint32_t> sets;
  std::map<uint32_t, unsigned> numbers;
};

/// A warp's access. What is older than `since` counts as never written.
struct Access {
  Clock clock; ///< `sync`: when the warp had met all others
  uint64_t since;
  uint64_t warpSync; ///< when the warp's lanes met last
  unsigned warp;
  const uint64_t *met; ///< Warp::met, or null
  WarpSets *readers;
};

struct Conflict {
  enum Kind { None, Uninitialised, Race } kind = None;
  uint64_t at = 0;         ///< offset of the word
  bool otherBlock = false; ///< the other access is another block's
  bool otherReads = false;
  bool otherIsAtomic = false;
  /// The other thread (a write) or warp (a read); -1: several.
  int other = -1;
};

class Shadow {
public:
  void resize(uint64_t bytes);
  /// The host, or a copy: before everything that follows.
  void written(uint64_t offset, uint64_t bytes);
  /// The first byte of these that nothing has written, or `bytes`.
  uint64_t firstUnwritten(uint64_t offset, uint64_t bytes) const;

  /// Whether a byte of these was last written before `since`, or never.
  bool isUnwritten(uint64_t offset, unsigned bytes, uint64_t since) const;

  /// Quick answers for many threads: false where a thread has to be looked at.
  bool mayRead(uint64_t offset, uint64_t bytes, const Access &access) const;
  bool mayWrite(uint64_t offset, uint64_t bytes, const Access &access) const;
  /// For one thread of the block.
  Conflict checkRead(uint64_t offset, unsigned bytes, const Access &access,
                     unsigned thread) const;
  Conflict checkWrite(uint64_t offset, unsigned bytes, const Access &access,
                      unsigned thread, bool atomic = false) const;
  /// `width`: bytes that each thread reads; below 4 the bytes are told apart.
  void markRead(uint64_t offset, uint64_t bytes, unsigned width,
                const Access &access);
  void markWrite(uint64_t offset, unsigned bytes, const Access &access,
                 unsigned thread, bool atomic = false);

private:
  struct Page {
    uint8_t shift = 2;    // of the bytes that one tag stands for
    uint64_t uniform = 0; // the tag of all writes while there are no tags
    std::unique_ptr<uint64_t[]> writes, reads;
  };
  template <class Fn>
  static void forEachPage(uint64_t offset, uint64_t bytes, Fn fn);
  static void refine(Page &page);
  static void haveWrites(Page &page);
  static void prepare(Page &page, uint64_t offset, uint64_t bytes,
                      unsigned width);
  std::vector<Page> pages;
};

} // namespace dlc::ptx

#endif
