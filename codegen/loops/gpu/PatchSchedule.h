//===- PatchSchedule.h - Windows that a thread shares -----------*- C++ -*-===//
//
// Depthwise convolutions and pooling: neighbouring positions read mostly the
// same elements. A thread computes a patch of positions for four channels side
// by side, and loads each element of their windows once.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_CODEGEN_LOOPS_PATCHSCHEDULE_H
#define DLC_CODEGEN_LOOPS_PATCHSCHEDULE_H

#include "codegen/loops/gpu/PanelWeights.h"
#include "codegen/loops/gpu/PointSchedule.h"

namespace dlc::loops {

/// An axis of the window's input.
struct PatchAxis {
  int position = -1, tap = -1; // dimensions of the nest; -1: there is no axis
  int64_t stride = 1, dilation = 1, taps = 1;
  int64_t positions = 1; // in all
  int64_t count = 1;     // of a patch

  /// Elements between the first one that a patch touches and its last, and one.
  int64_t extent() const {
    return (count - 1) * stride + (taps - 1) * dilation + 1;
  }
  bool hasTail() const { return positions % count != 0; }
};

struct PatchSchedule : PointSchedule {
  unsigned data = 0; // the input with windows
  /// By input: how a constant is stored, a row of channels for each tap; null
  /// for others.
  llvm::SmallVector<std::shared_ptr<const PanelWeights>> packed;
  PatchAxis down, along;
  /// What stands for an element of the padding.
  mlir::TypedAttr outside;
  int64_t dataLanes = 1; // 1: channels share the window
  int64_t threads = 1;
  LaunchCost cost;
};

/// None where the nest sums up over other than the taps of windows, or has no
/// four elements side by side.
std::optional<PatchSchedule> schedulePatches(const Problem &problem);

} // namespace dlc::loops

#endif
