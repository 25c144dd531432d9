//===- Machine.h - What strategies know of the machine ----------*- C++ -*-===//

#ifndef DLC_CODEGEN_LOOPS_MACHINE_H
#define DLC_CODEGEN_LOOPS_MACHINE_H

#include "targets/description/TargetInfo.h"
#include <limits>

namespace dlc::loops {

/// Which form is chosen for weights whose values several can hold: the one with
/// the fewest instructions, the fewest bytes within a quarter more, or whole
/// bytes whatever the values are.
enum class Storage { Fast, Small, Dense };

/// What a strategy needs to know: of the machine, and of the stage's room.
struct Machine : targets::TargetInfo {
  Machine() = default;
  explicit Machine(targets::TargetInfo info)
      : targets::TargetInfo(std::move(info)) {}

  /// Bytes of scratch memory that a faster form of a stage may take.
  int64_t scratchBytes = std::numeric_limits<int64_t>::max();
  /// By how many bytes faster forms may make its weights larger.
  int64_t weightBytes = std::numeric_limits<int64_t>::max();
  Storage storage = Storage::Fast;
  /// Instructions that a byte less may take; 0: as `storage` says.
  double bytePrice = 0;
};

} // namespace dlc::loops

#endif
