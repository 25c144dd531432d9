// Barriers.h - where the warps of a block wait for each other.
#ifndef DLC_EMULATOR_CUDA_EXECUTE_BARRIERS_H
#define DLC_EMULATOR_CUDA_EXECUTE_BARRIERS_H

#include "runtime/emulator/cuda/execute/Warp.h"

#include <array>

namespace dlc::ptx {

class Barriers {
public:
  static constexpr unsigned kBarriers = 16;

  explicit Barriers(std::vector<Warp> &warps) : warps(warps) {}

  /// When a block begins: nobody waits.
  void reset();
  /// A warp has come to the barrier `op`. Where it is the last one of those
  /// that the barrier waits for, all of them go on.
  void arrive(Warp &warp, const Op &op);
  /// Fails if a warp waits. No other warp runs any more.
  void finish() const;

private:
  struct Barrier {
    unsigned expected = 0; ///< threads
    bool isPartial = false;
    uint32_t waiting = 0; ///< warps
    const Op *op = nullptr;
  };

  void release(Barrier &barrier);

  std::vector<Warp> &warps;
  std::array<Barrier, kBarriers> barriers;
};

} // namespace dlc::ptx

#endif
