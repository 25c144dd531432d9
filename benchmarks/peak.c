/* The float32 multiply-add peak of one core, measured: independent chains of
 * fused multiply-adds on the widest vectors the compiler may use
 * (-march=native), enough of them to hide the latency. */

#include "vectors.h"

enum { CHAINS = 12, ROUNDS = 20000 };

/* Named variables: an array would go through memory at -O2. */
#define EACH(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11)

static vec chains(vec factor, vec addend) {
#define INIT(i) vec a##i = addend * (float)(i + 1);
  EACH(INIT)
  for (int round = 0; round < ROUNDS; ++round) {
#define STEP(i) a##i = a##i * factor + addend;
    EACH(STEP)
  }
  vec sum = addend;
#define SUM(i) sum += a##i;
  EACH(SUM)
  return sum;
}

/* Operations (a multiply-add is two) for each second, the best in `seconds`. */
double measure_peak(double seconds) {
  volatile float factor = 0.5f, addend = 1.0f;
  volatile float sink;
  double best = 1e30;
  for (double end = now() + seconds; now() < end;) {
    double start = now();
    vec sum = chains((vec){} + factor, (vec){} + addend);
    double elapsed = now() - start;
    sink = sum[0];
    if (elapsed < best)
      best = elapsed;
  }
  (void)sink;
  return 2.0 * LANES * CHAINS * (double)ROUNDS / best;
}

int peak_vector_bits(void) { return LANES * 32; }
