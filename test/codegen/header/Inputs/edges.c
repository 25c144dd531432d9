/* edges.c - calls a network with inputs and outputs of many types. */
#include "edges.h"

static unsigned char arena[EDGES_ARENA_BYTES + EDGES_ARENA_ALIGN];

#ifdef EDGES_ARENA_STATIC
#define ARENA(pointer)
#else
#define ARENA(pointer) , pointer
#endif

int main(void) {
  static const float image[1][4] = {{1, -2, 3, -4}};
  static const int8_t left[2][3] = {{1, 2, 3}, {-1, -2, -3}};
  static const int8_t right[2][3] = {{3, 2, 1}, {-3, -2, 100}};
  static const int64_t sums[2][3] = {{4, 4, 4}, {-4, -4, 97}};
  static const uint8_t less[2][3] = {{1, 0, 0}, {0, 0, 1}};
  const float scale = 2;
  float scaled[1][4];
  int64_t wide[2][3];
  uint8_t is_less[2][3], bytes[2][3];
  unsigned char *aligned = arena;
  int i, j, wrong = 0;
  while ((uintptr_t)aligned % EDGES_ARENA_ALIGN)
    ++aligned;
  if (edges_infer(image, left, &scale, right, scaled, wide, is_less,
                  bytes ARENA(aligned)) != 0)
    return 1;
  for (i = 0; i < 4; ++i)
    wrong += scaled[0][i] != 2 * image[0][i];
  for (i = 0; i < 2; ++i)
    for (j = 0; j < 3; ++j) {
      wrong += wide[i][j] != sums[i][j];
      wrong += is_less[i][j] != less[i][j];
      wrong += bytes[i][j] != (uint8_t)sums[i][j];
    }
  return wrong;
}
