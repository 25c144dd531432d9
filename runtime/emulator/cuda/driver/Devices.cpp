// Devices and contexts.
#include "runtime/emulator/cuda/driver/Driver.h"

using namespace dlc::cuda;

namespace dlc::cuda {

const char *nameOf(int result) {
  switch (result) {
  case Success:
    return "CUDA_SUCCESS";
  case InvalidValue:
    return "CUDA_ERROR_INVALID_VALUE";
  case OutOfMemory:
    return "CUDA_ERROR_OUT_OF_MEMORY";
  case NotInitialized:
    return "CUDA_ERROR_NOT_INITIALIZED";
  case NoDevice:
    return "CUDA_ERROR_NO_DEVICE";
  case InvalidDevice:
    return "CUDA_ERROR_INVALID_DEVICE";
  case InvalidImage:
    return "CUDA_ERROR_INVALID_IMAGE";
  case InvalidContext:
    return "CUDA_ERROR_INVALID_CONTEXT";
  case NoBinary:
    return "CUDA_ERROR_NO_BINARY_FOR_GPU";
  case InvalidPtx:
    return "CUDA_ERROR_INVALID_PTX";
  case UnsupportedPtxVersion:
    return "CUDA_ERROR_UNSUPPORTED_PTX_VERSION";
  case InvalidHandle:
    return "CUDA_ERROR_INVALID_HANDLE";
  case NotFound:
    return "CUDA_ERROR_NOT_FOUND";
  case IllegalAddress:
    return "CUDA_ERROR_ILLEGAL_ADDRESS";
  case LaunchOutOfResources:
    return "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES";
  case LaunchTimeout:
    return "CUDA_ERROR_LAUNCH_TIMEOUT";
  case MisalignedAddress:
    return "CUDA_ERROR_MISALIGNED_ADDRESS";
  case LaunchFailed:
    return "CUDA_ERROR_LAUNCH_FAILED";
  case NotSupported:
    return "CUDA_ERROR_NOT_SUPPORTED";
  case CaptureUnsupported:
    return "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED";
  case CaptureInvalidated:
    return "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED";
  case Unknown:
    return "CUDA_ERROR_UNKNOWN";
  default:
    return nullptr;
  }
}

} // namespace dlc::cuda

static int primaryContext; // its address stands for it

DLC_DRIVER_API cuInit(unsigned flags) {
  Driver &driver = Driver::get();
  std::lock_guard<std::recursive_mutex> lock(driver.mutex);
  if (flags)
    return InvalidValue;
  driver.isInitialised = true;
  return driver.devices ? Success : NoDevice;
}

DLC_DRIVER_API cuDriverGetVersion(int *version) {
  *version = int(Driver::get().version);
  return Success;
}

DLC_DRIVER_API cuGetErrorName(int result, const char **name) {
  *name = nameOf(result);
  return *name ? Success : InvalidValue;
}

DLC_DRIVER_API cuDeviceGetCount(int *count) {
  Driver &driver = Driver::get();
  if (!driver.isInitialised)
    return driver.complain(NotInitialized, "cuInit was not called");
  *count = int(driver.devices);
  return Success;
}

DLC_DRIVER_API cuDeviceGet(int *device, int ordinal) {
  if (ordinal < 0 || unsigned(ordinal) >= Driver::get().devices)
    return InvalidDevice;
  *device = ordinal;
  return Success;
}

DLC_DRIVER_API cuDeviceGetName(char *name, int bytes, int device) {
  (void)device;
  snprintf(name, size_t(bytes), "emulated sm_%u", Driver::get().capability);
  return Success;
}

DLC_DRIVER_API cuDeviceTotalMem_v2(size_t *bytes, int device) {
  (void)device;
  *bytes = Driver::get().memoryBytes;
  return Success;
}

/// CUdevice_attribute.
DLC_DRIVER_API cuDeviceGetAttribute(int *value, int attribute, int device) {
  Driver &driver = Driver::get();
  if (device < 0 || unsigned(device) >= driver.devices)
    return driver.complain(InvalidDevice, "a device that is none");
  switch (attribute) {
  case 1: // threads of a block
    *value = 1024;
    return Success;
  case 8: // shared memory of a block
    *value = 49152;
    return Success;
  case 10: // lanes of a warp
    *value = 32;
    return Success;
  case 12: // registers of a block
    *value = driver.capability == 62 ? 32768 : 65536;
    return Success;
  case 16: // multiprocessors
    *value = driver.capability == 62 ? 2 : driver.capability == 61 ? 20 : 56;
    return Success;
  case 18:
    *value = driver.isIntegrated;
    return Success;
  case 19: // can map memory of the host
    *value = 1;
    return Success;
  case 75:
    *value = int(driver.capability / 10);
    return Success;
  case 76:
    *value = int(driver.capability % 10);
    return Success;
  default:
    return driver.complain(InvalidValue, "attribute " +
                                             std::to_string(attribute) +
                                             " is not emulated");
  }
}

DLC_DRIVER_API cuDevicePrimaryCtxRetain(void **context, int device) {
  Driver &driver = Driver::get();
  std::lock_guard<std::recursive_mutex> lock(driver.mutex);
  if (!driver.isInitialised || device < 0 || unsigned(device) >= driver.devices)
    return driver.complain(InvalidDevice, "a context of a device that is none");
  ++driver.contextUsers;
  *context = &primaryContext;
  return Success;
}

DLC_DRIVER_API cuDevicePrimaryCtxRelease_v2(int device) {
  (void)device;
  Driver &driver = Driver::get();
  std::lock_guard<std::recursive_mutex> lock(driver.mutex);
  if (driver.contextUsers == 0)
    return driver.complain(InvalidContext,
                           "releases a context that nobody has");
  --driver.contextUsers;
  return Success;
}

DLC_DRIVER_API cuDevicePrimaryCtxRelease(int device) {
  return cuDevicePrimaryCtxRelease_v2(device);
}

DLC_DRIVER_API cuCtxPushCurrent_v2(void *context) {
  Driver &driver = Driver::get();
  if (context != &primaryContext || driver.contextUsers == 0)
    return driver.complain(InvalidContext, "a context that is none");
  currentContexts().push_back(context);
  return Success;
}

DLC_DRIVER_API cuCtxPopCurrent_v2(void **context) {
  if (currentContexts().empty())
    return Driver::get().complain(InvalidContext, "no context is current");
  if (context)
    *context = currentContexts().back();
  currentContexts().pop_back();
  return Success;
}

DLC_DRIVER_API cuCtxGetCurrent(void **context) {
  *context = currentContexts().empty() ? nullptr : currentContexts().back();
  return Driver::get().isInitialised ? Success : NotInitialized;
}

DLC_DRIVER_API cuCtxSetCurrent(void *context) {
  if (!currentContexts().empty())
    currentContexts().pop_back();
  return context ? cuCtxPushCurrent_v2(context) : Success;
}

DLC_DRIVER_API cuCtxGetDevice(int *device) {
  *device = 0;
  return currentContexts().empty() ? InvalidContext : Success;
}

DLC_DRIVER_API cuCtxSynchronize(void) {
  DLC_ENTER;
  return driver.drainAll();
}
