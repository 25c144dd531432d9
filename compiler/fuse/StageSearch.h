//===- StageSearch.h - An order of least peak, exactly ----------*- C++ -*-===//

#ifndef DLC_COMPILER_FUSE_STAGESEARCH_H
#define DLC_COMPILER_FUSE_STAGESEARCH_H

#include "compiler/fuse/LiveBytes.h"

namespace dlc::fuse {

struct FoundOrder {
  StageOrder order;
  int64_t peak = 0;
  unsigned states = 0; // sets of executed calls that were looked at
};

/// An order of the calls of a range whose peak, or `peak` if that is larger, is
/// the least; nullopt when more than `maxStates` sets of executed calls had to
/// be looked at. `live` has executed what comes before the range, and has so
/// again in the end.
std::optional<FoundOrder> searchOrder(const StageGraph &graph, LiveBytes &live,
                                      StageRange range, int64_t peak,
                                      unsigned maxStates);

/// Elementary steps that one set of executed calls of the range costs, and how
/// many of them one network may take (0.1 s).
uint64_t statesCost(const StageGraph &graph, StageRange range);
constexpr uint64_t kSearchEffort = 32'000'000;

} // namespace dlc::fuse

#endif
