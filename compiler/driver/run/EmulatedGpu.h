//===- EmulatedGpu.h - The GPU of dlc run -----------------------*- C++ -*-===//

#ifndef DLC_COMPILER_DRIVER_RUN_EMULATEDGPU_H
#define DLC_COMPILER_DRIVER_RUN_EMULATEDGPU_H

#include "compiler/driver/run/GpuBound.h"

namespace dlc::driver {

/// The emulated driver (runtime/emulator/cuda) as this process's libcuda.so.1.
/// It is loaded once and stays.
class EmulatedGpu {
public:
  /// Loads it as a device of the target's architecture; an error where it is
  /// not installed beside dlc. Before the first network is opened.
  static llvm::Expected<EmulatedGpu>
  load(const targets::TargetDescription &target);
  EmulatedGpu(EmulatedGpu &&other);
  ~EmulatedGpu();

  /// What the launches since the last call did.
  llvm::Expected<std::vector<GpuLaunch>> launches();

private:
  explicit EmulatedGpu(std::string statistics)
      : statistics(std::move(statistics)) {}
  std::string statistics; ///< path
  size_t seen = 0;        ///< bytes of it
};

/// For a network of the target that this process runs: the host that it is for
/// is this machine.
void useThisHost(targets::TargetDescription &target);

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_RUN_EMULATEDGPU_H
