//===- CrashReport.cpp - When the compiler itself is wrong ----------------===//

#include "compiler/driver/CrashReport.h"

#include "compiler/driver/Tools.h"
#include "dialects/nn/PrintableText.h"

#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"

#include <atomic>
#include <csignal>
#include <cstring>
#include <execinfo.h>
#include <unistd.h>

using namespace dlc;
using namespace dlc::driver;

namespace {
/// Made at the start: a crashed process may not be able to allocate.
std::string command;
/// Removes what a progress line has left on a terminal.
const char *lineStart = "";

constexpr int maxFrames = 64;
constexpr size_t signalStackBytes = 128 << 10;
/// What the other threads have after a crash to come to an end.
constexpr unsigned secondsAfterCrash = 10;
} // namespace

static void put(const char *text) {
  size_t size = std::strlen(text);
  while (size) {
    ssize_t written = write(STDERR_FILENO, text, size);
    if (written <= 0)
      return;
    text += written;
    size -= static_cast<size_t>(written);
  }
}

/// Uses nothing that a crash may have left locked.
[[noreturn]] static void reportAndExit(const char *what) {
  // Another thread, or this report itself, may crash while it is made.
  static std::atomic_flag reporting = ATOMIC_FLAG_INIT;
  static thread_local bool isReporter = false;
  if (reporting.test_and_set()) {
    if (!isReporter)
      pause();
    _exit(1);
  }
  isReporter = true;
  llvm::sys::RunInterruptHandlers(); // removes unfinished outputs
  put(lineStart);
  put("dlc: internal error (");
  put(what);
  put("); the command was\n");
  put(command.c_str());
  put("\nPlease report it with the model. It happened in\n");
  void *frames[maxFrames];
  backtrace_symbols_fd(frames, backtrace(frames, maxFrames), STDERR_FILENO);
  _exit(1);
}

static const char *nameOf(int signal) {
  switch (signal) {
  case SIGSEGV:
    return "segmentation fault";
  case SIGBUS:
    return "bus error";
  case SIGILL:
    return "illegal instruction";
  case SIGFPE:
    return "arithmetic error";
  case SIGABRT:
    return "abort";
  case SIGTRAP:
    return "trap";
  case SIGALRM:
    return "crash of a thread that others wait for";
  default:
    return "signal";
  }
}

static void onSignal(int signal) { reportAndExit(nameOf(signal)); }

static void onFatalError(void *, const char *reason, bool) {
  std::string text = nn::printable(reason);
  // A pass: what catches its crash reports it.
  if (llvm::CrashRecoveryContext::GetCurrent())
    llvm::errs() << "dlc: " << text << "\n";
  else
    reportAndExit(text.c_str());
}

static void onBadAlloc(void *, const char *, bool) {
  reportAndExit("out of memory");
}

void driver::installCrashReport(int argc, const char *const *argv) {
  command = commandLine(std::vector<std::string>(argv, argv + argc));
  if (llvm::errs().is_displayed())
    lineStart = "\r\033[K";
  // Loads the unwinder: later there may be no memory for it.
  void *frame;
  backtrace(&frame, 1);
  llvm::install_fatal_error_handler(onFatalError);
  llvm::install_bad_alloc_error_handler(onBadAlloc);
#ifndef __SANITIZE_ADDRESS__
  struct sigaction action = {};
  action.sa_handler = onSignal;
  action.sa_flags = SA_ONSTACK; // LLVM has made one for this thread
  sigemptyset(&action.sa_mask);
  for (int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS})
    sigaction(signal, &action, nullptr);
#endif
}

const std::string &driver::invokedCommand() { return command; }

void driver::printInvokedCommand() {
  llvm::errs() << "dlc: the command was\n" << command << "\n";
}

void driver::exitAfterCrash() {
  llvm::outs().flush();
  llvm::sys::RunInterruptHandlers();
  _exit(1);
}

namespace {
/// A thread's own stack for signals: its ordinary one may be what is used up.
class SignalStack {
public:
  SignalStack() {
    stack_t stack = {};
    stack.ss_sp = memory.get();
    stack.ss_size = signalStackBytes;
    sigaltstack(&stack, nullptr);
  }
  ~SignalStack() {
    stack_t stack = {};
    stack.ss_flags = SS_DISABLE;
    sigaltstack(&stack, nullptr);
  }

private:
  std::unique_ptr<char[]> memory{new char[signalStackBytes]};
};
} // namespace

void ReportingThreadPool::asyncEnqueue(llvm::unique_function<void()> task,
                                       llvm::ThreadPoolTaskGroup *group) {
  auto run = [this, task = std::move(task)]() mutable {
#ifndef __SANITIZE_ADDRESS__
    thread_local SignalStack stack;
#endif
    llvm::CrashRecoveryContext context;
    if (context.RunSafely([&] { task(); }))
      return;
    crashed = true;
    // It may have held what others wait for.
    (void)std::signal(SIGALRM, onSignal);
    alarm(secondsAfterCrash);
  };
  if (group)
    pool.async(*group, std::move(run));
  else
    pool.async(std::move(run));
}
