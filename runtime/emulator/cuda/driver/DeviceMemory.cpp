// Memory of the device, memory of the host that the device sees, and copies.
#include "runtime/emulator/cuda/driver/Driver.h"

#include <cstdlib>
#include <cstring>
#include <new>

using namespace dlc;
using namespace dlc::cuda;

DLC_DRIVER_API cuMemAlloc_v2(uint64_t *at, size_t bytes) {
  DLC_ENTER;
  if (bytes == 0)
    return driver.complain(InvalidValue, "an allocation of no bytes");
  if (bytes > driver.memoryBytes - driver.usedBytes)
    return OutOfMemory;
  try {
    *at = driver.memory.allocate(bytes).begin;
  } catch (const std::bad_alloc &) {
    return OutOfMemory;
  }
  driver.usedBytes += bytes;
  driver.allocations.insert(*at);
  return Success;
}

DLC_DRIVER_API cuMemFree_v2(uint64_t at) {
  Driver &driver = Driver::get();
  std::lock_guard<std::recursive_mutex> lock(driver.mutex);
  int error = driver.enter();
  if (!driver.allocations.erase(at))
    return driver.complain(InvalidValue, "frees what was not allocated");
  // As the driver does: what is queued may use it.
  if (!error)
    error = driver.drainAll();
  driver.usedBytes -= driver.memory.find(at, 1)->bytes;
  driver.memory.release(at);
  return error;
}

DLC_DRIVER_API cuMemGetInfo_v2(size_t *left, size_t *all) {
  DLC_ENTER;
  *left = driver.memoryBytes - driver.usedBytes;
  *all = driver.memoryBytes;
  return Success;
}

DLC_DRIVER_API cuMemHostAlloc(void **memory, size_t bytes, unsigned flags) {
  DLC_ENTER;
  if (flags & ~7u || bytes == 0)
    return driver.complain(InvalidValue,
                           "memory of the host with flags that are none");
  *memory = aligned_alloc(4096, (bytes + 4095) / 4096 * 4096);
  if (!*memory)
    return OutOfMemory;
  driver.memory.map(*memory, bytes);
  driver.hostMemory.insert(*memory);
  return Success;
}

DLC_DRIVER_API cuMemFreeHost(void *memory) {
  Driver &driver = Driver::get();
  std::lock_guard<std::recursive_mutex> lock(driver.mutex);
  int error = driver.enter();
  if (!driver.hostMemory.erase(memory))
    return driver.complain(InvalidValue,
                           "frees memory of the host that was not allocated");
  if (!error)
    error = driver.drainAll();
  driver.memory.release(reinterpret_cast<uint64_t>(memory));
  free(memory);
  return error;
}

/// The allocation of the host's memory that has these bytes, or null.
static ptx::Allocation *mapped(Driver &driver, const void *memory,
                               size_t bytes) {
  ptx::Allocation *found =
      driver.memory.find(reinterpret_cast<uint64_t>(memory), bytes);
  return found && driver.hostMemory.count(found->host) ? found : nullptr;
}

DLC_DRIVER_API cuMemHostGetDevicePointer_v2(uint64_t *at, void *memory,
                                            unsigned flags) {
  DLC_ENTER;
  if (flags || !mapped(driver, memory, 1))
    return InvalidValue; // a program may ask whether it is
  *at = reinterpret_cast<uint64_t>(memory);
  return Success;
}

/// The bytes of the device at `at`, or null with a complaint.
static ptx::Allocation *checked(Driver &driver, uint64_t at, size_t bytes) {
  ptx::Allocation *found = driver.memory.find(at, bytes);
  if (!found)
    driver.complain(InvalidValue, "copies " + std::to_string(bytes) +
                                      " bytes of device memory: " +
                                      driver.memory.describe(at));
  return found;
}

static int toDevice(Driver &driver, uint64_t to, const void *from,
                    size_t bytes) {
  ptx::Allocation *target = checked(driver, to, bytes);
  if (!target)
    return InvalidValue;
  memcpy(target->host + (to - target->begin), from, bytes);
  target->shadow.written(to - target->begin, bytes);
  driver.record("to device", bytes);
  return Success;
}

static int initialised(Driver &driver, const ptx::Allocation &source,
                       uint64_t from, size_t bytes) {
  if (!driver.options.checks)
    return Success;
  uint64_t first = source.shadow.firstUnwritten(from - source.begin, bytes);
  if (first == bytes)
    return Success;
  return driver.complain(LaunchFailed,
                         "copies " + std::to_string(bytes) +
                             " bytes, of which nothing has written byte " +
                             std::to_string(first) + ": " +
                             driver.memory.describe(from));
}

static int toHost(Driver &driver, void *to, uint64_t from, size_t bytes) {
  const ptx::Allocation *source = checked(driver, from, bytes);
  if (!source)
    return InvalidValue;
  if (int error = initialised(driver, *source, from, bytes))
    return error;
  memcpy(to, source->host + (from - source->begin), bytes);
  driver.record("to host", bytes);
  return Success;
}

DLC_DRIVER_API cuMemcpyHtoD_v2(uint64_t to, const void *from, size_t bytes) {
  DLC_ENTER;
  if (int error = driver.drain(driver.defaultStream))
    return error;
  return toDevice(driver, to, from, bytes);
}

DLC_DRIVER_API cuMemcpyDtoH_v2(void *to, uint64_t from, size_t bytes) {
  DLC_ENTER;
  if (int error = driver.drain(driver.defaultStream))
    return error;
  return toHost(driver, to, from, bytes);
}

DLC_DRIVER_API cuMemcpyHtoDAsync_v2(uint64_t to, const void *from, size_t bytes,
                                    void *stream) {
  DLC_ENTER;
  if (!checked(driver, to, bytes))
    return InvalidValue;
  // From pageable memory the driver has read before it returns, from its own
  // it reads when the copy's turn comes.
  if (mapped(driver, from, bytes))
    return driver.enqueue(
        stream, [=, &driver] { return toDevice(driver, to, from, bytes); });
  const char *begin = static_cast<const char *>(from);
  auto copy = std::make_shared<std::vector<char>>(begin, begin + bytes);
  return driver.enqueue(stream, [=, &driver] {
    return toDevice(driver, to, copy->data(), bytes);
  });
}

DLC_DRIVER_API cuMemcpyDtoHAsync_v2(void *to, uint64_t from, size_t bytes,
                                    void *stream) {
  DLC_ENTER;
  if (!checked(driver, from, bytes))
    return InvalidValue;
  return driver.enqueue(
      stream, [=, &driver] { return toHost(driver, to, from, bytes); });
}

DLC_DRIVER_API cuMemcpyDtoDAsync_v2(uint64_t to, uint64_t from, size_t bytes,
                                    void *stream) {
  DLC_ENTER;
  if (!checked(driver, to, bytes) || !checked(driver, from, bytes))
    return InvalidValue;
  return driver.enqueue(stream, [=, &driver]() -> int {
    const ptx::Allocation *source = checked(driver, from, bytes);
    if (!source)
      return InvalidValue;
    if (int error = initialised(driver, *source, from, bytes))
      return error;
    return toDevice(driver, to, source->host + (from - source->begin), bytes);
  });
}

DLC_DRIVER_API cuMemsetD8Async(uint64_t to, unsigned char value, size_t bytes,
                               void *stream) {
  DLC_ENTER;
  if (!checked(driver, to, bytes))
    return InvalidValue;
  return driver.enqueue(stream, [=, &driver]() -> int {
    ptx::Allocation *target = checked(driver, to, bytes);
    if (!target)
      return InvalidValue;
    memset(target->host + (to - target->begin), value, bytes);
    target->shadow.written(to - target->begin, bytes);
    return Success;
  });
}
