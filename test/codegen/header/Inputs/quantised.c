/* quantised.c - feeds real numbers through quantised edges, by the macros of
   net.h and by the description, which must agree. */
#include "net.h"
#include <dlc/dlc.h>

#include <math.h>

static double real(const struct dlc_tensor *tensor, int stored) {
  return (double)tensor->scale * (stored - tensor->zero_point);
}

static int is_plain(const struct dlc_tensor *tensor) {
  return !tensor->is_quantised && tensor->scale == 1 && tensor->zero_point == 0;
}

static int is(const struct dlc_tensor *tensor, float scale, int zero_point) {
  return tensor->is_quantised == 1 && tensor->scale == scale &&
         tensor->zero_point == zero_point;
}

#ifdef NET_INPUT_2_SCALE
#error "a float has no scale"
#endif

int main(void) {
  static unsigned char arena[NET_ARENA_BYTES + NET_ARENA_ALIGN];
  unsigned char *aligned = arena;
  const struct dlc_tensor *in = net_model.inputs, *out = net_model.outputs;
  int8_t x[1][10], channels[2] = {0}, y[1][10], v[12];
  uint8_t u[3][4], q[2];
  float f[2] = {3, 4}, r[2];
  int32_t count[2] = {5, 6}, doubled[2];
  int i;
  while ((uintptr_t)aligned % NET_ARENA_ALIGN)
    ++aligned;
  if (net_model.version != 5 || net_model.version != DLC_MODEL_VERSION)
    return 1;
  if (!is(in, NET_INPUT_0_SCALE, NET_INPUT_0_ZERO_POINT) ||
      !is(in + 1, NET_INPUT_1_SCALE, NET_INPUT_1_ZERO_POINT) ||
      !is_plain(in + 2) || !is_plain(in + 3) || !is_plain(in + 4))
    return 2;
  if (!is(out, NET_OUTPUT_0_SCALE, NET_OUTPUT_0_ZERO_POINT) ||
      !is(out + 1, NET_OUTPUT_1_SCALE, NET_OUTPUT_1_ZERO_POINT) ||
      !is(out + 2, 1, 0) || !is_plain(out + 3) || !is_plain(out + 4))
    return 3;
  for (i = 0; i < 10; ++i) /* -2.5 to 2 */
    x[0][i] = (int8_t)(lrint((i - 5) * 0.5 / (double)NET_INPUT_0_SCALE) +
                       NET_INPUT_0_ZERO_POINT);
  for (i = 0; i < 12; ++i) /* -6 to -0.5 */
    u[i / 4][i % 4] = (uint8_t)((i - 12) * 0.5 / (double)NET_INPUT_1_SCALE +
                                NET_INPUT_1_ZERO_POINT);
  if (net_infer((const int8_t (*)[10])x, (const uint8_t (*)[4])u, f, channels,
                count, y, v, q, r, doubled, aligned))
    return 4;
  for (i = 0; i < 10; ++i) {
    double expected = i < 5 ? 0 : (i - 5) * 0.5;
    if (fabs(real(out, y[0][i]) - expected) >
        (double)(NET_INPUT_0_SCALE + NET_OUTPUT_0_SCALE) / 2)
      return 5;
  }
  for (i = 0; i < 12; ++i) /* transposed and negated, exactly */
    if (real(out + 1, v[i]) != -(((i % 3) * 4 + i / 3) - 12) * 0.5)
      return 6;
  return q[0] == 3 && q[1] == 4 && doubled[0] == 10 && doubled[1] == 12 ? 0 : 7;
}
