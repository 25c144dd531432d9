/* vectors.h - What the measurements in C share
 *
 * The widest vectors of floats that the compiler may use (-march=native), and
 * the time.
 */

#ifndef DLC_BENCHMARKS_VECTORS_H
#define DLC_BENCHMARKS_VECTORS_H

#include <time.h>

#if defined(__AVX512F__)
enum { LANES = 16 };
#elif defined(__AVX__)
enum { LANES = 8 };
#else
enum { LANES = 4 };
#endif

typedef float vec __attribute__((vector_size(LANES * sizeof(float))));

/* Seconds. */
static inline double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#endif
