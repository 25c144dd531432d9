//===- Work.h - What convolutions and products take -------------*- C++ -*-===//

#ifndef DLC_COMPILER_PRUNE_WORK_H
#define DLC_COMPILER_PRUNE_WORK_H

#include "compiler/prune/KeptChannels.h"

namespace dlc::prune {

/// Of the convolutions and products of a function whose weights are constants.
struct Work {
  int64_t channels = 0; // of their results
  int64_t weights = 0;
  int64_t macs = 0; // multiply-accumulates
};

Work workOf(const ChannelAnalysis &analysis);
/// With the channels that are kept alone.
Work workOf(const ChannelAnalysis &analysis, const KeptChannels &kept);

} // namespace dlc::prune

#endif
