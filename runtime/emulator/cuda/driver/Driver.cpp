#include "runtime/emulator/cuda/driver/Driver.h"

#include <cstdlib>

namespace dlc::cuda {

std::vector<void *> &currentContexts() {
  static thread_local std::vector<void *> contexts;
  return contexts;
}

Driver &Driver::get() {
  static Driver driver;
  return driver;
}

/// A number of the environment. One that cannot be read ends the program: a
/// test must not run without what it asks for.
static uint64_t setting(const char *name, uint64_t otherwise) {
  const char *text = getenv(name);
  if (!text)
    return otherwise;
  char *end;
  uint64_t value = strtoull(text, &end, 10);
  if (*text < '0' || *text > '9' || *end) {
    fprintf(stderr, "cuda: %s=%s is no number\n", name, text);
    exit(2);
  }
  return value;
}

Driver::Driver() {
  capability = unsigned(setting("DLC_CUDA_CAPABILITY", 62));
  version = unsigned(setting("DLC_CUDA_VERSION", 10020));
  devices = unsigned(setting("DLC_CUDA_DEVICES", 1));
  memoryBytes = setting("DLC_CUDA_MEMORY", uint64_t(8) << 30);
  // Tegra: the GPU has the host's memory.
  bool isTegra = capability == 53 || capability == 62 || capability == 72;
  isIntegrated = setting("DLC_CUDA_INTEGRATED", isTegra) != 0;
  options.checks = setting("DLC_CUDA_CHECKS", 1) != 0;
  options.isReversed = setting("DLC_CUDA_REVERSED", 0) != 0;
  options.limit = setting("DLC_CUDA_LIMIT", options.limit);
  callsLeft = setting("DLC_CUDA_LOSE_AFTER", ~uint64_t(0));
  if (const char *path = getenv("DLC_CUDA_STATS")) {
    statistics = fopen(path, "a");
    if (!statistics) {
      fprintf(stderr, "cuda: %s cannot be written\n", path);
      exit(2);
    }
  }
}

Driver::~Driver() {
  if (statistics)
    fclose(statistics);
  const std::pair<const char *, size_t> left[] = {
      {"allocations", allocations.size()},
      {"allocations of the host", hostMemory.size()},
      {"modules", modules.size()},
      {"streams", streams.size()},
      {"graphs", graphs.size()},
      {"executable graphs", executables.size()},
      {"contexts", size_t(contextUsers)}};
  for (const auto &entry : left)
    if (entry.second)
      fprintf(stderr, "cuda: leak: %zu %s\n", entry.second, entry.first);
  if (!defaultStream.queue.empty())
    fprintf(stderr, "cuda: work is queued that nobody waits for\n");
  for (void *memory : hostMemory)
    free(memory);
  for (Loaded *module : modules)
    delete module;
  for (Stream *stream : streams)
    delete stream;
  for (const auto &set : {graphs, executables})
    for (Graph *graph : set)
      delete graph;
}

int Driver::complain(int code, const std::string &what) {
  fprintf(stderr, "cuda: %s\n", what.c_str());
  return code;
}

int Driver::breakWith(int code) { return broken = code; }

/// Counts down to the device's end (DLC_CUDA_LOSE_AFTER).
bool Driver::endsWithDevice() {
  if (callsLeft && callsLeft != ~uint64_t(0))
    --callsLeft;
  return callsLeft == 0;
}

int Driver::enter() {
  if (!isInitialised)
    return complain(NotInitialized, "cuInit was not called");
  if (currentContexts().empty())
    return complain(InvalidContext, "no context is current");
  if (!broken && endsWithDevice())
    breakWith(Unknown);
  return broken;
}

Stream *Driver::streamOf(void *handle) {
  if (!handle)
    return &defaultStream;
  auto *stream = static_cast<Stream *>(handle);
  return streams.count(stream) ? stream : nullptr;
}

int Driver::enqueue(void *handle, Work work) {
  Stream *stream = streamOf(handle);
  if (!stream)
    return complain(InvalidHandle, "a stream that is none");
  if (stream->captured)
    stream->captured->nodes.push_back(std::move(work));
  else
    stream->queue.push_back(std::move(work));
  return Success;
}

int Driver::drain(Stream &stream) {
  if (stream.captured)
    return complain(CaptureUnsupported, "waits for a stream that is captured");
  while (!stream.queue.empty()) {
    Work work = std::move(stream.queue.front());
    stream.queue.pop_front();
    if (int error = work()) {
      stream.queue.clear();
      return breakWith(error);
    }
  }
  return Success;
}

int Driver::drainAll() {
  if (int error = drain(defaultStream))
    return error;
  for (Stream *stream : streams)
    if (!stream->captured)
      if (int error = drain(*stream))
        return error;
  return Success;
}

} // namespace dlc::cuda
