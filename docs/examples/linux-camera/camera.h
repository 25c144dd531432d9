/* camera.h - frames of a camera (V4L2), or of a file that has them one behind
   the other. */
#ifndef CAMERA_H
#define CAMERA_H

#include <stddef.h>
#include <stdint.h>

/* Opens a camera such as /dev/video0, which is told to give YUYV of this size,
   or a file. 0, or -1 after a message. There is one at a time. */
int camera_open(const char *path, unsigned width, unsigned height);

/* Waits for the next frame and copies its 2 * width * height bytes. 1; 0 where
   a file ends; or -1 after a message. */
int camera_next(uint8_t *frame);

void camera_close(void);

#endif
