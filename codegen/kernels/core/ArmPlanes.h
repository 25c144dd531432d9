//===- ArmPlanes.h - Depthwise kernels on planes of channels ----*- C++ -*-===//
//
// What kernel.planes and kernel.depthwise are on Arm cores with registers r0 to
// r12, and what their bodies have in common.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_KERNELS_CORE_ARMPLANES_H
#define DLC_CODEGEN_KERNELS_CORE_ARMPLANES_H

#include "codegen/kernels/core/ArmColumns.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace dlc::kernels {

/// kernel.planes.
struct ArmPlanes {
  int64_t pixels = 1;
  int64_t stride = 4; // bytes between two pixels
  int64_t plane = 4;  // bytes between two planes
  bool odd = false;   // the first element is the second half of a pair's
};

/// kernel.depthwise.
struct ArmDepthwise {
  int64_t rows = 1, columns = 1; // of results
  int64_t taps = 3;              // rows of the window
  int64_t rowStep = 1, columnStep = 1;
  int64_t row = 4, plane = 4;        // bytes of the left operand
  int64_t stride = 4, resultRow = 4; // bytes between results, and rows

  /// Results of a block, of which at most so many have registers: as many in
  /// each as can be.
  int64_t together(int64_t most) const {
    int64_t blocks = (columns + most - 1) / most;
    return (columns + blocks - 1) / blocks;
  }
};

/// What T32 can add behind a load or a store.
inline constexpr int64_t kNear = 255;

/// Goes through the pixels, whose address is in r0, by pairs where it can.
/// Stride in r12; lr is the loop's.
void writePixels(AssemblyText &a, const ArmPlanes &kernel,
                 llvm::function_ref<void()> pixel,
                 llvm::function_ref<void()> pair);
/// Two pixels into r2 and r3.
void loadPixels(AssemblyText &a, const ArmPlanes &kernel);

/// Less one of the frame's counters; on to the label as long as some are left.
void countDown(AssemblyText &a, int64_t counter, const char *label,
               const std::string &spare);
void addTo(AssemblyText &a, const char *address, int64_t bytes,
           const std::string &spare);

} // namespace dlc::kernels

#endif // DLC_CODEGEN_KERNELS_CORE_ARMPLANES_H
