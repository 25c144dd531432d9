// Modules and their functions.
#include "runtime/emulator/cuda/driver/Driver.h"

#include <cstring>

using namespace dlc;
using namespace dlc::cuda;

/// The newest PTX, times 10, that a driver takes: from the table of releases in
/// the PTX manual.
static unsigned newestPtx(unsigned driver) {
  static constexpr unsigned table[][2] = {
      {12000, 80}, {11080, 78}, {11040, 74}, {11020, 72}, {11010, 71},
      {11000, 70}, {10020, 65}, {10010, 64}, {10000, 63}, {9020, 62},
      {9010, 61},  {9000, 60},  {8000, 50},  {7050, 43}};
  for (const auto &row : table)
    if (driver >= row[0])
      return row[1];
  return 42;
}

static std::string versionText(unsigned version) {
  return std::to_string(version / 10) + "." + std::to_string(version % 10);
}

DLC_DRIVER_API cuModuleLoadDataEx(void **module, const void *image,
                                  unsigned count, int *options, void **values) {
  DLC_ENTER;
  // CU_JIT_ERROR_LOG_BUFFER and its size.
  auto refuse = [&](int code, const std::string &what) {
    char *log = nullptr;
    size_t bytes = 0;
    for (unsigned i = 0; i < count; ++i) {
      if (options[i] == 5)
        log = static_cast<char *>(values[i]);
      if (options[i] == 6)
        bytes = reinterpret_cast<size_t>(values[i]);
    }
    if (log && bytes)
      snprintf(log, bytes, "%s", what.c_str());
    return driver.complain(code, what);
  };
  const char *text = static_cast<const char *>(image);
  if (memcmp(text,
             "\x7f"
             "ELF",
             4) == 0)
    return refuse(NoBinary, "machine code is not emulated");
  auto loaded = std::make_unique<Loaded>();
  try {
    loaded->module = std::make_unique<ptx::Module>(text, driver.memory);
  } catch (const ptx::Error &error) {
    return refuse(InvalidPtx, error.what());
  } catch (const std::bad_alloc &) {
    return refuse(OutOfMemory, "no memory for the module's variables");
  }
  const ptx::Module &made = *loaded->module;
  unsigned newest = newestPtx(driver.version);
  if (made.version > newest)
    return refuse(driver.version < 11010 ? InvalidPtx : UnsupportedPtxVersion,
                  "PTX " + versionText(made.version) +
                      " is newer than this driver's " + versionText(newest));
  if (made.capability > driver.capability)
    return refuse(NoBinary, "the PTX is for " + made.target +
                                ", the device is sm_" +
                                std::to_string(driver.capability));
  *module = loaded.get();
  driver.modules.insert(loaded.release());
  return Success;
}

DLC_DRIVER_API cuModuleLoadData(void **module, const void *image) {
  return cuModuleLoadDataEx(module, image, 0, nullptr, nullptr);
}

// What gives something back does so also when the device is lost.
DLC_DRIVER_API cuModuleUnload(void *module) {
  Driver &driver = Driver::get();
  std::lock_guard<std::recursive_mutex> lock(driver.mutex);
  int error = driver.enter();
  if (!driver.modules.erase(static_cast<Loaded *>(module)))
    return driver.complain(InvalidHandle, "a module that is none");
  for (Stream *stream : driver.streams)
    if (!error && !stream->queue.empty())
      driver.complain(Success, "unloads a module while work is queued");
  delete static_cast<Loaded *>(module);
  return error;
}

DLC_DRIVER_API cuModuleGetFunction(void **function, void *module,
                                   const char *name) {
  DLC_ENTER;
  auto *loaded = static_cast<Loaded *>(module);
  if (!driver.modules.count(loaded))
    return driver.complain(InvalidHandle, "a module that is none");
  const ptx::Kernel *kernel = loaded->module->find(name);
  if (!kernel)
    return driver.complain(NotFound, std::string("no kernel ") + name);
  std::unique_ptr<Function> &slot = loaded->functions[name];
  if (!slot)
    slot.reset(new Function{kernel});
  *function = slot.get();
  return Success;
}

DLC_DRIVER_API cuModuleGetGlobal_v2(uint64_t *at, size_t *bytes, void *module,
                                    const char *name) {
  DLC_ENTER;
  auto *loaded = static_cast<Loaded *>(module);
  if (!driver.modules.count(loaded))
    return driver.complain(InvalidHandle, "a module that is none");
  const ptx::Allocation *variable = loaded->module->variable(name);
  if (!variable)
    return NotFound;
  if (at)
    *at = variable->begin;
  if (bytes)
    *bytes = variable->bytes;
  return Success;
}

/// CUfunction_attribute.
DLC_DRIVER_API cuFuncGetAttribute(int *value, int attribute, void *function) {
  DLC_ENTER;
  const ptx::Kernel &kernel = *static_cast<Function *>(function)->kernel;
  switch (attribute) {
  case 0: // threads of a block
    *value = int(kernel.maxThreads);
    return Success;
  case 1: // shared memory
    *value = int(kernel.sharedBytes);
    return Success;
  case 3: // local memory
    *value = int(kernel.localBytes);
    return Success;
  default:
    return driver.complain(InvalidValue, "attribute " +
                                             std::to_string(attribute) +
                                             " of functions is not emulated");
  }
}

static int resultOf(ptx::Fault fault) {
  switch (fault) {
  case ptx::Fault::OutOfBounds:
    return IllegalAddress;
  case ptx::Fault::Misaligned:
    return MisalignedAddress;
  case ptx::Fault::Endless:
    return LaunchTimeout;
  case ptx::Fault::Launch:
    return InvalidValue;
  default:
    return LaunchFailed;
  }
}

DLC_DRIVER_API cuLaunchKernel(void *function, unsigned gridX, unsigned gridY,
                              unsigned gridZ, unsigned blockX, unsigned blockY,
                              unsigned blockZ, unsigned sharedBytes,
                              void *stream, void **parameters, void **extra) {
  DLC_ENTER;
  bool isKnown = false;
  for (Loaded *module : driver.modules)
    for (auto &entry : module->functions)
      isKnown |= entry.second.get() == function;
  if (!isKnown || extra)
    return driver.complain(InvalidHandle, "launches what is no function");
  const ptx::Kernel &kernel = *static_cast<Function *>(function)->kernel;
  ptx::Grid grid{{gridX, gridY, gridZ}, {blockX, blockY, blockZ}, sharedBytes};
  try {
    ptx::checkGrid(kernel, grid);
  } catch (const ptx::Error &error) {
    return driver.complain(InvalidValue, error.what());
  }
  // Arguments are read now.
  auto values = std::make_shared<std::vector<std::vector<char>>>();
  for (size_t i = 0; i < kernel.parameters.size(); ++i) {
    const char *p = static_cast<const char *>(parameters[i]);
    values->emplace_back(p, p + kernel.parameters[i].bytes);
  }
  return driver.enqueue(stream, [&driver, &kernel, grid, values]() -> int {
    std::vector<void *> pointers;
    for (auto &value : *values)
      pointers.push_back(value.data());
    if (int error = driver.enter())
      return error;
    try {
      driver.record(kernel, grid,
                    ptx::launch(kernel, grid, pointers.data(), driver.options));
    } catch (const ptx::Error &error) {
      return driver.complain(resultOf(error.fault), error.what());
    }
    return Success;
  });
}
