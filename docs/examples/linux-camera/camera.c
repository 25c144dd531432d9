/* camera.c - V4L2 with two buffers that the driver fills, or a file. */
#define _DEFAULT_SOURCE
#include "camera.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

enum { BUFFERS = 2 };

static struct {
  const char *path;
  int file;
  size_t bytes;     /* of a frame */
  unsigned buffers; /* that are mapped; 0: a file */
  void *start[BUFFERS];
  size_t length[BUFFERS];
} camera;

static int complain(const char *what) {
  fprintf(stderr, "%s: %s\n", camera.path, what);
  return -1;
}

static int request(unsigned long code, void *argument) {
  int result;
  do
    result = ioctl(camera.file, code, argument);
  while (result < 0 && errno == EINTR);
  return result;
}

static struct v4l2_buffer buffer_of(unsigned index) {
  struct v4l2_buffer buffer;
  memset(&buffer, 0, sizeof buffer);
  buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  buffer.memory = V4L2_MEMORY_MMAP;
  buffer.index = index;
  return buffer;
}

static int set_format(unsigned width, unsigned height) {
  struct v4l2_format format;
  struct v4l2_pix_format *pixels = &format.fmt.pix;
  memset(&format, 0, sizeof format);
  format.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  pixels->width = width;
  pixels->height = height;
  pixels->pixelformat = V4L2_PIX_FMT_YUYV;
  pixels->field = V4L2_FIELD_NONE;
  if (request(VIDIOC_S_FMT, &format) < 0)
    return complain(strerror(errno));
  /* The driver says what it does instead. */
  if (pixels->pixelformat != V4L2_PIX_FMT_YUYV || pixels->width != width ||
      pixels->height != height || pixels->bytesperline != 2 * width)
    return complain("this camera has no YUYV of the network's size");
  return 0;
}

static int map_buffers(void) {
  struct v4l2_requestbuffers wanted;
  memset(&wanted, 0, sizeof wanted);
  wanted.count = BUFFERS;
  wanted.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  wanted.memory = V4L2_MEMORY_MMAP;
  if (request(VIDIOC_REQBUFS, &wanted) < 0)
    return complain(strerror(errno));
  if (wanted.count != BUFFERS)
    return complain("the driver has no memory for two frames");
  while (camera.buffers < BUFFERS) {
    unsigned index = camera.buffers;
    struct v4l2_buffer buffer = buffer_of(index);
    void *start;
    if (request(VIDIOC_QUERYBUF, &buffer) < 0)
      return complain(strerror(errno));
    start = mmap(NULL, buffer.length, PROT_READ, MAP_SHARED, camera.file,
                 (off_t)buffer.m.offset);
    if (start == MAP_FAILED)
      return complain(strerror(errno));
    camera.start[index] = start;
    camera.length[index] = buffer.length;
    ++camera.buffers;
    if (request(VIDIOC_QBUF, &buffer) < 0)
      return complain(strerror(errno));
  }
  return 0;
}

static int start_stream(unsigned width, unsigned height) {
  int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  if (set_format(width, height) < 0 || map_buffers() < 0)
    return -1;
  return request(VIDIOC_STREAMON, &type) < 0 ? complain(strerror(errno)) : 0;
}

int camera_open(const char *path, unsigned width, unsigned height) {
  struct v4l2_capability can;
  unsigned abilities;
  memset(&camera, 0, sizeof camera);
  memset(&can, 0, sizeof can);
  camera.path = path;
  camera.bytes = 2 * (size_t)width * height;
  camera.file = open(path, O_RDWR);
  if (camera.file < 0 && (errno == EACCES || errno == EROFS))
    camera.file = open(path, O_RDONLY); /* enough for a file */
  if (camera.file < 0)
    return complain(strerror(errno));
  if (request(VIDIOC_QUERYCAP, &can) < 0)
    return 0; /* no camera, so a file */
  abilities = can.capabilities & V4L2_CAP_DEVICE_CAPS ? can.device_caps
                                                      : can.capabilities;
  if (!(abilities & V4L2_CAP_VIDEO_CAPTURE) ||
      !(abilities & V4L2_CAP_STREAMING))
    complain("no camera that streams");
  else if (start_stream(width, height) == 0)
    return 0;
  camera_close();
  return -1;
}

static int read_file(uint8_t *frame) {
  size_t done = 0;
  while (done < camera.bytes) {
    ssize_t count = read(camera.file, frame + done, camera.bytes - done);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return complain(strerror(errno));
    if (count == 0)
      return done ? complain("ends inside of a frame") : 0;
    done += (size_t)count;
  }
  return 1;
}

int camera_next(uint8_t *frame) {
  struct v4l2_buffer buffer = buffer_of(0);
  if (!camera.buffers)
    return read_file(frame);
  for (;;) {
    int whole;
    if (request(VIDIOC_DQBUF, &buffer) < 0)
      return complain(strerror(errno));
    if (buffer.index >= camera.buffers)
      return complain("the driver names a buffer that there is not");
    /* A frame that was not received as a whole is none. */
    whole = !(buffer.flags & V4L2_BUF_FLAG_ERROR) &&
            buffer.bytesused >= camera.bytes &&
            camera.length[buffer.index] >= camera.bytes;
    if (whole)
      memcpy(frame, camera.start[buffer.index], camera.bytes);
    if (request(VIDIOC_QBUF, &buffer) < 0)
      return complain(strerror(errno));
    if (whole)
      return 1;
  }
}

void camera_close(void) {
  int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  if (camera.buffers)
    request(VIDIOC_STREAMOFF, &type);
  while (camera.buffers) {
    --camera.buffers;
    munmap(camera.start[camera.buffers], camera.length[camera.buffers]);
  }
  close(camera.file);
}
