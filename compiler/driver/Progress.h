//===- Progress.h - One line on a terminal --------------------------------===//

#ifndef DLC_COMPILER_DRIVER_PROGRESS_H
#define DLC_COMPILER_DRIVER_PROGRESS_H

#include "llvm/ADT/StringRef.h"

#include <chrono>

namespace dlc::driver {

/// Says on standard error, if that is a terminal, what a run that has taken
/// more than a second is at. Nothing otherwise.
class Progress {
public:
  Progress();
  ~Progress() { clear(); }

  void step(llvm::StringRef what);
  void clear();

private:
  std::chrono::steady_clock::time_point start;
  bool terminal;
  bool shown = false;
};

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_PROGRESS_H
