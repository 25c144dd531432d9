// Driver.h - the state behind the emulated libcuda.so.1.
//
// What is queued on a stream runs when the stream is waited for, so that a
// program that forgets to does not see results. Misuse is printed and answered
// with the driver's error. The environment says what the device is like; see
// docs/decisions/emulated-gpu.md.
#ifndef DLC_EMULATOR_CUDA_DRIVER_DRIVER_H
#define DLC_EMULATOR_CUDA_DRIVER_DRIVER_H

#include "runtime/emulator/cuda/execute/Launch.h"

#include <cstdio>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace dlc::cuda {

/// CUresult.
enum Result : int {
  Success = 0,
  InvalidValue = 1,
  OutOfMemory = 2,
  NotInitialized = 3,
  NoDevice = 100,
  InvalidDevice = 101,
  InvalidImage = 200,
  InvalidContext = 201,
  NoBinary = 209,
  InvalidPtx = 218,
  UnsupportedPtxVersion = 222,
  InvalidHandle = 400,
  NotFound = 500,
  IllegalAddress = 700,
  LaunchOutOfResources = 701,
  LaunchTimeout = 702,
  MisalignedAddress = 716,
  LaunchFailed = 719,
  NotSupported = 801,
  CaptureUnsupported = 900,
  CaptureInvalidated = 901,
  Unknown = 999
};
const char *nameOf(int result);

struct Function {
  const ptx::Kernel *kernel;
};
struct Loaded {
  std::unique_ptr<ptx::Module> module;
  std::map<std::string, std::unique_ptr<Function>> functions;
};

using Work = std::function<int()>;
struct Graph {
  std::vector<Work> nodes;
};
struct Stream {
  std::deque<Work> queue;
  Graph *captured = nullptr;
};

class Driver {
public:
  static Driver &get();
  ~Driver();

  std::recursive_mutex mutex;
  // What the environment says.
  unsigned capability, version, devices;
  bool isIntegrated;
  uint64_t memoryBytes;
  ptx::LaunchOptions options;

  bool isInitialised = false;
  int contextUsers = 0;
  uint64_t usedBytes = 0;
  ptx::Memory memory;
  std::set<uint64_t> allocations; ///< by the program
  std::set<void *> hostMemory;
  std::set<Loaded *> modules;
  std::set<Stream *> streams;
  std::set<Graph *> graphs, executables;
  Stream defaultStream;

  /// Prints what was wrong and gives the code back.
  int complain(int code, const std::string &what);
  /// For functions that need a context: an error to answer with, or Success.
  int enter();
  /// The stream behind a handle (null: the default one); null if it is none.
  Stream *streamOf(void *handle);
  int enqueue(void *stream, Work work);
  int drain(Stream &stream);
  int drainAll();
  /// After this every call is answered with `code`, as of a broken context.
  int breakWith(int code);
  /// Statistics: a launch, a copy.
  void record(const ptx::Kernel &kernel, const ptx::Grid &grid,
              const ptx::Counters &counters);

  void record(const char *copy, uint64_t bytes);

private:
  Driver();
  int broken = Success;
  uint64_t callsLeft; ///< until the device is lost
  FILE *statistics = nullptr;
  bool endsWithDevice();
};

/// The contexts that are current in this thread, the last one on top.
std::vector<void *> &currentContexts();

} // namespace dlc::cuda

/// The begin of a function that needs a context.
#define DLC_ENTER                                                              \
  ::dlc::cuda::Driver &driver = ::dlc::cuda::Driver::get();                    \
  std::lock_guard<std::recursive_mutex> lock(driver.mutex);                    \
  if (int error = driver.enter())                                              \
  return error

#define DLC_DRIVER_API extern "C" __attribute__((visibility("default"))) int

#endif
