/* run.c - the program of `dlc run` on a machine under QEMU.

   Reads the lengths and inputs of each data set from inputs.bin, one after the
   other, runs
   the network and writes its outputs to outputs.bin; state goes from one set to
   the next. run.h is written by dlc:
   RUN_FOLDER, RUN_SETS, and counts and bytes of inputs and outputs. */
#include "run.h"
#include "machine.h"
#include "net.h"

enum {
  INPUTS_MISSING = 2,
  ARENA_OVERRUN,
  OUTPUTS_NOT_WRITTEN,
  RUN_FAILED,
  INPUT_CHANGED,
  OUTPUT_OVERRUN,
  STATE_OVERRUN,
  ROUNDS_EXCEEDED
};

/* Bytes that nothing may write lie before and behind the arena and the state
   and behind each tensor. Nothing is aligned to more than net.h asks for. */
enum { ALIGN = 64, GUARD_BYTES = 64, GUARD = 0xa5 };

#if NET_ARENA_ALIGN > 64
#error the arena begins behind GUARD_BYTES
#endif

static const unsigned input_bytes[] = {RUN_INPUT_BYTES};
static const unsigned output_bytes[] = {RUN_OUTPUT_BYTES};
static const unsigned input_elements[] = {RUN_INPUT_ELEMENT_BYTES};
static const unsigned output_elements[] = {RUN_OUTPUT_ELEMENT_BYTES};
enum { ARENA_OFFSET = GUARD_BYTES + NET_ARENA_ALIGN };
static uint8_t memory[ARENA_OFFSET + NET_ARENA_BYTES + GUARD_BYTES]
    __attribute__((aligned(2 * ALIGN)));
static uint8_t *const arena = memory + ARENA_OFFSET;
#if NET_STATE_COUNT
static uint8_t kept[GUARD_BYTES + NET_STATE_BYTES + GUARD_BYTES]
    __attribute__((aligned(ALIGN)));
static uint8_t *const state = kept + GUARD_BYTES;
#define RUN(inputs, outputs) net_run(inputs, outputs, arena, state)
#elif RUN_LENGTHS
static size_t lengths[RUN_LENGTHS];
#define RUN(inputs, outputs) net_run(inputs, lengths, outputs, arena)
#else
#define RUN(inputs, outputs) net_run(inputs, outputs, arena)
#endif
static uint8_t tensors[RUN_TENSOR_BYTES] __attribute__((aligned(ALIGN)));
static const void *inputs[RUN_INPUTS + 1];
static void *outputs[RUN_OUTPUTS + 1];

static void fill(uint8_t *bytes, unsigned count) {
  while (count-- != 0)
    *bytes++ = GUARD;
}

static int is_filled(const uint8_t *bytes, unsigned count) {
  while (count-- != 0)
    if (*bytes++ != GUARD)
      return 0;
  return 1;
}

/* FNV-1a */
static uint32_t hash(uint32_t value, const uint8_t *bytes, unsigned count) {
  while (count-- != 0)
    value = (value ^ *bytes++) * 16777619u;
  return value;
}

/* Of all inputs and the guards behind them. */
static uint32_t hash_inputs(void) {
  uint32_t value = 2166136261u;
  unsigned i;
  for (i = 0; i < RUN_INPUTS; ++i)
    value =
        hash(value, (const uint8_t *)inputs[i], input_bytes[i] + GUARD_BYTES);
  return value;
}

static int check(uint32_t inputs_before) {
  unsigned i;
  if (!is_filled(memory, ARENA_OFFSET) ||
      !is_filled(arena + NET_ARENA_BYTES, GUARD_BYTES))
    return ARENA_OVERRUN;
#if NET_STATE_COUNT
  if (!is_filled(kept, GUARD_BYTES) ||
      !is_filled(state + NET_STATE_BYTES, GUARD_BYTES))
    return STATE_OVERRUN;
#endif
  if (hash_inputs() != inputs_before)
    return INPUT_CHANGED;
  for (i = 0; i < RUN_OUTPUTS; ++i)
    if (!is_filled((const uint8_t *)outputs[i] + output_bytes[i], GUARD_BYTES))
      return OUTPUT_OVERRUN;
  return 0;
}

static int run_set(int from, int to, unsigned *stack) {
  uint32_t inputs_before;
  unsigned i, used;
  int status;
#if RUN_LENGTHS
  for (i = 0; i < RUN_LENGTHS; ++i) {
    uint32_t length;
    if (!file_read(from, &length, sizeof length))
      return INPUTS_MISSING;
    lengths[i] = length;
  }
#endif
  for (i = 0; i < RUN_INPUTS; ++i)
    if (!file_read(from, (void *)inputs[i], input_bytes[i]))
      return INPUTS_MISSING;
  /* Nobody promises zeros, nor what the last inference left. */
  fill(memory, sizeof memory);
  for (i = 0; i < RUN_OUTPUTS; ++i)
    fill((uint8_t *)outputs[i], output_bytes[i] + GUARD_BYTES);
  inputs_before = hash_inputs();
  stack_paint();
  status = RUN(inputs, outputs);
#ifdef NET_ERROR_ROUNDS
  if (status == NET_ERROR_ROUNDS)
    return ROUNDS_EXCEEDED;
#endif
  if (status != 0)
    return RUN_FAILED;
  used = stack_used();
  *stack = used > *stack ? used : *stack;
  status = check(inputs_before);
  if (status != 0)
    return status;
  for (i = 0; i < RUN_OUTPUTS; ++i)
    if (!file_write(to, outputs[i], output_bytes[i]))
      return OUTPUTS_NOT_WRITTEN;
  return 0;
}

/* A place for a tensor, one element behind a multiple of ALIGN. */
static uint8_t *place(uint8_t **free, unsigned bytes, unsigned element) {
  uint8_t *at = *free + element;
  *free += (element + bytes + ALIGN - 1) / ALIGN * ALIGN + GUARD_BYTES;
  return at;
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
  for (i = 0; i < RUN_INPUTS; ++i)
    inputs[i] = place(&at, input_bytes[i], input_elements[i]);
  for (i = 0; i < RUN_OUTPUTS; ++i)
    outputs[i] = place(&at, output_bytes[i], output_elements[i]);
#if NET_STATE_COUNT
  fill(kept, sizeof kept);
  net_reset(state);
#endif
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
