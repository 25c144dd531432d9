/* host.c - the board's services for infer.c on an ordinary machine. */
#include "harness.h"

#include <stdio.h>

void bench_start(void) {}
void bench_stop(void) {}
void stack_paint(void) {}
unsigned stack_used(void) { return 0; }

void sh_num(const char *tag, unsigned v) { printf("%s %u\n", tag, v); }

int sh_read(const char *name, void *buf, unsigned len) {
  FILE *file = fopen(name, "rb");
  size_t got = file ? fread(buf, 1, len, file) : 0;
  if (file)
    fclose(file);
  return (int)got;
}

int sh_write(const char *name, const void *buf, unsigned len) {
  FILE *file = fopen(name, "wb");
  size_t put = file ? fwrite(buf, 1, len, file) : 0;
  if (file)
    fclose(file);
  return (int)put;
}
