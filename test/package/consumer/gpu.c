/* A picture without anything on it, on the GPU that the driver has. */
#include "picture.h"

#include <dlc/cuda.h>
#include <stdio.h>

static union {
  struct dlc_cuda_state state;
  unsigned char bytes[PICTURE_ARENA_BYTES];
} arena;
static PICTURE_INPUT_0_TYPE input[PICTURE_INPUT_0_BYTES];
static PICTURE_OUTPUT_0_TYPE output[PICTURE_OUTPUT_0_BYTES];

int main(void) {
  const void *inputs[] = {input};
  void *outputs[] = {output};
  int status = picture_open(&arena);
  if (!status)
    status = picture_run(inputs, outputs, &arena);
  if (status)
    fprintf(stderr, "%s\n", dlc_cuda_message(&arena.state, status));
  picture_close(&arena);
  return status;
}
