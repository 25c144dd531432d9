/* kernels.c PTX NAMES INPUT OUTPUT - runs each kernel of NAMES on the driver
   that is found, with the words of INPUT, and writes what they made to OUTPUT.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *library;

#define CU(name, arguments) ((int(*) arguments)dlsym(library, #name))

static char *contents(const char *path, size_t *bytes) {
  FILE *file = fopen(path, "rb");
  char *text;
  long size;
  if (!file || fseek(file, 0, SEEK_END) || (size = ftell(file)) < 0) {
    fprintf(stderr, "%s cannot be read\n", path);
    exit(2);
  }
  rewind(file);
  text = calloc(1, (size_t)size + 1);
  *bytes = fread(text, 1, (size_t)size, file);
  fclose(file);
  return text;
}

static void check(int result, const char *what) {
  if (result) {
    fprintf(stderr, "%s: CUDA error %d\n", what, result);
    exit(1);
  }
}

int main(int argc, char **argv) {
  static char log[4096];
  int options[] = {5, 6}; /* the error log of the driver's compiler */
  void *values[] = {log, (void *)sizeof(log)};
  void *context, *module, *function;
  uint64_t in, out;
  size_t bytes, ignored, count;
  char *ptx, *name, *input, *made;
  char device[256] = "";
  FILE *file;
  if (argc != 5)
    return 2;
  library = dlopen("libcuda.so.1", RTLD_NOW);
  if (!library) {
    fprintf(stderr, "no driver: %s\n", dlerror());
    return 3;
  }
  check(CU(cuInit, (unsigned))(0), "cuInit");
  CU(cuDeviceGetName, (char *, int, int))(device, sizeof(device), 0);
  check(CU(cuDevicePrimaryCtxRetain, (void **, int))(&context, 0), "a context");
  check(CU(cuCtxPushCurrent_v2, (void *))(context), "the context");
  ptx = contents(argv[1], &ignored);
  if (CU(cuModuleLoadDataEx, (void **, const void *, unsigned, int *, void **))(
          &module, ptx, 2, options, values)) {
    fprintf(stderr, "the module is refused: %s\n", log);
    return 1;
  }
  input = contents(argv[3], &bytes);
  count = bytes / 24;
  made = malloc(count * 8);
  check(CU(cuMemAlloc_v2, (uint64_t *, size_t))(&in, bytes), "memory");
  check(CU(cuMemAlloc_v2, (uint64_t *, size_t))(&out, count * 8), "memory");
  check(CU(cuMemcpyHtoD_v2, (uint64_t, const void *, size_t))(in, input, bytes),
        "a copy");
  file = fopen(argv[4], "wb");
  for (name = strtok(contents(argv[2], &ignored), "\n"); name;
       name = strtok(NULL, "\n")) {
    void *arguments[] = {&in, &out};
    check(CU(cuModuleGetFunction,
             (void **, void *, const char *))(&function, module, name),
          name);
    check(CU(cuLaunchKernel, (void *, unsigned, unsigned, unsigned, unsigned,
                              unsigned, unsigned, unsigned, void *, void **,
                              void **))(function, (unsigned)(count / 64), 1, 1,
                                        64, 1, 1, 0, NULL, arguments, NULL),
          name);
    check(CU(cuCtxSynchronize, (void))(), name);
    check(CU(cuMemcpyDtoH_v2, (void *, uint64_t, size_t))(made, out, count * 8),
          name);
    fwrite(made, 8, count, file);
  }
  fclose(file);
  CU(cuMemFree_v2, (uint64_t))(in);
  CU(cuMemFree_v2, (uint64_t))(out);
  CU(cuModuleUnload, (void *))(module);
  CU(cuDevicePrimaryCtxRelease, (int))(0);
  printf("%s\n", device);
  return 0;
}
