// Liveness.h - from where to where each register of a kernel lives.
#ifndef DLC_EMULATOR_CUDA_PARSE_LIVENESS_H
#define DLC_EMULATOR_CUDA_PARSE_LIVENESS_H

#include "runtime/emulator/cuda/parse/Flow.h"
#include "runtime/emulator/cuda/parse/Registers.h"

namespace dlc::ptx {

inline uint32_t numberOfRegister(uint32_t place) {
  return (place - kFirstRegister) / 64;
}

/// fn(place, whether it is written) for each operand that is a register.
template <class O, class Fn> void forEachRegister(O &op, Fn fn) {
  for (auto *source : {&op.a, &op.b, &op.c, &op.guard})
    if (*source >= kFirstRegister)
      fn(*source, false);
  for (auto &part : op.vector)
    if (part >= kFirstRegister)
      fn(part, bool(op.results));
  if (op.d >= kFirstRegister)
    fn(op.d, true);
}

struct Liveness {
  Liveness(std::vector<Op> &ops, size_t registers);

  /// First and last operation; first > last where nothing names a register.
  struct Life {
    uint32_t first = ~0u, last = 0;
  };
  std::vector<Life> lives;
  std::vector<uint32_t> aliveAtEntry;
};

} // namespace dlc::ptx

#endif
