/* main.c - classify IMAGE: what is in an image of 32 by 32 pixels.

   The file holds 3072 float32: red, green and blue of each pixel, row by row,
   each from 0 to 255. */
#include "resnet.h"

#include <stdio.h>

static const char *const classes[10] = {
    "airplane", "automobile", "bird",  "cat",  "deer",
    "dog",      "frog",       "horse", "ship", "truck"};

static float image[1][32][32][3];
static float scores[1][10];
static unsigned char arena[RESNET_ARENA_BYTES]
    __attribute__((aligned(RESNET_ARENA_ALIGN)));

int main(int argc, char **argv) {
  FILE *file;
  size_t count;
  int i, best = 0;
  if (argc != 2) {
    fprintf(stderr, "usage: %s IMAGE\n", argv[0]);
    return 2;
  }
  file = fopen(argv[1], "rb");
  count = file ? fread(image, sizeof image, 1, file) : 0;
  if (file)
    fclose(file);
  if (count != 1) {
    fprintf(stderr, "%s: no file of %u bytes\n", argv[1],
            (unsigned)sizeof image);
    return 1;
  }
  if (resnet_infer((const float (*)[32][32][3])image, scores, arena) != 0)
    return 1;
  for (i = 1; i < 10; ++i)
    if (scores[0][i] > scores[0][best])
      best = i;
  printf("%s %.4f\n", classes[best], (double)scores[0][best]);
  return 0;
}
