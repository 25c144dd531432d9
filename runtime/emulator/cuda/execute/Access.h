// Access.h - where the lanes of a warp read or write, and whether they may.
#ifndef DLC_EMULATOR_CUDA_EXECUTE_ACCESS_H
#define DLC_EMULATOR_CUDA_EXECUTE_ACCESS_H

#include "runtime/emulator/cuda/execute/Warp.h"
#include "runtime/emulator/cuda/parse/Symbols.h"

namespace dlc::ptx {

/// The memory that a warp's access falls into.
struct Target {
  uint8_t *host = nullptr; ///< of address `begin`
  uint64_t begin = 0;
  Shadow *shadow = nullptr;
  Allocation *allocation = nullptr;
  uint64_t since = 0; ///< Access::since
  bool isShared = false, isConstant = false;
};

class WarpAddresses {
public:
  WarpAddresses(Warp &warp, const Op &op) : warp(warp), op(op) {
    const uint64_t *a = warp.r<uint64_t>(op.a);
    for (unsigned l = 0; l < kLanes; ++l)
      at[l] = a[l] + uint64_t(op.imm);
  }

  uint64_t at[kLanes];

  /// Generic addresses to those of a space; false if lanes differ in it.
  bool resolveGeneric(Space &space);
  /// Fails on addresses that are misaligned or outside of memory. False if the
  /// lanes touch several allocations.
  bool findTarget(Space space, unsigned width, MemoryCount &count,
                  Target &target);
  /// Counts sectors, or requests of shared memory.
  void countTraffic(const Target &target, bool writes,
                    MemoryCount &count) const;
  /// Fail on races and on what nothing has written.
  void checkLoad(const Target &target, unsigned width, const Pattern &pattern);
  void checkStore(const Target &target, unsigned width, const Pattern &pattern);
  void checkAtomic(const Target &target, unsigned width, unsigned lane);

private:
  Warp &warp;
  const Op &op;
  Access access(const Target &target) const;
  void findShared(unsigned width, const MemoryCount &count, Target &target);
  [[noreturn]] void report(const Conflict &conflict, const Target &target,
                           unsigned lane, const char *does);
  unsigned threadOf(unsigned lane) const { return warp.index * kLanes + lane; }
};

} // namespace dlc::ptx

#endif
