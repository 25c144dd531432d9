/* camera.h - a camera that gives lines, of which no more than two are in RAM.
 */
#ifndef CAMERA_H
#define CAMERA_H

#include <stdint.h>

enum { CAMERA_WIDTH = 320, CAMERA_HEIGHT = 240, CAMERA_LINE = 640 };

/* What is done with a line, which the camera writes over when this returns. */
typedef int camera_line_done(const uint8_t line[CAMERA_LINE]);

/* Begins with a frame, the first or the next one; 0: there is none. */
int camera_begin(void);

/* Waits for the next line and hands it on; returns what `done` returns. */
int camera_next(camera_line_done *done);

#endif
