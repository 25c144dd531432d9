/* startup.c - from reset to main, and out again under QEMU (semihosting). */
#include "startup.h"

#include <stdint.h>

extern uint32_t stack_top, data_start, data_end, data_load, bss_start, bss_end;

static void call_host(uintptr_t operation, const void *argument) {
  register uintptr_t r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

void print(const char *text) { call_host(0x04, text); /* SYS_WRITE0 */ }

static void leave(int status) {
  /* SYS_EXIT_EXTENDED, ADP_Stopped_ApplicationExit */
  uintptr_t arguments[2] = {0x20026, (uintptr_t)status};
  call_host(0x20, arguments);
  for (;;) {
  }
}

static void fault(void) {
  print("fault\n");
  leave(1);
}

void reset(void) {
  uint32_t *to = &data_start, *from = &data_load;
  /* CPACR: the floating-point unit is off after reset. */
  *(volatile uint32_t *)0xe000ed88 |= 0xfu << 20;
  __asm__ volatile("dsb\n isb");
  while (to < &data_end)
    *to++ = *from++;
  for (to = &bss_start; to < &bss_end; ++to)
    *to = 0;
  leave(main());
}

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
