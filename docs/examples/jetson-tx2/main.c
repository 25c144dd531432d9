/* main.c - detect FRAME...: whether there is a person in pictures of a camera.
 */
#include "frame.h"
#include "vww.h"

#include <dlc/cuda.h>

#include <stdio.h>

enum { SIZE = 96, PERSON = 1 };

static union {
  struct dlc_cuda_state state;
  unsigned char bytes[VWW_ARENA_BYTES];
} arena;

static int failed(int status) {
  fprintf(stderr, "%s\n", dlc_cuda_message(&arena.state, status));
  return 1;
}

int main(int argc, char **argv) {
  /* Memory that the GPU reads and writes itself: nothing is copied. */
  float *frame, *scores;
  const void *inputs[1];
  void *outputs[1];
  int i, status;
  if (argc < 2) {
    fprintf(stderr, "usage: %s FRAME.ppm...\n", argv[0]);
    return 2;
  }
  status = vww_open(&arena);
  if (status)
    return failed(status);
  inputs[0] = frame = dlc_cuda_host_alloc(&arena.state, VWW_INPUT_0_BYTES);
  outputs[0] = scores = dlc_cuda_host_alloc(&arena.state, VWW_OUTPUT_0_BYTES);
  for (i = 1; i < argc && frame && scores && !status; ++i) {
    const char *wrong = read_frame(argv[i], SIZE, frame);
    if (wrong) {
      fprintf(stderr, "%s: %s\n", argv[i], wrong);
      continue;
    }
    status = vww_run(inputs, outputs, &arena);
    if (!status)
      printf("%s: %s (%.4f)\n", argv[i],
             scores[PERSON] > 0.5f ? "a person" : "nobody",
             (double)scores[PERSON]);
  }
  if (status)
    failed(status);
  if (!frame || !scores)
    fprintf(stderr, "no memory that the GPU can use\n");
  dlc_cuda_host_free(&arena.state, frame);
  dlc_cuda_host_free(&arena.state, scores);
  vww_close(&arena);
  return status || !frame || !scores;
}
