/* Runs with several lengths, and some that the network is not for. */
#include "net.h"

#include <dlc/dlc.h>

static char arena[NET_ARENA_BYTES + NET_ARENA_ALIGN];
static float x[8 * 3], y[8 * 3];
static int32_t half[4];

static void *align(char *memory, size_t to) {
  return memory + (to - (size_t)memory % to) % to;
}

static int check(size_t length) {
  const size_t shape[2] = NET_INPUT_0_SHAPE_AT(length);
  const size_t halves[2] = NET_OUTPUT_1_SHAPE_AT(length);
  size_t i;
  if (shape[0] != length || shape[1] != 3 || halves[0] != 1 ||
      halves[1] != (length - 1) / 2 ||
      NET_INPUT_0_BYTES_AT(length) != length * 3 * sizeof(float) ||
      NET_OUTPUT_1_BYTES_AT(length + 0) != (length - 1) / 2 * 4)
    return 1;
  if (net_infer(x, length, y, half, align(arena, NET_ARENA_ALIGN)) != 0)
    return 2;
  for (i = 0; i < length * 3; ++i)
    if (y[i] != x[i] * (float)length)
      return 3;
  for (i = 0; i < halves[1]; ++i)
    if (half[i] != (int32_t)(i * length))
      return 4;
  return 0;
}

static int refuses(size_t length) {
  const void *inputs[NET_INPUT_COUNT];
  void *outputs[NET_OUTPUT_COUNT];
  size_t lengths[NET_LENGTH_COUNT];
  inputs[0] = x;
  outputs[0] = y;
  outputs[1] = half;
  lengths[0] = length;
  y[0] = 77;
  return net_model.run_lengths(inputs, lengths, outputs,
                               align(arena, NET_ARENA_ALIGN)) ==
             NET_ERROR_LENGTH &&
         y[0] == 77;
}

int main(void) {
  size_t i, length;
  if (net_model.version != DLC_MODEL_VERSION || net_model.run != NULL ||
      net_model.run_on != NULL || net_model.input_count != 1 ||
      net_model.length_count != 1 || net_model.lengths[0].least != 2 ||
      net_model.lengths[0].most != 8)
    return 10;
  for (i = 0; i < 8 * 3; ++i)
    x[i] = (float)i + 1;
  for (length = NET_LENGTH_0_MIN; length <= NET_LENGTH_0_MAX; ++length)
    if (check(length) != 0)
      return check(length);
  if (!refuses(0) || !refuses(1) || !refuses(9) || !refuses((size_t)-1) ||
      !refuses((size_t)1 << (sizeof(size_t) * 8 - 1)))
    return 11;
  return 0;
}
