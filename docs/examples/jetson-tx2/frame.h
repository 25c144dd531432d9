/* frame.h - pictures of a camera, made as small as the network wants them. */
#ifndef FRAME_H
#define FRAME_H

/* Reads a picture in the format PPM (P6, 255), takes the largest square in its
   middle, and writes size * size pixels of red, green and blue, each the mean
   of what it covers, from 0 to 1. Returns 0, or a message. */
const char *read_frame(const char *path, unsigned size, float *pixels);

#endif
