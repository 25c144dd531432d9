/* infer.c - one inference on a board: input_0.bin to output_0.bin.

   Includes net.h and nothing else of dlc, so it is also a test of what the
   header promises. */
#include <string.h>

#include "machine.h"
#include "net.h"

#if NET_INPUT_COUNT != 1 || NET_OUTPUT_COUNT != 1
#error this program feeds one input and reads one output
#endif

#define ALIGNED(bytes) __attribute__((aligned(bytes)))

/* Bytes that nothing may write, beside the arena and behind the output. */
enum { GUARD = 64 };

static int is_overrun(const uint8_t *guard) {
  size_t i;
  for (i = 0; i < GUARD; ++i)
    if (guard[i] != 0xa5)
      return 1;
  return 0;
}

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
static uint8_t first[NET_ARENA_0_BYTES + GUARD] ALIGNED(NET_ARENA_ALIGN);
static uint8_t second[NET_ARENA_1_BYTES + GUARD] ALIGNED(NET_ARENA_ALIGN);
static void *const arena[2] = {first, second};

static void prepare(void) {
  memset(first, 0xa5, sizeof first);
  memset(second, 0xa5, sizeof second);
}
static int overrun(void) {
  return is_overrun(first + NET_ARENA_0_BYTES) ||
         is_overrun(second + NET_ARENA_1_BYTES);
}
#else
static uint8_t memory[GUARD + NET_ARENA_BYTES + GUARD] ALIGNED(GUARD);
static uint8_t *const arena = memory + GUARD;

static void prepare(void) { memset(memory, 0xa5, sizeof memory); }
static int overrun(void) {
  return is_overrun(memory) || is_overrun(arena + NET_ARENA_BYTES);
}
#endif
static uint8_t input[NET_INPUT_0_BYTES] ALIGNED(16);
static uint8_t output[NET_OUTPUT_0_BYTES + GUARD] ALIGNED(16);

static uint32_t sum_of_input(void) {
  uint32_t sum = 0;
  size_t i;
  for (i = 0; i < sizeof input; ++i)
    sum = sum * 31 + input[i];
  return sum;
}

int main(void) {
  const void *inputs[1];
  void *outputs[1];
  int status, file = file_open("input_0.bin", 0);
  uint32_t sum;
  inputs[0] = input;
  outputs[0] = output;
  if (file < 0 || !file_read(file, input, sizeof input))
    return 2;
  file_close(file);
  prepare();
  memset(output, 0xa5, sizeof output);
  sum = sum_of_input();
  stack_paint();
  status = net_run(inputs, outputs, arena);
  print_number("stack", stack_used());
  print_number("arena", NET_ARENA_BYTES);
  if (overrun() || is_overrun(output + NET_OUTPUT_0_BYTES))
    return 3;
  if (sum != sum_of_input())
    return 5;
  file = file_open("output_0.bin", 1);
  if (file < 0 || !file_write(file, output, NET_OUTPUT_0_BYTES))
    return 4;
  file_close(file);
  return status;
}
