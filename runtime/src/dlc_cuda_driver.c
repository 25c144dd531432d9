/* dlc_cuda_driver.c - finds the driver, and says what it answers. */
#include "dlc_cuda_driver.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct dlc_cuda_driver dlc_cuda_driver;

/* Names in the order of struct dlc_cuda_driver, which begins with pointers to
   these functions and nothing else. */
#define X(name, arguments) #name "\0"
static const char required_names[] = REQUIRED(X);
static const char graph_names[] = GRAPHS(X);
#undef X

/* Whether all of them are there; `next` moves behind their pointers. */
static int find_functions(void *library, const char *names, size_t bytes,
                          void **table, size_t *next) {
  const char *name = names;
  int complete = 1;
  for (; name < names + bytes - 1; name += strlen(name) + 1) {
    table[*next] = dlsym(library, name);
    complete &= table[(*next)++] != NULL;
  }
  return complete;
}

int dlc_cuda_load_driver(void) {
  static int loaded; /* two threads may both look: they find the same */
  void *table[sizeof(struct dlc_cuda_driver) / sizeof(void *)];
  void *library;
  size_t found = 0;
  int complete, graphs;
  if (__atomic_load_n(&loaded, __ATOMIC_ACQUIRE))
    return 1;
  library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return 0;
  complete = find_functions(library, required_names, sizeof(required_names),
                            table, &found);
  graphs =
      find_functions(library, graph_names, sizeof(graph_names), table, &found);
  table[found++] = dlsym(library, "cuGetErrorName");
  memcpy(&dlc_cuda_driver, (const void *)table, found * sizeof(void *));
  dlc_cuda_driver.has_graphs = graphs;
  if (complete)
    __atomic_store_n(&loaded, 1, __ATOMIC_RELEASE);
  return complete;
}

static const char *sentence_of(int status) {
  static const char *const sentences[] = {
      "no error",
      "the arena is not open: call net_open first",
      "no driver: libcuda.so.1 is missing or older than CUDA 9",
      "no device: the driver sees no GPU",
      "the device is older than the kernels: compile for its architecture",
      "the driver refused the kernels",
      "the device has not enough memory left",
      "a call of the driver failed",
      "the arena is open already: close it before it is opened again",
      "the object and dlc_cuda.c are of different versions of dlc"};
  return status >= 0 && status < (int)(sizeof(sentences) / sizeof(*sentences))
             ? sentences[status]
             : "not a status of dlc_cuda.h";
}

const char *dlc_cuda_message(const struct dlc_cuda_state *state, int status) {
  return state && status != DLC_CUDA_OK && status != DLC_CUDA_NOT_OPEN &&
                 status != DLC_CUDA_ALREADY_OPEN && state->message[0]
             ? state->message
             : sentence_of(status);
}

void dlc_cuda_say(struct dlc_cuda_state *state, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(state->message, sizeof(state->message), format, arguments);
  va_end(arguments);
}

/* Remembers why a call failed, and answers with a status. */
int dlc_cuda_failed(struct dlc_cuda_state *state, CUresult result,
                    const char *call) {
  const char *name = NULL;
  int status =
      result == OUT_OF_MEMORY ? DLC_CUDA_OUT_OF_MEMORY : DLC_CUDA_FAILED;
  if (result == SUCCESS)
    return DLC_CUDA_OK;
  state->error = result;
  if (dlc_cuda_driver.cuGetErrorName &&
      dlc_cuda_driver.cuGetErrorName(result, &name) != SUCCESS)
    name = NULL;
  if (status == DLC_CUDA_OUT_OF_MEMORY)
    dlc_cuda_say(
        state,
        "%s needs %llu bytes of the device's memory, and that is not left",
        state->plan->name,
        (unsigned long long)state->plan->arena_bytes +
            (unsigned long long)state->plan->weight_bytes +
            (unsigned long long)state->plan->made_bytes);
  else
    dlc_cuda_say(state, "%s: %s failed: %s (%d)", state->plan->name, call,
                 name ? name : "CUDA error", result);
  return status;
}
