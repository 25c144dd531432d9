/* gpu-io.c - runs the network of gpu.mlir on pointers of the device: queued on
   a stream and waited for, in the device's memory and in memory of the host
   that it reaches too. */
#include "dlc/cuda.h"
#include "io.h"

#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROWS = 4, COLUMNS = 16, COUNT = ROWS * COLUMNS };

static union {
  struct dlc_cuda_state state;
  unsigned char bytes[NET_ARENA_BYTES];
} arena;

static void *library;
#define CU(name, arguments) ((int(*) arguments)dlsym(library, #name))

static void fill(float *x, int seed) {
  int i;
  for (i = 0; i < COUNT; ++i)
    x[i] = (float)((i * 31 + seed * 17) % 23 - 11) / 8;
}

/* All columns of the product are half of the row's sum: each is 1/16 of one. */
static const char *verdict(const float *y) {
  int i;
  for (i = 0; i < COUNT; ++i)
    if (fabsf(y[i] - 1.0f / COLUMNS) > 1e-6f)
      return "wrong";
  return "right";
}

int main(void) {
  uint64_t memory[2];
  void *context, *stream;
  float x[COUNT], y[COUNT];
  const void *inputs[1];
  void *outputs[1];
  int status;
  library = dlopen("libcuda.so.1", RTLD_NOW);
  CU(cuInit, (unsigned))(0);
  CU(cuDevicePrimaryCtxRetain, (void **, int))(&context, 0);
  CU(cuCtxPushCurrent_v2, (void *))(context);
  CU(cuStreamCreate, (void **, unsigned))(&stream, 1);
  CU(cuMemAlloc_v2, (uint64_t *, size_t))(&memory[0], sizeof(x));
  CU(cuMemAlloc_v2, (uint64_t *, size_t))(&memory[1], sizeof(y));
  status = net_open(&arena);
  printf("open: %d, %s\n", status, dlc_cuda_message(&arena.state, status));

  inputs[0] = (void *)(uintptr_t)memory[0];
  outputs[0] = (void *)(uintptr_t)memory[1];
  fill(x, 1);
  CU(cuMemcpyHtoDAsync_v2,
     (uint64_t, const void *, size_t, void *))(memory[0], x, sizeof(x), stream);
  status = net_enqueue(inputs, outputs, &arena, stream);
  memset(y, 0, sizeof(y));
  CU(cuMemcpyDtoHAsync_v2,
     (void *, uint64_t, size_t, void *))(y, memory[1], sizeof(y), stream);
  printf("queued: %d, %s yet\n", status, verdict(y));
  CU(cuStreamSynchronize, (void *))(stream);
  printf("done: %s\n", verdict(y));

  status = net_run(inputs, outputs, &arena);
  printf("run: %d\n", status);
  inputs[0] = (void *)(uintptr_t)(memory[0] + 4);
  status = net_run(inputs, outputs, &arena);
  printf("misaligned: %d, %s\n", status,
         dlc_cuda_message(&arena.state, status));

  /* Nothing is copied on a GPU that has the host's memory. */
  inputs[0] = dlc_cuda_host_alloc(&arena.state, sizeof(x));
  outputs[0] = dlc_cuda_host_alloc(&arena.state, sizeof(y));
  fill((float *)(uintptr_t)inputs[0], 2);
  status = net_run(inputs, outputs, &arena);
  printf("host memory: %d, %s\n", status, verdict(outputs[0]));
  dlc_cuda_host_free(&arena.state, (void *)(uintptr_t)inputs[0]);
  dlc_cuda_host_free(&arena.state, outputs[0]);

  net_close(&arena);
  CU(cuMemFree_v2, (uint64_t))(memory[0]);
  CU(cuMemFree_v2, (uint64_t))(memory[1]);
  CU(cuStreamDestroy_v2, (void *))(stream);
  CU(cuCtxPopCurrent_v2, (void **))(&context);
  CU(cuDevicePrimaryCtxRelease, (int))(0);
  return 0;
}
