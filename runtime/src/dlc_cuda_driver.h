/* dlc_cuda_driver.h - the driver's functions, and what the sources of the CUDA
   runtime share. Not for programs. */
#ifndef DLC_CUDA_DRIVER_H
#define DLC_CUDA_DRIVER_H

#include "dlc/cuda.h"

/* The parts of cuda.h that are used; their ABI is fixed. */
typedef int CUresult;
typedef int CUdevice;
typedef uint64_t CUdeviceptr;

enum { SUCCESS = 0, OUT_OF_MEMORY = 2, NO_DEVICE = 100 };
enum { INTEGRATED = 18, MAJOR = 75, MINOR = 76 }; /* CUdevice_attribute */
enum { JIT_LOG = 5, JIT_LOG_BYTES = 6 };          /* CUjit_option */
enum { NON_BLOCKING = 1, CAPTURE_THREAD_LOCAL = 1, HOST_PORTABLE_MAPPED = 3 };

#define REQUIRED(X)                                                            \
  X(cuInit, (unsigned))                                                        \
  X(cuDeviceGetCount, (int *))                                                 \
  X(cuDeviceGet, (CUdevice *, int))                                            \
  X(cuDeviceGetAttribute, (int *, int, CUdevice))                              \
  X(cuDevicePrimaryCtxRetain, (void **, CUdevice))                             \
  X(cuDevicePrimaryCtxRelease, (CUdevice))                                     \
  X(cuCtxGetCurrent, (void **))                                                \
  X(cuCtxGetDevice, (CUdevice *))                                              \
  X(cuCtxPushCurrent_v2, (void *))                                             \
  X(cuCtxPopCurrent_v2, (void **))                                             \
  X(cuCtxSynchronize, (void))                                                  \
  X(cuModuleLoadDataEx, (void **, const void *, unsigned, int *, void **))     \
  X(cuModuleUnload, (void *))                                                  \
  X(cuModuleGetFunction, (void **, void *, const char *))                      \
  X(cuMemAlloc_v2, (CUdeviceptr *, size_t))                                    \
  X(cuMemFree_v2, (CUdeviceptr))                                               \
  X(cuMemHostAlloc, (void **, size_t, unsigned))                               \
  X(cuMemFreeHost, (void *))                                                   \
  X(cuMemHostGetDevicePointer_v2, (CUdeviceptr *, void *, unsigned))           \
  X(cuMemcpyHtoD_v2, (CUdeviceptr, const void *, size_t))                      \
  X(cuMemcpyHtoDAsync_v2, (CUdeviceptr, const void *, size_t, void *))         \
  X(cuMemcpyDtoHAsync_v2, (void *, CUdeviceptr, size_t, void *))               \
  X(cuMemcpyDtoDAsync_v2, (CUdeviceptr, CUdeviceptr, size_t, void *))          \
  X(cuMemsetD8Async, (CUdeviceptr, unsigned char, size_t, void *))             \
  X(cuStreamCreate, (void **, unsigned))                                       \
  X(cuStreamDestroy_v2, (void *))                                              \
  X(cuStreamSynchronize, (void *))                                             \
  X(cuLaunchKernel, (void *, unsigned, unsigned, unsigned, unsigned, unsigned, \
                     unsigned, unsigned, void *, void **, void **))
/* Since CUDA 10.0 and 10.1: without them every launch is a call. */
#define GRAPHS(X)                                                              \
  X(cuStreamIsCapturing, (void *, int *))                                      \
  X(cuStreamBeginCapture_v2, (void *, int))                                    \
  X(cuStreamEndCapture, (void *, void **))                                     \
  X(cuGraphInstantiate, (void **, void *, void **, char *, size_t))            \
  X(cuGraphLaunch, (void *, void *))                                           \
  X(cuGraphDestroy, (void *))                                                  \
  X(cuGraphExecDestroy, (void *))

extern struct dlc_cuda_driver {
/* A declaration: NOLINTNEXTLINE(bugprone-macro-parentheses) */
#define X(name, arguments) CUresult(*name) arguments;
  REQUIRED(X)
  GRAPHS(X)
#undef X
  CUresult (*cuGetErrorName)(CUresult, const char **);
  int has_graphs;
} dlc_cuda_driver;

/* Flags of a state. */
enum { OWNS_CONTEXT = 1, IS_INTEGRATED = 2, HAS_RUN = 4 };

/* Finds the driver once; 0 if there is none. */
int dlc_cuda_load_driver(void);

/* Sets the message. */
void dlc_cuda_say(struct dlc_cuda_state *state, const char *format, ...);

/* Remembers that `call` failed, and answers with a status. */
int dlc_cuda_failed(struct dlc_cuda_state *state, CUresult result,
                    const char *call);
#define TRY(function, arguments)                                               \
  do {                                                                         \
    int tried =                                                                \
        dlc_cuda_failed(state, dlc_cuda_driver.function arguments, #function); \
    if (tried)                                                                 \
      return tried;                                                            \
  } while (0)

int dlc_cuda_is_open(const struct dlc_cuda_state *state);

/* Behind the state: device addresses of inputs and outputs (the ends) in the
   last run and in the graph, then the kernels. */
size_t dlc_cuda_ends(const struct dlc_cuda_state *state);
uint64_t *dlc_cuda_last(struct dlc_cuda_state *state);
uint64_t *dlc_cuda_recorded(struct dlc_cuda_state *state);
void **dlc_cuda_functions(struct dlc_cuda_state *state);
/* Device address; the constants lie before it. */
uint64_t dlc_cuda_arena(const struct dlc_cuda_state *state);
const struct dlc_cuda_place *dlc_cuda_place(const struct dlc_cuda_state *state,
                                            size_t end);

int dlc_cuda_launch(struct dlc_cuda_state *state,
                    const struct dlc_cuda_launch *l, void *stream);

/* All launches, with the addresses of the last run, as one graph; none if the
   driver cannot, or if launches are to be timed one by one. */
void dlc_cuda_record_graph(struct dlc_cuda_state *state);

#endif /* DLC_CUDA_DRIVER_H */
