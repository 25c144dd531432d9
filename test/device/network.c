/* network.c INPUTS OUTPUTS RUNS - opens the network of net.h, runs it, writes
   its outputs, and prints the shortest time of a run in microseconds. */
#include "net.h"

#include <dlc/cuda.h>
#include <dlc/dlc.h>

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

int main(int argc, char **argv) {
  void *arena = NULL;
  const void **inputs = calloc(net_model.input_count + 1, sizeof(void *));
  void **outputs = calloc(net_model.output_count + 1, sizeof(void *));
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
    outputs[i] = malloc(net_model.outputs[i].bytes + 1);
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
  to = fopen(argv[2], "wb");
  for (i = 0; i < net_model.output_count; ++i)
    fwrite(outputs[i], 1, net_model.outputs[i].bytes, to);
  fclose(to);
  printf("%.1f\n", best);
  return 0;
}
