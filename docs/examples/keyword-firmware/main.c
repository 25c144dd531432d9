/* main.c - runs the network once and prints the class with the best score. */
#include "features.h"
#include "keyword.h"
#include "startup.h"

static uint8_t arena[KEYWORD_ARENA_BYTES]
    __attribute__((aligned(KEYWORD_ARENA_ALIGN)));
static float scores[1][12];

static void print_digits(unsigned value, int digits) {
  char text[11];
  int i = digits;
  text[i] = 0;
  while (i > 0) {
    text[--i] = (char)('0' + value % 10);
    value /= 10;
  }
  print(text);
}

int main(void) {
  unsigned i, best = 0;
  if (keyword_infer(features, scores, arena) != 0)
    return 1;
  for (i = 1; i < 12; ++i)
    if (scores[0][i] > scores[0][best])
      best = i;
  print("class ");
  print_digits(best, best < 10 ? 1 : 2);
  print(", score 0.");
  print_digits((unsigned)(scores[0][best] * 10000.0f), 4);
  print("\n");
  return 0;
}
