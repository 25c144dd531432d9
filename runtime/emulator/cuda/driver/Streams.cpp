// Streams and graphs.
#include "runtime/emulator/cuda/driver/Driver.h"

using namespace dlc::cuda;

DLC_DRIVER_API cuStreamCreate(void **stream, unsigned flags) {
  DLC_ENTER;
  if (flags > 1)
    return driver.complain(InvalidValue, "a stream with flags that are none");
  auto *made = new Stream;
  driver.streams.insert(made);
  *stream = made;
  return Success;
}

// What gives something back does so also when the device is lost.
DLC_DRIVER_API cuStreamDestroy_v2(void *handle) {
  Driver &driver = Driver::get();
  std::lock_guard<std::recursive_mutex> lock(driver.mutex);
  int error = driver.enter();
  auto *stream = static_cast<Stream *>(handle);
  if (!driver.streams.count(stream))
    return driver.complain(InvalidHandle, "a stream that is none");
  if (stream->captured) {
    driver.graphs.erase(stream->captured);
    delete stream->captured;
  } else if (!error) {
    error = driver.drain(*stream);
  }
  driver.streams.erase(stream);
  delete stream;
  return error;
}

DLC_DRIVER_API cuStreamSynchronize(void *handle) {
  DLC_ENTER;
  Stream *stream = driver.streamOf(handle);
  if (!stream)
    return driver.complain(InvalidHandle, "a stream that is none");
  return driver.drain(*stream);
}

/// Graphs came with CUDA 10.1 in this form.
static bool hasGraphs(const Driver &driver) { return driver.version >= 10010; }

DLC_DRIVER_API cuStreamIsCapturing(void *handle, int *status) {
  DLC_ENTER;
  Stream *stream = driver.streamOf(handle);
  if (!stream)
    return driver.complain(InvalidHandle, "a stream that is none");
  *status = stream->captured != nullptr;
  return Success;
}

DLC_DRIVER_API cuStreamBeginCapture_v2(void *handle, int mode) {
  DLC_ENTER;
  if (!hasGraphs(driver))
    return NotSupported;
  Stream *stream = driver.streamOf(handle);
  if (!handle || !stream || stream->captured || mode < 0 || mode > 2)
    return driver.complain(CaptureUnsupported,
                           "a stream that cannot be captured");
  stream->captured = new Graph;
  driver.graphs.insert(stream->captured);
  return Success;
}

DLC_DRIVER_API cuStreamEndCapture(void *handle, void **graph) {
  DLC_ENTER;
  Stream *stream = driver.streamOf(handle);
  if (!stream || !stream->captured)
    return driver.complain(CaptureInvalidated, "a stream that is not captured");
  *graph = stream->captured;
  stream->captured = nullptr;
  return Success;
}

DLC_DRIVER_API cuGraphInstantiate(void **executable, void *handle, void **node,
                                  char *log, size_t bytes) {
  DLC_ENTER;
  (void)node, (void)log, (void)bytes;
  auto *graph = static_cast<Graph *>(handle);
  if (!driver.graphs.count(graph))
    return driver.complain(InvalidHandle, "a graph that is none");
  auto *made = new Graph(*graph);
  driver.executables.insert(made);
  *executable = made;
  return Success;
}

DLC_DRIVER_API cuGraphLaunch(void *executable, void *stream) {
  DLC_ENTER;
  auto *graph = static_cast<Graph *>(executable);
  if (!driver.executables.count(graph))
    return driver.complain(InvalidHandle, "an executable graph that is none");
  for (const Work &work : graph->nodes)
    if (int error = driver.enqueue(stream, work))
      return error;
  return Success;
}

static int destroy(std::set<Graph *> &graphs, void *handle) {
  Driver &driver = Driver::get();
  std::lock_guard<std::recursive_mutex> lock(driver.mutex);
  int error = driver.enter();
  auto *graph = static_cast<Graph *>(handle);
  if (!graphs.erase(graph))
    return driver.complain(InvalidHandle, "a graph that is none");
  delete graph;
  return error;
}

DLC_DRIVER_API cuGraphDestroy(void *graph) {
  return destroy(Driver::get().graphs, graph);
}

DLC_DRIVER_API cuGraphExecDestroy(void *executable) {
  return destroy(Driver::get().executables, executable);
}
