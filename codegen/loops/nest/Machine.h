//===- Machine.h - What strategies know of the machine ----------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_MACHINE_H
#define DLC_CODEGEN_LOOPS_MACHINE_H

#include "targets/description/TargetDescription.h"
#include <limits>

namespace dlc::loops {

/// What the schedule needs to know of the machine.
struct Machine {
  int64_t vectorBits = 32; // 32: scalar code
  int64_t registers = 16;  // vector (or floating-point scalar) registers
  targets::ScalarFactor factor = targets::ScalarFactor::Vector;
  bool predication = false; // loads and stores of some lanes cost as all
  int64_t l2Bytes = 0;      // 0: no cache, weights are read in place
  bool superscalar = true;  // loads beside arithmetic in one cycle
  int64_t threads = 1;
  bool fpu = true;
  bool longMultiply = true; // 32 x 32 bits to 64, added to a sum
  /// Bytes of scratch memory that a faster form of a stage may take.
  int64_t scratchBytes = std::numeric_limits<int64_t>::max();
  int64_t l1Bytes = 0;      // 0: no cache
  int64_t loadMultiple = 0; // floats that one instruction loads; 0: not used
};

} // namespace dlc::loops

#endif
