/* run_network.c - a network from input_N.bin to output_N.bin, several times and
   from two threads at once, each with its own arena. Every run has to give the
   same bits. By LOOP, the loop over tasks is

     0  the runtime's, with three helpers whatever the machine has
     1  a thread for each task: whatever two tasks do is without order, so that
        ThreadSanitizer sees each pair that touches the same memory
     2  as 1, with one more thread that does the first task too: a race in
        every network, which shows that the object is watched */
#include <dlc/dlc.h>

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct dlc_model net_model;

enum { MOST_TENSORS = 16, MOST_TASKS = 64, RUNS = 2 };

#if LOOP == 0
long cores_of_the_test(int name);
long cores_of_the_test(int name) {
  (void)name;
  return 4;
}
#else
struct task {
  void (*body)(void *context, size_t i);
  void *context;
  size_t index;
};

static void *run_task(void *argument) {
  struct task *task = argument;
  task->body(task->context, task->index);
  return NULL;
}

void dlc_parallel_for(void (*body)(void *context, size_t i), void *context,
                      size_t count) {
  pthread_t threads[MOST_TASKS + 1];
  struct task tasks[MOST_TASKS + 1];
  size_t i, all = count + (LOOP == 2);
  if (count > MOST_TASKS)
    abort();
  for (i = 0; i < all; ++i) {
    tasks[i].body = body;
    tasks[i].context = context;
    tasks[i].index = i % count;
    if (pthread_create(&threads[i], NULL, run_task, &tasks[i]) != 0)
      abort();
  }
  for (i = 0; i < all; ++i)
    pthread_join(threads[i], NULL);
}
#endif

static void *aligned(size_t bytes, size_t alignment) {
  void *memory = NULL;
  if (posix_memalign(&memory, alignment < 64 ? 64 : alignment, bytes + 1))
    abort();
  memset(memory, 0xa5, bytes + 1);
  return memory;
}

static const void *inputs[MOST_TENSORS];

struct result {
  void *outputs[MOST_TENSORS];
  int status;
};

/* Runs it again and again; the outputs of the last run stay. */
static void *infer(void *argument) {
  struct result *result = argument;
  void *arena = aligned(net_model.arena_bytes, net_model.arena_align);
  void *before[MOST_TENSORS];
  uint32_t i;
  int run;
  for (i = 0; i < net_model.output_count; ++i) {
    result->outputs[i] = aligned(net_model.outputs[i].bytes, 64);
    before[i] = aligned(net_model.outputs[i].bytes, 64);
  }
  for (run = 0; run < RUNS; ++run) {
    if (net_model.run(inputs, result->outputs, arena) != 0)
      result->status = 3;
    for (i = 0; i < net_model.output_count; ++i) {
      size_t bytes = net_model.outputs[i].bytes;
      if (run && memcmp(before[i], result->outputs[i], bytes) != 0)
        result->status = 4;
      memcpy(before[i], result->outputs[i], bytes);
      memset(result->outputs[i], 0xa5, bytes);
    }
  }
  for (i = 0; i < net_model.output_count; ++i) {
    memcpy(result->outputs[i], before[i], net_model.outputs[i].bytes);
    free(before[i]);
  }
  free(arena);
  return NULL;
}

static FILE *open_tensor(const char *kind, unsigned i, const char *mode) {
  char name[32];
  FILE *file;
  sprintf(name, "%s_%u.bin", kind, i);
  file = fopen(name, mode);
  if (!file)
    abort();
  return file;
}

int main(void) {
  struct result first, second;
  pthread_t other;
  uint32_t i;
  if (net_model.input_count > MOST_TENSORS ||
      net_model.output_count > MOST_TENSORS)
    return 2;
  for (i = 0; i < net_model.input_count; ++i) {
    size_t bytes = net_model.inputs[i].bytes;
    void *memory = aligned(bytes, 64);
    FILE *file = open_tensor("input", i, "rb");
    if (fread(memory, 1, bytes, file) != bytes)
      abort();
    fclose(file);
    inputs[i] = memory;
  }
  first.status = second.status = 0;
  if (pthread_create(&other, NULL, infer, &second) != 0)
    return 2;
  infer(&first);
  pthread_join(other, NULL);
  for (i = 0; i < net_model.output_count; ++i) {
    size_t bytes = net_model.outputs[i].bytes;
    FILE *file = open_tensor("output", i, "wb");
    if (memcmp(first.outputs[i], second.outputs[i], bytes) != 0)
      first.status = 5;
    if (fwrite(first.outputs[i], 1, bytes, file) != bytes)
      abort();
    fclose(file);
    free(first.outputs[i]);
    free(second.outputs[i]);
  }
  for (i = 0; i < net_model.input_count; ++i)
    free((void *)inputs[i]);
  return first.status ? first.status : second.status;
}
