//===- Peak.h - What holds the arena's peak ---------------------*- C++ -*-===//

#ifndef DLC_COMPILER_REPORT_PEAK_H
#define DLC_COMPILER_REPORT_PEAK_H

#include "compiler/report/Report.h"

namespace dlc::report {

struct Peak {
  int64_t bytes = 0;            ///< the largest sum of bytes alive at once
  std::vector<unsigned> stages; ///< that reach it; none without an arena
  /// Buffers alive at the first of them, largest first.
  std::vector<unsigned> holders;
  /// Those of them that this stage neither reads nor writes.
  std::vector<unsigned> waiting;
  /// What remains alive at most when all of `stages` shrink to nothing.
  int64_t nextBytes = 0;
  unsigned nextStage = 0;

  bool contains(unsigned stage) const;
};

Peak findPeak(const Report &report);

/// Facts that say what would make the network smaller, a sentence each.
std::vector<std::string> whatWouldHelp(const Report &report, const Peak &peak);

} // namespace dlc::report

#endif
