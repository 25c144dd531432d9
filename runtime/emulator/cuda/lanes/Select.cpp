#include "runtime/emulator/cuda/lanes/Lanes.h"

namespace dlc::ptx {

namespace baseline {
extern const Lanes table;
} // namespace baseline
#ifdef DLC_EMULATOR_HAS_AVX2
namespace avx2 {
extern const Lanes table;
} // namespace avx2
#endif

const Lanes &lanes() {
#ifdef DLC_EMULATOR_HAS_AVX2
  static const bool hasAvx2 = __builtin_cpu_supports("avx2") &&
                              __builtin_cpu_supports("fma") &&
                              __builtin_cpu_supports("f16c");
  if (hasAvx2)
    return avx2::table;
#endif
  return baseline::table;
}

} // namespace dlc::ptx
