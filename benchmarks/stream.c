/* The rate at which one core reads memory in order, for working sets that lie
 * in a cache and for those that do not. */

#include "vectors.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { UNROLL = 8 };

/* The sum of `count` vectors, a multiple of UNROLL: additions enough to use
 * what is read, chains enough to hide their latency. */
static vec sum_of(const vec *data, size_t count) {
  vec sums[UNROLL] = {0};
  for (size_t i = 0; i < count; i += UNROLL)
    for (int j = 0; j < UNROLL; ++j)
      sums[j] += data[i + j];
  for (int j = 1; j < UNROLL; ++j)
    sums[0] += sums[j];
  return sums[0];
}

/* Bytes for each second of reading `bytes` again and again, the best of the
 * rounds within `seconds`; 0 without memory. */
double measure_read_bandwidth(size_t bytes, double seconds) {
  size_t count = bytes / sizeof(vec) / UNROLL * UNROLL;
  if (count == 0)
    count = UNROLL;
  vec *data = aligned_alloc(64, count * sizeof(vec));
  if (!data)
    return 0;
  memset(data, 0, count * sizeof(vec));
  /* A small working set is read many times between two looks at the clock. */
  size_t rounds = 1 + ((size_t)1 << 20) / (count * sizeof(vec));
  volatile float sink;
  double best = 1e30;
  for (double end = now() + seconds; now() < end;) {
    double start = now();
    for (size_t round = 0; round < rounds; ++round) {
      sink = sum_of(data, count)[0];
      /* Nothing is known of the data in the next round. */
      __asm__ volatile("" : : "r"(data) : "memory");
    }
    double elapsed = (now() - start) / (double)rounds;
    if (elapsed < best)
      best = elapsed;
  }
  (void)sink;
  free(data);
  return (double)(count * sizeof(vec)) / best;
}
