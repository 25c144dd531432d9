/* infer.c - one inference on a board: input_0.bin to output_0.bin.

   Includes net.h and nothing else of dlc, so it is also a test of what the
   header promises. */
#include "machine.h"
#include "net.h"

#if NET_INPUT_COUNT != 1 || NET_OUTPUT_COUNT != 1
#error this program feeds one input and reads one output
#endif

#ifdef NET_ARENA_STATIC
/* Where the linker script puts the object's own arena, if it says so. */
extern uint8_t __dlc_arena_start[] __attribute__((weak));
extern uint8_t __dlc_arena_end[] __attribute__((weak));
static uint8_t *const arena = NULL;

/* Nobody promises zeros there. */
static void prepare(void) {
  for (uint8_t *p = __dlc_arena_start; p != __dlc_arena_end; ++p)
    *p = 0xa5;
}
static int overrun(void) { return 0; }
#elif defined(NET_ARENA_COUNT)
#if NET_ARENA_COUNT != 2
#error this program has two banks of RAM
#endif
#define NET_ARENA_BYTES (NET_ARENA_0_BYTES + NET_ARENA_1_BYTES)
static uint8_t first[NET_ARENA_0_BYTES + 1]
    __attribute__((aligned(NET_ARENA_ALIGN)));
static uint8_t second[NET_ARENA_1_BYTES + 1]
    __attribute__((aligned(NET_ARENA_ALIGN)));
static void *const arena[2] = {first, second};

static void prepare(void) {
  first[NET_ARENA_0_BYTES] = second[NET_ARENA_1_BYTES] = 0xa5;
}
static int overrun(void) {
  return first[NET_ARENA_0_BYTES] != 0xa5 || second[NET_ARENA_1_BYTES] != 0xa5;
}
#else
static uint8_t arena[NET_ARENA_BYTES + 1]
    __attribute__((aligned(NET_ARENA_ALIGN)));

static void prepare(void) { arena[NET_ARENA_BYTES] = 0xa5; }
static int overrun(void) { return arena[NET_ARENA_BYTES] != 0xa5; }
#endif
static uint8_t input[NET_INPUT_0_BYTES] __attribute__((aligned(16)));
static uint8_t output[NET_OUTPUT_0_BYTES] __attribute__((aligned(16)));

int main(void) {
  const void *inputs[1];
  void *outputs[1];
  int status, file = file_open("input_0.bin", 0);
  inputs[0] = input;
  outputs[0] = output;
  if (file < 0 || !file_read(file, input, sizeof input))
    return 2;
  file_close(file);
  prepare();
  stack_paint();
  status = net_run(inputs, outputs, arena);
  print_number("stack", stack_used());
  print_number("arena", NET_ARENA_BYTES);
  if (overrun())
    return 3;
  file = file_open("output_0.bin", 1);
  if (file < 0 || !file_write(file, output, sizeof output))
    return 4;
  file_close(file);
  return status;
}
