/* board.c - machine.h on a bare Cortex-M: startup, faults, semihosting.

   The numbers of the operations are those of Arm's "Semihosting for AArch32 and
   AArch64"; the registers those of the Armv7-M and Armv8-M reference manuals.
 */
#include "machine.h"

extern uint32_t stack_top, stack_limit, data_start, data_end, data_load,
    bss_start, bss_end;
int main(void);

enum {
  SYS_OPEN = 0x01,
  SYS_CLOSE = 0x02,
  SYS_WRITE0 = 0x04,
  SYS_WRITE = 0x05,
  SYS_READ = 0x06,
  SYS_EXIT_EXTENDED = 0x20,
  STOPPED_APPLICATION_EXIT = 0x20026,
  MODE_READ = 1, /* "rb" */
  MODE_WRITE = 5 /* "wb" */
};

static uintptr_t host(uintptr_t operation, const void *arguments) {
  register uintptr_t r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = arguments;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

int file_open(const char *name, int write) {
  uintptr_t arguments[3] = {(uintptr_t)name, write ? MODE_WRITE : MODE_READ, 0};
  while (name[arguments[2]])
    ++arguments[2];
  return (int)host(SYS_OPEN, arguments);
}

/* Both answer with the number of bytes that are left. */
int file_read(int file, void *data, unsigned bytes) {
  uintptr_t arguments[3] = {(uintptr_t)file, (uintptr_t)data, bytes};
  return host(SYS_READ, arguments) == 0;
}

int file_write(int file, const void *data, unsigned bytes) {
  uintptr_t arguments[3] = {(uintptr_t)file, (uintptr_t)data, bytes};
  return host(SYS_WRITE, arguments) == 0;
}

void file_close(int file) {
  uintptr_t arguments[1] = {(uintptr_t)file};
  host(SYS_CLOSE, arguments);
}

void print_number(const char *tag, unsigned value) {
  char digits[13];
  int i = 12;
  digits[i] = 0;
  digits[--i] = '\n';
  do {
    digits[--i] = (char)('0' + value % 10);
    value /= 10;
  } while (value);
  digits[--i] = ' ';
  host(SYS_WRITE0, tag);
  host(SYS_WRITE0, digits + i);
}

#define PAINT 0xc0dec0deu

__attribute__((noinline)) void stack_paint(void) {
  uint32_t *frame = (uint32_t *)__builtin_frame_address(0) - 16;
  for (uint32_t *p = &stack_limit; p < frame; p++)
    *p = PAINT;
}

unsigned stack_used(void) {
  uint32_t *p = &stack_limit;
  while (*p == PAINT)
    p++;
  return (unsigned)((char *)__builtin_frame_address(0) - (char *)p);
}

static void leave(int status) {
  uintptr_t arguments[2] = {STOPPED_APPLICATION_EXIT, (uintptr_t)status};
  host(SYS_EXIT_EXTENDED, arguments);
  for (;;) {
  }
}

static void fault(void) { leave(99); }

__attribute__((noreturn)) void reset(void) {
#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
  *(volatile uint32_t *)0xe000ed88 |= 0xfu << 20; /* CPACR: FPU, MVE on */
  __asm__ volatile("dsb\n isb");
#endif
#if defined(__ARM_FEATURE_MVE)
  *(volatile uint32_t *)0xe000ed14 |= 1u << 19; /* CCR.LOB: hardware loops */
  __asm__ volatile("dsb\n isb");
#endif
#if defined(__ARM_ARCH_6M__)
  /* CCR.UNALIGN_TRP: a core of Armv6-M faults on an access that is not aligned,
     and so does the M3 that QEMU has in its place. */
  *(volatile uint32_t *)0xe000ed14 |= 1u << 3;
  __asm__ volatile("dsb\n isb");
#endif
  uint32_t *to = &data_start, *from = &data_load;
  while (to < &data_end)
    *to++ = *from++;
  for (to = &bss_start; to < &bss_end; to++)
    *to = 0;
  leave(main());
  for (;;) {
  }
}

/* Entries 7 to 10 and 13 are reserved. */
__attribute__((section(".vectors"), used)) static void *const vectors[16] = {
    &stack_top,
    (void *)reset,
    (void *)fault,
    (void *)fault,
    (void *)fault,
    (void *)fault,
    (void *)fault,
    0,
    0,
    0,
    0,
    (void *)fault,
    (void *)fault,
    0,
    (void *)fault,
    (void *)fault};
