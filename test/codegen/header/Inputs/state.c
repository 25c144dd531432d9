/* state.c - a network with two states, by its header and by its description;
   two blocks are two networks. */
#include "net.h"
#include <dlc/dlc.h>

static unsigned char arena[NET_ARENA_BYTES + NET_ARENA_ALIGN];
static unsigned char first[NET_STATE_BYTES + NET_STATE_ALIGN];
static unsigned char second[NET_STATE_BYTES + NET_STATE_ALIGN];

static unsigned char *align(unsigned char *bytes, unsigned to) {
  while ((uintptr_t)bytes % to)
    ++bytes;
  return bytes;
}

/* Whether a call made of `x` answers -sum. */
static int answers(float x, float sum, void *state) {
  const float in[1][4] = {{x, x, x, x}};
  float out[1][4] = {{0, 0, 0, 0}};
  return net_infer(in, out, align(arena, NET_ARENA_ALIGN), state) == 0 &&
         out[0][0] == -sum && out[0][3] == -sum;
}

int main(void) {
  unsigned char *a = align(first, NET_STATE_ALIGN);
  unsigned char *b = align(second, NET_STATE_ALIGN);
  const int8_t *count = (const int8_t *)(a + NET_STATE_1_OFFSET);
  const float x[4] = {1, 1, 1, 1};
  float y[4];
  const void *inputs[1];
  void *outputs[1];
  unsigned i;
  inputs[0] = x;
  outputs[0] = y;
  for (i = 0; i < NET_STATE_BYTES; ++i)
    a[i] = b[i] = 0xa5;
  net_reset(a);
  net_reset(b);
  if (count[0] != -5 || count[4] != 7 || count[5] != -5)
    return 1;
  if (!answers(1, 1, a) || !answers(2, 3, a) || !answers(5, 5, b) ||
      !answers(4, 7, a) || !answers(1, 6, b))
    return 2;
  if (count[0] != 1 || count[4] != 13 || count[5] != 1)
    return 3;
  if (net_model.version != DLC_MODEL_VERSION || net_model.run != NULL ||
      net_model.state_bytes != NET_STATE_BYTES ||
      net_model.state_align != NET_STATE_ALIGN)
    return 4;
  net_model.reset(a);
  if (net_model.run_on(inputs, outputs, align(arena, NET_ARENA_ALIGN), a) ||
      y[2] != -1 || count[4] != 9)
    return 5;
  return answers(1, 7, b) ? 0 : 6;
}
