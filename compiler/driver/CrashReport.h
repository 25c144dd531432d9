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

/// Threads that can report that they have used up their stack, and whose
/// crashes a pass manager can make a file of.
class ReportingThreadPool : public llvm::ThreadPoolInterface {
public:
  void wait() override { pool.wait(); }
  void wait(llvm::ThreadPoolTaskGroup &group) override { pool.wait(group); }
  unsigned getMaxConcurrency() const override {
    return pool.getMaxConcurrency();
  }

private:
  void asyncEnqueue(llvm::unique_function<void()> task,
                    llvm::ThreadPoolTaskGroup *group) override;

  llvm::DefaultThreadPool pool;
};

} // namespace dlc::driver

#endif // DLC_COMPILER_DRIVER_CRASHREPORT_H
