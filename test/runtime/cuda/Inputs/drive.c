/* drive.c SCENARIO - opens, runs and closes the network of network.h, and says
   what it was answered. */
#include "network.h"

#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Memory for one network: its state and its tables. */
union arena {
  struct dlc_cuda_state state;
  unsigned char bytes[DLC_CUDA_ARENA_BYTES(1, 1, 2)];
};

static struct dlc_cuda_plan plan;

/* w and b, COUNT of each. */
static const float *factors = weights;

/* What an instance of the network holds, computed here. */
struct model {
  float state[COUNT];
};

static void reset_model(struct model *model) {
  memcpy(model->state, weights + 2 * COUNT, BYTES);
}
static void fill(float *x, int seed) {
  int i;
  for (i = 0; i < COUNT; ++i)
    x[i] = (float)((i * 37 + seed * 11) % 101 - 50) / 7;
}
/* Whether `y` is what the model gives for `x`, bit for bit. */
static int step(struct model *model, const float *x, const float *y) {
  int i, right = 1;
  for (i = 0; i < COUNT; ++i)
    model->state[i] += fmaf(x[i], factors[i], factors[COUNT + i]);
  for (i = 0; i < COUNT; ++i)
    right &= y[i] == model->state[COUNT - 1 - i] * 0.5f;
  return right;
}
static int run_once(union arena *arena, struct model *model, int seed) {
  float x[COUNT], y[COUNT];
  const void *inputs[] = {x};
  void *outputs[] = {y};
  int status;
  fill(x, seed);
  memset(y, 0xff, sizeof(y));
  status = dlc_cuda_run(&arena->state, inputs, outputs);
  if (status == DLC_CUDA_OK && !step(model, x, y))
    return -1;
  return status;
}
static void say(const char *what, union arena *arena, int status) {
  printf("%s: %d, %s\n", what, status, dlc_cuda_message(&arena->state, status));
}
static int opened(union arena *arena) {
  int status = dlc_cuda_open(&arena->state, &plan);
  if (status)
    say("open", arena, status);
  return status == DLC_CUDA_OK;
}

static int life(void) {
  static union arena arena;
  struct model model;
  int i;
  reset_model(&model);
  if (!opened(&arena))
    return 1;
  printf("graph: %s\n", arena.state.graph ? "yes" : "no");
  for (i = 0; i < 3; ++i) {
    int status = run_once(&arena, &model, i);
    say("run", &arena, status);
    if (status)
      break;
  }
  if (i == 3) {
    say("reset", &arena, dlc_cuda_reset(&arena.state));
    reset_model(&model);
    say("run", &arena, run_once(&arena, &model, 9));
  }
  dlc_cuda_close(&arena.state);
  return 0;
}

static int misuse(void) {
  static union arena arena, copy;
  struct model model;
  reset_model(&model);
  memset(&arena, 0x5a, sizeof(arena)); /* not cleared */
  say("run before open", &arena, run_once(&arena, &model, 0));
  dlc_cuda_close(&arena.state);
  printf("host memory before open: %p\n", dlc_cuda_host_alloc(&arena.state, 8));
  if (!opened(&arena))
    return 1;
  say("open again", &arena, dlc_cuda_open(&arena.state, &plan));
  say("run", &arena, run_once(&arena, &model, 1));
  copy = arena;
  say("run of a copy", &copy, run_once(&copy, &model, 1));
  dlc_cuda_close(&copy.state);
  dlc_cuda_close(&arena.state);
  say("run after close", &arena, run_once(&arena, &model, 1));
  dlc_cuda_close(&arena.state);
  plan.version = 77;
  say("another version", &arena, dlc_cuda_open(&arena.state, &plan));
  plan.version = DLC_CUDA_PLAN_VERSION;
  plan.ptx = ".version 6.0\n.target sm_61\n.address_size 64\n.visible .entry "
             "scale()\n{\n  frob.f32 %f1;\n}\n";
  say("bad kernels", &arena, dlc_cuda_open(&arena.state, &plan));
  plan.ptx = ".version 6.0\n.target sm_61\n.address_size 64\n.visible .entry "
             "scale()\n{\n  ret;\n}\n";
  say("a kernel is missing", &arena, dlc_cuda_open(&arena.state, &plan));
  plan.ptx = ptx;
  printf("no state: %s\n", dlc_cuda_message(NULL, DLC_CUDA_NO_DEVICE));
  reset_model(&model);
  if (!opened(&arena))
    return 1;
  say("in the end", &arena, run_once(&arena, &model, 2));
  dlc_cuda_close(&arena.state);
  return 0;
}

/* An arena of its own in each thread, opened and closed several times. */
static void *one_thread(void *seed) {
  union arena *arena = malloc(sizeof(*arena));
  struct model model;
  int round, i;
  long bad = 0;
  for (round = 0; round < 3; ++round) {
    reset_model(&model);
    bad += dlc_cuda_open(&arena->state, &plan) != DLC_CUDA_OK;
    for (i = 0; i < 4; ++i)
      bad += run_once(arena, &model, i + *(int *)seed) != DLC_CUDA_OK;
    dlc_cuda_close(&arena->state);
  }
  free(arena);
  return (void *)bad;
}

static int several(void) {
  static union arena a, b;
  struct model in_a, in_b;
  pthread_t threads[4];
  int seeds[4], i;
  long bad = 0;
  reset_model(&in_a);
  reset_model(&in_b);
  if (!opened(&a) || !opened(&b))
    return 1;
  for (i = 0; i < 3; ++i) {
    bad += run_once(&a, &in_a, i) != DLC_CUDA_OK;
    bad += run_once(&b, &in_b, 50 + i) != DLC_CUDA_OK;
  }
  dlc_cuda_close(&a.state);
  bad += run_once(&b, &in_b, 4) != DLC_CUDA_OK;
  dlc_cuda_close(&b.state);
  printf("two arenas: %ld wrong\n", bad);
  for (i = 0; i < 4; ++i) {
    seeds[i] = i * 100;
    pthread_create(&threads[i], NULL, one_thread, &seeds[i]);
  }
  for (i = 0; i < 4; ++i) {
    void *of;
    pthread_join(threads[i], &of);
    bad += (long)of;
  }
  printf("four threads: %ld wrong\n", bad);
  return bad != 0;
}

static int host_memory(void) {
  static union arena arena;
  struct model model;
  float *x, *y;
  const void *inputs[1];
  void *outputs[1];
  int i;
  reset_model(&model);
  if (!opened(&arena))
    return 1;
  inputs[0] = x = dlc_cuda_host_alloc(&arena.state, BYTES);
  outputs[0] = y = dlc_cuda_host_alloc(&arena.state, BYTES);
  for (i = 0; i < 3; ++i) {
    fill(x, i);
    say("run", &arena, dlc_cuda_run(&arena.state, inputs, outputs));
    printf("%s\n", step(&model, x, y) ? "right" : "wrong");
  }
  dlc_cuda_host_free(&arena.state, x);
  dlc_cuda_host_free(&arena.state, y);
  dlc_cuda_close(&arena.state);
  return 0;
}

/* The driver's functions, as a program with kernels of its own calls them. */
static void *library;
static int call(const char *name) {
  if (!library)
    library = dlopen("libcuda.so.1", RTLD_NOW);
  return library && dlsym(library, name);
}
#define CU(name, arguments)                                                    \
  (call(#name) ? ((int(*) arguments)dlsym(library, #name)) : NULL)

/* --io=device: inputs and outputs never are in the network's own memory. */
static int device_pointers(void) {
  static union arena arena;
  static const struct dlc_cuda_place nowhere[] = {{DLC_CUDA_NOWHERE, BYTES}};
  struct model model;
  float x[COUNT], y[COUNT];
  uint64_t memory[3];
  void *context, *stream, *graph = NULL, *ignored;
  const void *inputs[1];
  void *outputs[1];
  int i, device = 0;
  reset_model(&model);
  plan.inputs = plan.outputs = nowhere;
  CU(cuInit, (unsigned))(0);
  CU(cuDevicePrimaryCtxRetain, (void **, int))(&context, device);
  CU(cuCtxPushCurrent_v2, (void *))(context);
  CU(cuStreamCreate, (void **, unsigned))(&stream, 1);
  for (i = 0; i < 3; ++i)
    CU(cuMemAlloc_v2, (uint64_t *, size_t))(&memory[i], BYTES);
  if (!opened(&arena))
    return 1;
  printf("graph: %s\n", arena.state.graph ? "yes" : "no");
  for (i = 0; i < 5; ++i) { /* the last run has another output */
    uint64_t out = memory[i < 4 ? 1 : 2];
    inputs[0] = (void *)(uintptr_t)memory[0];
    outputs[0] = (void *)(uintptr_t)out;
    fill(x, i);
    CU(cuMemcpyHtoDAsync_v2,
       (uint64_t, const void *, size_t, void *))(memory[0], x, BYTES, stream);
    say("queued", &arena,
        dlc_cuda_enqueue(&arena.state, inputs, outputs, stream));
    CU(cuMemcpyDtoHAsync_v2, (void *, uint64_t, size_t, void *))(y, out, BYTES,
                                                                 stream);
    y[0] = 12345;
    printf("%s\n", y[0] == 12345 ? "not yet" : "early");
    CU(cuStreamSynchronize, (void *))(stream);
    printf("%s, graph %s\n", step(&model, x, y) ? "right" : "wrong",
           arena.state.graph ? "yes" : "no");
  }
  /* The program's own graph has the network in it. */
  fill(x, 20);
  CU(cuMemcpyHtoDAsync_v2,
     (uint64_t, const void *, size_t, void *))(memory[0], x, BYTES, stream);
  if (CU(cuStreamBeginCapture_v2, (void *, int))(stream, 1) == 0) {
    void *executable;
    say("captured", &arena,
        dlc_cuda_enqueue(&arena.state, inputs, outputs, stream));
    CU(cuStreamEndCapture, (void *, void **))(stream, &graph);
    CU(cuGraphInstantiate, (void **, void *, void **, char *, size_t))(
        &executable, graph, NULL, NULL, 0);
    CU(cuGraphLaunch, (void *, void *))(executable, stream);
    CU(cuMemcpyDtoHAsync_v2, (void *, uint64_t, size_t, void *))(y, memory[2],
                                                                 BYTES, stream);
    CU(cuStreamSynchronize, (void *))(stream);
    printf("%s\n", step(&model, x, y) ? "right" : "wrong");
    CU(cuGraphExecDestroy, (void *))(executable);
    CU(cuGraphDestroy, (void *))(graph);
  }
  /* Device pointers for dlc_cuda_run too. */
  fill(x, 21);
  CU(cuMemcpyHtoDAsync_v2,
     (uint64_t, const void *, size_t, void *))(memory[0], x, BYTES, stream);
  CU(cuStreamSynchronize, (void *))(stream);
  say("run", &arena, dlc_cuda_run(&arena.state, inputs, outputs));
  CU(cuMemcpyDtoHAsync_v2, (void *, uint64_t, size_t, void *))(y, memory[2],
                                                               BYTES, stream);
  CU(cuStreamSynchronize, (void *))(stream);
  printf("%s\n", step(&model, x, y) ? "right" : "wrong");
  inputs[0] = (void *)(uintptr_t)(memory[0] + 4);
  say("misaligned", &arena,
      dlc_cuda_enqueue(&arena.state, inputs, outputs, stream));
  dlc_cuda_close(&arena.state);
  for (i = 0; i < 3; ++i)
    CU(cuMemFree_v2, (uint64_t))(memory[i]);
  CU(cuStreamDestroy_v2, (void *))(stream);
  CU(cuCtxPopCurrent_v2, (void **))(&ignored);
  CU(cuDevicePrimaryCtxRelease, (int))(device);
  return 0;
}

static void begins(const struct dlc_model *model, uint32_t stage) {
  (void)model;
  printf("stage %u begins\n", (unsigned)stage);
}
static void ends(const struct dlc_model *model, uint32_t stage) {
  (void)model;
  printf("stage %u ends\n", (unsigned)stage);
}
static int profile(void) {
  plan.stage_begin = begins;
  plan.stage_end = ends;
  return life();
}

/* Beside the PTX machine code, which the emulated device does not take. */
static int machine_code(void) {
  static const char image[] = "\177ELF";
  static struct dlc_cuda_cubin cubins[2];
  cubins[0].capability = 60;
  cubins[1].capability = 62;
  cubins[0].image = cubins[1].image = image;
  plan.cubins = cubins;
  plan.cubin_count = 2;
  return life();
}

/* w and b are made of the last two parts of the weights when the network is
   opened: each is part * w + b of the weights. */
static struct dlc_cuda_open_launch making[2];
static struct dlc_cuda_argument made_arguments[2][3];
static void make_at_open(void) {
  static struct dlc_cuda_argument arguments[3];
  static struct dlc_cuda_launch own[2];
  static float made[2 * COUNT];
  int i, k;
  for (k = 0; k < 2; ++k) {
    made_arguments[k][0].source = DLC_CUDA_ARENA;
    made_arguments[k][1].source = DLC_CUDA_WEIGHTS;
    made_arguments[k][2].source = DLC_CUDA_WEIGHTS;
    made_arguments[k][2].value = (uint64_t)(3 + k) * BYTES;
    making[k].source = (uint64_t)(3 + k) * BYTES;
    making[k].bytes = BYTES;
    making[k].launch = launches[0];
    making[k].launch.arguments = made_arguments[k];
    for (i = 0; i < COUNT; ++i)
      made[k * COUNT + i] =
          fmaf(weights[(3 + k) * COUNT + i], weights[i], weights[COUNT + i]);
  }
  factors = made;
  memcpy(arguments, scale_arguments, sizeof(arguments));
  arguments[1].value = 3 * BYTES;
  memcpy(own, launches, sizeof(own));
  own[0].arguments = arguments;
  plan.launches = own;
  plan.open_launches = making;
  plan.open_launch_count = 2;
  plan.made_bytes = 2 * BYTES;
}
static int open_launches(void) {
  make_at_open();
  return life();
}
static int bad_open_launches(void) {
  static union arena arena;
  make_at_open();
  making[1].launch.kernel = 2;
  say("no such kernel", &arena, dlc_cuda_open(&arena.state, &plan));
  making[1].launch.kernel = 0;
  made_arguments[1][2].value = 1 << 20;
  say("outside", &arena, dlc_cuda_open(&arena.state, &plan));
  say("run", &arena, dlc_cuda_reset(&arena.state));
  return 0;
}

int main(int argc, char **argv) {
  static const struct {
    const char *name;
    int (*run)(void);
  } scenarios[] = {{"life", life},
                   {"misuse", misuse},
                   {"several", several},
                   {"host-memory", host_memory},
                   {"profile", profile},
                   {"device-pointers", device_pointers},
                   {"machine-code", machine_code},
                   {"open-launches", open_launches},
                   {"bad-open-launches", bad_open_launches}};
  size_t i;
  plan = make_plan("net");
  for (i = 0; i < 5 * COUNT; ++i)
    weights[i] = (float)((int)(i * 53 % 97) - 40) / 16;
  for (i = 0; i < sizeof(scenarios) / sizeof(*scenarios); ++i)
    if (argc == 2 && strcmp(argv[1], scenarios[i].name) == 0)
      return scenarios[i].run();
  return 2;
}
