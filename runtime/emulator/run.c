/* run.c - the program of `dlc run` on a machine under QEMU.

   Reads the inputs of each data set from inputs.bin, one after the other, runs
   the network and writes its outputs to outputs.bin. run.h is written by dlc:
   RUN_FOLDER, RUN_SETS, and counts and bytes of inputs and outputs. */
#include "run.h"
#include "machine.h"
#include "net.h"

enum { INPUTS_MISSING = 2, ARENA_OVERRUN, OUTPUTS_NOT_WRITTEN, RUN_FAILED };

enum { ALIGN = 64, GUARD_BYTES = 64, GUARD = 0xa5 };

static const unsigned input_bytes[] = {RUN_INPUT_BYTES};
static const unsigned output_bytes[] = {RUN_OUTPUT_BYTES};
static uint8_t arena[NET_ARENA_BYTES + GUARD_BYTES]
    __attribute__((aligned(NET_ARENA_ALIGN)));
static uint8_t tensors[RUN_TENSOR_BYTES] __attribute__((aligned(ALIGN)));
static const void *inputs[RUN_INPUTS + 1];
static void *outputs[RUN_OUTPUTS + 1];

static int run_set(int from, int to, unsigned *stack) {
  unsigned i, used;
  for (i = 0; i < RUN_INPUTS; ++i)
    if (!file_read(from, (void *)inputs[i], input_bytes[i]))
      return INPUTS_MISSING;
  for (i = 0; i < GUARD_BYTES; ++i)
    arena[NET_ARENA_BYTES + i] = GUARD;
  stack_paint();
  if (net_run(inputs, outputs, arena) != 0)
    return RUN_FAILED;
  used = stack_used();
  *stack = used > *stack ? used : *stack;
  for (i = 0; i < GUARD_BYTES; ++i)
    if (arena[NET_ARENA_BYTES + i] != GUARD)
      return ARENA_OVERRUN;
  for (i = 0; i < RUN_OUTPUTS; ++i)
    if (!file_write(to, outputs[i], output_bytes[i]))
      return OUTPUTS_NOT_WRITTEN;
  return 0;
}

int main(void) {
  uint8_t *at = tensors;
  unsigned i, set, stack = 0;
  int from = file_open(RUN_FOLDER "/inputs.bin", 0);
  int to = file_open(RUN_FOLDER "/outputs.bin", 1);
  if (from < 0)
    return INPUTS_MISSING;
  if (to < 0)
    return OUTPUTS_NOT_WRITTEN;
  for (i = 0; i < RUN_INPUTS; ++i) {
    inputs[i] = at;
    at += (input_bytes[i] + ALIGN - 1) / ALIGN * ALIGN;
  }
  for (i = 0; i < RUN_OUTPUTS; ++i) {
    outputs[i] = at;
    at += (output_bytes[i] + ALIGN - 1) / ALIGN * ALIGN;
  }
  for (set = 0; set < RUN_SETS; ++set) {
    int status = run_set(from, to, &stack);
    if (status != 0)
      return status;
  }
  file_close(from);
  file_close(to);
  print_number("stack", stack);
  return 0;
}
