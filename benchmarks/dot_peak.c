/* The peak of products of bytes on one core, measured: independent chains of
 * VPDPBUSD on vectors of 512 bits; and batches of calls, timed. */

#include "vectors.h"

#if defined(__AVX512VNNI__)
#include <immintrin.h>

enum { BYTES = 64, CHAINS = 12, ROUNDS = 20000 };

/* Named variables: an array would go through memory at -O2. */
#define EACH(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11)

static __m512i chains(__m512i data, __m512i weights) {
#define INIT(i) __m512i a##i = _mm512_set1_epi32(i);
  EACH(INIT)
  for (int round = 0; round < ROUNDS; ++round) {
#define STEP(i) a##i = _mm512_dpbusd_epi32(a##i, data, weights);
    EACH(STEP)
  }
  __m512i sum = data;
#define SUM(i) sum = _mm512_add_epi32(sum, a##i);
  EACH(SUM)
  return sum;
}

/* Products for each second, the best in `seconds`; 0 without the instruction.
 */
double measure_dot_peak(double seconds) {
  volatile int data = 0x01020304, weights = 0x7f80ff01;
  volatile int sink;
  double best = 1e30;
  for (double end = now() + seconds; now() < end;) {
    double start = now();
    __m512i sum = chains(_mm512_set1_epi32(data), _mm512_set1_epi32(weights));
    double elapsed = now() - start;
    sink = _mm512_reduce_add_epi32(sum);
    if (elapsed < best)
      best = elapsed;
  }
  (void)sink;
  return (double)BYTES * CHAINS * ROUNDS / best;
}
#else
double measure_dot_peak(double seconds) {
  (void)seconds;
  return 0.0;
}
#endif

/* Seconds that `count` calls take in all; negative when one fails. */
double time_calls(int (*call)(void *), void *state, long count) {
  double start = now();
  for (long i = 0; i < count; ++i)
    if (call(state))
      return -1.0;
  return now() - start;
}
