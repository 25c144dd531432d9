/* network.c INPUTS OUTPUTS RUNS - opens the network of net.h, runs it, writes
   its outputs, and prints the shortest time of a run in microseconds. With
   ON_DEVICE it gives the network memory of the device (--io=device). */
#include "net.h"

#include <dlc/cuda.h>
#include <dlc/dlc.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec * 1e-3;
}

static int failed(void *arena, int status) {
  fprintf(stderr, "%d: %s\n", status, dlc_cuda_message(arena, status));
  return 1;
}

#ifdef ON_DEVICE
#define CU(name, arguments) ((int(*) arguments)dlsym(library, #name))
static void *library;

/* The context is the one that the network has. */
static int start_device(void) {
  void *context;
  library = dlopen("libcuda.so.1", RTLD_NOW);
  return library && !CU(cuInit, (unsigned))(0) &&
         !CU(cuDevicePrimaryCtxRetain, (void **, int))(&context, 0) &&
         !CU(cuCtxPushCurrent_v2, (void *))(context);
}
static void stop_device(void) {
  void *context;
  CU(cuCtxPopCurrent_v2, (void **))(&context);
  CU(cuDevicePrimaryCtxRelease, (int))(0);
}
/* Memory of the device, with what the host has at `from`; null: none. */
static void *to_device(const void *from, size_t bytes) {
  uint64_t memory = 0;
  if (CU(cuMemAlloc_v2, (uint64_t *, size_t))(&memory, bytes + 1) ||
      CU(cuMemcpyHtoD_v2, (uint64_t, const void *, size_t))(memory, from,
                                                            bytes))
    return NULL;
  return (void *)(uintptr_t)memory;
}
static int to_host(void *to, const void *from, size_t bytes) {
  uint64_t memory = (uint64_t)(uintptr_t)from;
  return !CU(cuMemcpyDtoH_v2, (void *, uint64_t, size_t))(to, memory, bytes) &&
         !CU(cuMemFree_v2, (uint64_t))(memory);
}
#endif

int main(int argc, char **argv) {
  void *arena = NULL;
  const void **inputs = calloc(net_model.input_count + 1, sizeof(void *));
  void **outputs = calloc(net_model.output_count + 1, sizeof(void *));
  void **results = calloc(net_model.output_count + 1, sizeof(void *));
  FILE *from, *to;
  double best = 0;
  uint32_t i;
  int run, status;
  if (argc != 4 || posix_memalign(&arena, NET_ARENA_ALIGN, NET_ARENA_BYTES))
    return 2;
  from = fopen(argv[1], "rb");
  for (i = 0; i < net_model.input_count; ++i) {
    void *input = malloc(net_model.inputs[i].bytes + 1);
    if (!from || fread(input, 1, net_model.inputs[i].bytes, from) !=
                     net_model.inputs[i].bytes)
      return 2;
    inputs[i] = input;
  }
  for (i = 0; i < net_model.output_count; ++i)
    outputs[i] = results[i] = calloc(1, net_model.outputs[i].bytes + 1);
#ifdef ON_DEVICE
  if (!start_device())
    return 2;
  for (i = 0; i < net_model.input_count; ++i)
    if (!(inputs[i] = to_device(inputs[i], net_model.inputs[i].bytes)))
      return 2;
  for (i = 0; i < net_model.output_count; ++i)
    if (!(outputs[i] = to_device(results[i], net_model.outputs[i].bytes)))
      return 2;
#endif
  status = net_open(arena);
  if (status)
    return failed(arena, status);
  for (run = 0; run < atoi(argv[3]); ++run) {
    double begin = microseconds(), took;
    status = net_run(inputs, outputs, arena);
    if (status)
      return failed(arena, status);
    took = microseconds() - begin;
    best = run == 0 || took < best ? took : best;
  }
  net_close(arena);
#ifdef ON_DEVICE
  for (i = 0; i < net_model.output_count; ++i)
    if (!to_host(results[i], outputs[i], net_model.outputs[i].bytes))
      return 2;
  for (i = 0; i < net_model.input_count; ++i)
    CU(cuMemFree_v2, (uint64_t))((uint64_t)(uintptr_t)inputs[i]);
  stop_device();
#endif
  to = fopen(argv[2], "wb");
  for (i = 0; i < net_model.output_count; ++i)
    fwrite(results[i], 1, net_model.outputs[i].bytes, to);
  fclose(to);
  printf("%.1f\n", best);
  return 0;
}
