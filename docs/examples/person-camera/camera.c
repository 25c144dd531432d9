/* camera.c - an OV2640's lines, out of a file on the machine that QEMU runs on:
   frames.bin has frames one after the other.

   On a device: camera_begin starts the DMA (DCMI of an STM32) with two lines as
   its two buffers, and camera_next waits for the interrupt that says which one
   is full. */
#include "camera.h"

static uint8_t lines[2][CAMERA_LINE];
static int current;
static intptr_t frames = -1;

static intptr_t call_host(uintptr_t operation, const void *argument) {
  register uintptr_t r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return (intptr_t)r0;
}

/* The file may end where a frame ends. */
static int read_line(uint8_t line[CAMERA_LINE]) {
  uintptr_t arguments[3] = {(uintptr_t)frames, (uintptr_t)line, CAMERA_LINE};
  return call_host(0x06, arguments) == 0; /* SYS_READ: what is left to read */
}

int camera_begin(void) {
  static const char name[] = "frames.bin";
  if (frames < 0) {
    uintptr_t arguments[3] = {(uintptr_t)name, 1 /* "rb" */, sizeof name - 1};
    frames = call_host(0x01, arguments); /* SYS_OPEN */
    if (frames < 0)
      return 0;
  }
  current = 0;
  return read_line(lines[0]);
}

int camera_next(camera_line_done *done) {
  static int number;
  int full = current, result;
  result = done(lines[full]);
  current = !full;
  if (++number < CAMERA_HEIGHT)
    read_line(lines[current]);
  else
    number = 0;
  return result;
}
