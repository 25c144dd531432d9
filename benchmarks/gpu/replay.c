/* replay.c PTX PLAN - loads the kernels of PTX and runs the launches of PLAN.

   Lines of PLAN, numbers but for the names:
     buffer BYTES                             in order, numbered from 0
     launch KERNEL GRID*3 BLOCK*3 SHARED N (BUFFER OFFSET)*N M CONSTANT*M
   Buffers hold small random floats. */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST_BUFFERS 64
#define MOST_ARGUMENTS 128

static void *library;

#define CU(name, arguments) ((int(*) arguments)dlsym(library, #name))

static void check(int result, const char *what) {
  if (result) {
    fprintf(stderr, "%s: CUDA error %d\n", what, result);
    exit(1);
  }
}

static char *contents(const char *path) {
  FILE *file = fopen(path, "rb");
  char *text;
  long size;
  if (!file || fseek(file, 0, SEEK_END) || (size = ftell(file)) < 0) {
    fprintf(stderr, "%s cannot be read\n", path);
    exit(2);
  }
  rewind(file);
  text = calloc(1, (size_t)size + 1);
  if (fread(text, 1, (size_t)size, file) != (size_t)size)
    exit(2);
  fclose(file);
  return text;
}

static uint64_t buffer_of(size_t bytes) {
  uint64_t at;
  size_t i, count = bytes / sizeof(float) + 1;
  float *values = malloc(count * sizeof(float));
  check(CU(cuMemAlloc_v2, (uint64_t *, size_t))(&at, bytes), "memory");
  for (i = 0; i < count; ++i)
    values[i] = (float)rand() / (float)RAND_MAX - 0.5F;
  check(
      CU(cuMemcpyHtoD_v2, (uint64_t, const void *, size_t))(at, values, bytes),
      "a copy");
  free(values);
  return at;
}

/* The next number of the line; what is malformed ends the program. */
static unsigned long long number(FILE *plan) {
  long long value;
  if (fscanf(plan, "%lld", &value) != 1) {
    fprintf(stderr, "the plan is malformed\n");
    exit(2);
  }
  return (unsigned long long)value;
}

static void launch(FILE *plan, void *module, const uint64_t *buffers) {
  char name[512];
  unsigned sizes[7], i;
  uint64_t pointers[MOST_ARGUMENTS];
  uint32_t constants[MOST_ARGUMENTS];
  void *arguments[2 * MOST_ARGUMENTS], *function;
  size_t count, scalars, k;
  if (fscanf(plan, "%511s", name) != 1)
    exit(2);
  for (i = 0; i < 7; ++i)
    sizes[i] = (unsigned)number(plan);
  count = number(plan);
  for (k = 0; k < count && k < MOST_ARGUMENTS; ++k) {
    uint64_t base = buffers[number(plan) % MOST_BUFFERS];
    pointers[k] = base + number(plan);
    arguments[k] = &pointers[k];
  }
  scalars = number(plan);
  for (k = 0; k < scalars && k < MOST_ARGUMENTS; ++k) {
    constants[k] = (uint32_t)number(plan);
    arguments[count + k] = &constants[k];
  }
  check(CU(cuModuleGetFunction, (void **, void *, const char *))(&function,
                                                                 module, name),
        name);
  check(CU(cuLaunchKernel, (void *, unsigned, unsigned, unsigned, unsigned,
                            unsigned, unsigned, unsigned, void *, void **,
                            void **))(function, sizes[0], sizes[1], sizes[2],
                                      sizes[3], sizes[4], sizes[5], sizes[6],
                                      NULL, arguments, NULL),
        name);
  check(CU(cuCtxSynchronize, (void))(), name);
}

int main(int argc, char **argv) {
  static char log[4096];
  int options[] = {5, 6}; /* the error log of the driver's compiler */
  void *values[] = {log, (void *)sizeof(log)};
  uint64_t buffers[MOST_BUFFERS] = {0};
  size_t count = 0, i;
  void *context, *module;
  char word[16];
  FILE *plan;
  if (argc != 3 || !(plan = fopen(argv[2], "r")))
    return 2;
  library = dlopen("libcuda.so.1", RTLD_NOW);
  if (!library) {
    fprintf(stderr, "no driver: %s\n", dlerror());
    return 3;
  }
  check(CU(cuInit, (unsigned))(0), "cuInit");
  check(CU(cuDevicePrimaryCtxRetain, (void **, int))(&context, 0), "a context");
  check(CU(cuCtxPushCurrent_v2, (void *))(context), "the context");
  if (CU(cuModuleLoadDataEx, (void **, const void *, unsigned, int *, void **))(
          &module, contents(argv[1]), 2, options, values)) {
    fprintf(stderr, "the module is refused: %s\n", log);
    return 1;
  }
  while (fscanf(plan, "%15s", word) == 1)
    if (word[0] == 'l')
      launch(plan, module, buffers);
    else if (count < MOST_BUFFERS)
      buffers[count++] = buffer_of(number(plan));
  for (i = 0; i < count; ++i)
    CU(cuMemFree_v2, (uint64_t))(buffers[i]);
  CU(cuModuleUnload, (void *))(module);
  CU(cuDevicePrimaryCtxRelease, (int))(0);
  return 0;
}
