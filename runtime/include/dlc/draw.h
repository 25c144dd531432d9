/* draw.h - what a network has detected, drawn into a picture.

   `net_draw` of a network that was compiled with `draw` calls it; compile
   src/dlc_draw.c with your program (CMake: dlc::draw). C99 and C++, integers
   only, no heap, no library. */
#ifndef DLC_DRAW_H
#define DLC_DRAW_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A box; `net_box` of a network that draws. */
struct dlc_box {
  int16_t x0, y0, x1, y1; /* in units of a fraction of the frame's pixels */
  int16_t label;          /* a position among the labels */
  int16_t score;          /* 32767 is 1 */
};

/* How the pixels of a picture lie in memory. */
enum dlc_pixels {
  DLC_PIXELS_RGB,
  DLC_PIXELS_BGR,
  DLC_PIXELS_RGBX,
  DLC_PIXELS_BGRX,
  DLC_PIXELS_RGB565_LE,
  DLC_PIXELS_RGB565_BE,
  DLC_PIXELS_GRAY,
  DLC_PIXELS_YUYV
};

struct dlc_picture {
  uint8_t *pixels;
  int32_t width, height; /* in pixels, at most 16384; YUYV: an even width */
  int32_t stride;        /* bytes from one row to the next */
  enum dlc_pixels format;
};

/* What the boxes are of. */
struct dlc_scene {
  int32_t width, height; /* of the frame that was looked at */
  int32_t fraction_bits; /* of the boxes' corners */
  const char *const *labels;
  int32_t label_count; /* 0: outlines alone */
};

/* Draws an outline for each box and above it, or inside where there is no room,
   its label and score in per cent. A picture may have another size than the
   frame. What lies outside of the picture is left out; nothing else than pixels
   of the picture is written. Letters are capitals of 5 by 7 pixels, from 480
   rows on twice as large, and so on; other characters than those of ASCII are
   question marks. */
void dlc_draw_boxes(const struct dlc_picture *picture,
                    const struct dlc_box *boxes, int count,
                    const struct dlc_scene *scene);

/* Key points of the boxes, box by box. */
struct dlc_points {
  const int16_t *numbers; /* x and y as corners, and a score if they have one */
  int32_t count;          /* of each box */
  int32_t scored;         /* 1: a third number of each, 32767 is 1; 0: two */
};

/* Draws a spot for each key point, in the color of its box with a dark rim,
   over what dlc_draw_boxes has drawn. Points whose score is less than a quarter
   are not seen, and left out. */
void dlc_draw_points(const struct dlc_picture *picture,
                     const struct dlc_box *boxes,
                     const struct dlc_points *points, int count,
                     const struct dlc_scene *scene);

#ifdef __cplusplus
}
#endif

#endif
