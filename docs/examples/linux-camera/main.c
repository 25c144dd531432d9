/* main.c - boxes SOURCE PREFIX [COUNT]: what a camera sees, with boxes around
   what the network finds.

   SOURCE is a camera such as /dev/video0, or a file of frames. Of each of COUNT
   frames, 1 if left out, the boxes are printed and PREFIX0.ppm, PREFIX1.ppm ...
   are written. */
#include "camera.h"
#include "detector.h"

#include <stdio.h>
#include <stdlib.h>

#ifndef DETECTOR_INPUT_0_FORMAT_YUYV
#error this camera sends YUYV
#endif

enum { WIDTH = DETECTOR_INPUT_0_WIDTH, HEIGHT = DETECTOR_INPUT_0_HEIGHT };

static uint8_t frame[HEIGHT * 2 * WIDTH];
static detector_box boxes[DETECTOR_BOX_COUNT];
static unsigned char arena[DETECTOR_ARENA_BYTES]
    __attribute__((aligned(DETECTOR_ARENA_ALIGN)));

static const char *const labels[] = DETECTOR_OUTPUT_0_LABELS;

static void print_boxes(int number, int count) {
  const double pixel = 1 << DETECTOR_BOX_FRACTION_BITS;
  int i;
  printf("frame %d: %d\n", number, count);
  for (i = 0; i < count; ++i)
    printf("  %s %.0f%% from %.1f %.1f to %.1f %.1f\n", labels[boxes[i].label],
           100 * boxes[i].score / 32767.0, boxes[i].x0 / pixel,
           boxes[i].y0 / pixel, boxes[i].x1 / pixel, boxes[i].y1 / pixel);
}

static uint8_t byte_of(int value) {
  value = (value + 128) >> 8;
  return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

/* BT.601, 16 to 235: a pair of pixels, which share their chroma. */
static void write_pair(const uint8_t *yuyv, FILE *file) {
  int u = yuyv[1] - 128, v = yuyv[3] - 128, i;
  for (i = 0; i < 2; ++i) {
    int light = 298 * (yuyv[2 * i] - 16);
    fputc(byte_of(light + 409 * v), file);
    fputc(byte_of(light - 208 * v - 100 * u), file);
    fputc(byte_of(light + 516 * u), file);
  }
}

static int write_picture(const char *prefix, int number) {
  char path[4096];
  FILE *file;
  int bad, x, y;
  if (snprintf(path, sizeof path, "%s%d.ppm", prefix, number) >=
      (int)sizeof path)
    return -1;
  file = fopen(path, "wb");
  if (!file) {
    perror(path);
    return -1;
  }
  fprintf(file, "P6\n%d %d\n255\n", WIDTH, HEIGHT);
  for (y = 0; y < HEIGHT; ++y)
    for (x = 0; x < WIDTH; x += 2)
      write_pair(frame + 2 * (y * WIDTH + x), file);
  bad = ferror(file);
  if (fclose(file) || bad) {
    perror(path);
    return -1;
  }
  return 0;
}

/* 1: the frame is written; 0: there is none; -1 after a message. */
static int show(const char *prefix, int number) {
  int result = camera_next(frame);
  if (result != 1)
    return result;
  result = detector_detect(frame, boxes, arena);
  if (result < 0)
    return -1;
  print_boxes(number, result);
  detector_draw(frame, boxes, result);
  return write_picture(prefix, number) < 0 ? -1 : 1;
}

int main(int argc, char **argv) {
  int count = argc == 4 ? atoi(argv[3]) : 1, number = 0, result = 1;
  if (argc < 3 || argc > 4 || count < 1) {
    fprintf(stderr, "usage: %s SOURCE PREFIX [COUNT]\n", argv[0]);
    return 2;
  }
  if (camera_open(argv[1], WIDTH, HEIGHT) < 0)
    return 1;
  while (number < count && result == 1)
    result = show(argv[2], number++);
  camera_close();
  return result < 0;
}
