/* Runs the network once on zeros: every score must be a finite number. */
#include "digit.h"
#include "own.h"
#include <dlc/dlc.h>
#include <stdio.h>

static float input[DIGIT_INPUT_0_BYTES / sizeof(float)];
static float output[DIGIT_OUTPUT_0_BYTES / sizeof(float)];
static union {
  double alignment;
  unsigned char bytes[DIGIT_ARENA_BYTES + DIGIT_ARENA_ALIGN];
} arena;

int main(void) {
  const void *inputs[] = {input};
  void *outputs[] = {output};
  uintptr_t start = (uintptr_t)arena.bytes;
  uintptr_t aligned =
      (start + DIGIT_ARENA_ALIGN - 1) / DIGIT_ARENA_ALIGN * DIGIT_ARENA_ALIGN;
  size_t i;
  if (digit_run(inputs, outputs, (void *)aligned) != 0)
    return 1;
  for (i = 0; i < sizeof(output) / sizeof(float); ++i) {
    printf("%g\n", output[i]);
    if (!(output[i] - output[i] == 0.0f))
      return 1;
  }
  /* The same network once more, with an arena of its own. */
  if (own_run(inputs, outputs, NULL) != 0 || own_model.arena_bytes != 0)
    return 1;
  return digit_model.version == DLC_MODEL_VERSION ? 0 : 1;
}
