#include "frame.h"

#include <stdio.h>
#include <stdlib.h>

/* The mean of one colour over the pixels of a box. */
static float mean(const unsigned char *colours, unsigned width, unsigned x0,
                  unsigned x1, unsigned y0, unsigned y1) {
  unsigned long sum = 0;
  unsigned x, y;
  for (y = y0; y < y1; ++y)
    for (x = x0; x < x1; ++x)
      sum += colours[3 * ((size_t)y * width + x)];
  return (float)sum / ((float)(x1 - x0) * (float)(y1 - y0) * 255);
}

static void shrink(const unsigned char *picture, unsigned width,
                   unsigned height, unsigned size, float *pixels) {
  unsigned side = width < height ? width : height;
  unsigned left = (width - side) / 2, top = (height - side) / 2;
  unsigned x, y, colour;
  for (y = 0; y < size; ++y)
    for (x = 0; x < size; ++x)
      for (colour = 0; colour < 3; ++colour)
        *pixels++ = mean(picture + colour, width, left + x * side / size,
                         left + (x + 1) * side / size, top + y * side / size,
                         top + (y + 1) * side / size);
}

const char *read_frame(const char *path, unsigned size, float *pixels) {
  FILE *file = fopen(path, "rb");
  unsigned width = 0, height = 0, most = 0;
  unsigned char *picture = NULL;
  const char *wrong = NULL;
  size_t bytes;
  if (!file)
    return "no such file";
  if (fscanf(file, "P6 %u %u %u", &width, &height, &most) != 3 ||
      fgetc(file) == EOF || most != 255)
    wrong = "no picture in the format PPM (P6, 255)";
  else if (width < size || height < size || width > 8192 || height > 8192)
    wrong = "smaller than what the network sees, or larger than 8192 pixels";
  if (!wrong) {
    bytes = (size_t)width * height * 3;
    picture = malloc(bytes);
    if (!picture || fread(picture, 1, bytes, file) != bytes)
      wrong = "the picture ends too early";
    else
      shrink(picture, width, height, size, pixels);
  }
  free(picture);
  fclose(file);
  return wrong;
}
