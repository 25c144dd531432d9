//===- CrashReport.h - When the compiler itself is wrong --------*- C++ -*-===//
//
// Whatever ends dlc before its time (a crash in any thread, a stack or memory
// that is used up, a failed assertion, LLVM's fatal errors) says so on standard
// error with the command that shows it again, leaves no output and exits with
// 1. Passes that crash are caught before that (compiler/pipeline): they leave a
// file for dlc-opt.
//
//===----------------------------------------------------------------------===//

#ifndef DLC_COMPILER_DRIVER_CRASHREPORT_H
#define DLC_COMPILER_DRIVER_CRASHREPORT_H

#include "llvm/Support/ThreadPool.h"

#include <atomic>
#include <string>

namespace dlc::driver {

/// From here on; called by main, after LLVM has set up its own handlers. With
/// AddressSanitizer crashes are left to it: it knows more.
void installCrashReport(int argc, const char *const *argv);

/// How dlc was called, as a user would type it.
const std::string &invokedCommand();

/// Prints the command below the diagnostic of an internal error.
void printInvokedCommand();

/// Ends dlc as a crash does, after an error that has been printed: what is in
/// memory cannot be trusted any more.
[[noreturn]] void exitAfterCrash();

/// Threads that can report that they have used up their stack. Where crashes
/// are recovered from (llvm::CrashRecoveryContext), one in a task ends the
/// task; the others go on, since a thread that waits for them has to learn of
/// it.
class ReportingThreadPool : public llvm::ThreadPoolInterface {
public:
  void wait() override { pool.wait(); }
  void wait(llvm::ThreadPoolTaskGroup &group) override { pool.wait(group); }
  unsigned getMaxConcurrency() const override {
    return pool.getMaxConcurrency();
  }

  /// Whether a task has crashed.
  bool hasCrashed() const { return crashed; }

private:
  void asyncEnqueue(llvm::unique_function<void()> task,
                    llvm::ThreadPoolTaskGroup *group) override;

  std::atomic<bool> crashed = false;
  llvm::DefaultThreadPool pool; ///< the last: its threads use the rest
};

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_CRASHREPORT_H
