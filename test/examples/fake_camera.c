/* fake_camera.c - a file as a V4L2 camera, for a program that is started with
   this library before the C library (LD_PRELOAD): its frames are the file's,
   which the program maps as it maps the driver's buffers.

   FAKE_CAMERA=other: the camera has another size than what it is asked for. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

enum { FRAME = 640 * 480 * 2 };

static unsigned next, queued, streaming;

static int set_format(struct v4l2_format *format) {
  const char *what = getenv("FAKE_CAMERA");
  if (what && strcmp(what, "other") == 0)
    format->fmt.pix.height = 240;
  format->fmt.pix.bytesperline = 2 * format->fmt.pix.width;
  format->fmt.pix.sizeimage = FRAME;
  return 0;
}

static int query_buffer(struct v4l2_buffer *buffer) {
  buffer->length = FRAME;
  buffer->m.offset = buffer->index * FRAME;
  return 0;
}

/* Frames one after the other; the second one was not received as a whole. */
static int take_buffer(struct v4l2_buffer *buffer) {
  if (!streaming || queued == 0) {
    errno = EINVAL;
    return -1;
  }
  --queued;
  buffer->index = next % 2;
  buffer->bytesused = next == 1 ? FRAME / 2 : FRAME;
  buffer->flags = next == 1 ? V4L2_BUF_FLAG_ERROR : 0;
  ++next;
  return 0;
}

int ioctl(int file, unsigned long code, ...) {
  va_list arguments;
  void *argument;
  (void)file;
  va_start(arguments, code);
  argument = va_arg(arguments, void *);
  va_end(arguments);
  switch (code) {
  case VIDIOC_QUERYCAP:
    ((struct v4l2_capability *)argument)->capabilities =
        V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
    return 0;
  case VIDIOC_S_FMT:
    return set_format(argument);
  case VIDIOC_REQBUFS:
    return 0;
  case VIDIOC_QUERYBUF:
    return query_buffer(argument);
  case VIDIOC_QBUF:
    ++queued;
    return 0;
  case VIDIOC_DQBUF:
    return take_buffer(argument);
  case VIDIOC_STREAMON:
  case VIDIOC_STREAMOFF:
    streaming = code == VIDIOC_STREAMON;
    return 0;
  }
  errno = ENOTTY;
  return -1;
}
