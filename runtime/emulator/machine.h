/* machine.h - what a program asks of the machine that it runs on under QEMU:
   board.c has it for bare metal, linux.c for Linux. */
#ifndef DLC_EMULATOR_MACHINE_H
#define DLC_EMULATOR_MACHINE_H

#include <stdint.h>

/* A file of the machine that QEMU runs on; negative if it cannot be opened. */
int file_open(const char *name, int write);
/* 1 if all of it was read or written. */
int file_read(int file, void *data, unsigned bytes);
int file_write(int file, const void *data, unsigned bytes);
void file_close(int file);

/* Prints "tag value" on a line of its own. */
void print_number(const char *tag, unsigned value);

/* Fills the stack below the caller; then the bytes that were overwritten since.
   0 where the stack is not ours. */
void stack_paint(void);
unsigned stack_used(void);

#endif /* DLC_EMULATOR_MACHINE_H */
