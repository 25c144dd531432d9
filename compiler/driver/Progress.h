//===- Progress.h - One line on a terminal --------------------------------===//

#ifndef DLC_COMPILER_DRIVER_PROGRESS_H
#define DLC_COMPILER_DRIVER_PROGRESS_H

#include "llvm/ADT/StringRef.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace dlc::driver {

/// Says on standard error, if that is a terminal, what a run that has taken
/// more than a second is at. Nothing otherwise.
class Progress {
public:
  Progress();
  ~Progress();

  /// What is being done from now on.
  void step(llvm::StringRef what);
  /// Makes room for other output, until the next step.
  void clear();

private:
  void tick();

  std::chrono::steady_clock::time_point start;
  std::mutex lock;
  std::condition_variable wake;
  std::string current;
  bool shown = false;
  bool done = false;
  std::thread ticker; ///< runs on terminals only
};

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_PROGRESS_H
