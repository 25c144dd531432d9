/* linux.c - machine.h on Linux. */
#include "machine.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int file_open(const char *name, int write) {
  return write ? open(name, O_WRONLY | O_CREAT | O_TRUNC, 0666)
               : open(name, O_RDONLY);
}

int file_read(int file, void *data, unsigned bytes) {
  char *at = data;
  while (bytes) {
    ssize_t got = read(file, at, bytes);
    if (got <= 0)
      return 0;
    at += got;
    bytes -= (unsigned)got;
  }
  return 1;
}

int file_write(int file, const void *data, unsigned bytes) {
  const char *at = data;
  while (bytes) {
    ssize_t put = write(file, at, bytes);
    if (put <= 0)
      return 0;
    at += put;
    bytes -= (unsigned)put;
  }
  return 1;
}

void file_close(int file) { close(file); }

void print_number(const char *tag, unsigned value) {
  printf("%s %u\n", tag, value);
}

void stack_paint(void) {}
unsigned stack_used(void) { return 0; }
