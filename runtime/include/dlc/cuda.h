/* cuda.h - what an object for an NVIDIA GPU asks of the runtime.

   The object holds data alone: PTX, weights and a table of launches, and a few
   functions that hand them to dlc_cuda.c. That file finds the driver at run
   time (libcuda.so.1): nothing of CUDA is needed to build or link a program.
   C99 and C++, 64-bit hosts, no heap. */
#ifndef DLC_CUDA_H
#define DLC_CUDA_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct dlc_model;

/* Layout of struct dlc_cuda_plan. */
#define DLC_CUDA_PLAN_VERSION 2

/* What net_open and net_run return; dlc_cuda_message says it in words. */
enum dlc_cuda_status {
  DLC_CUDA_OK = 0,
  DLC_CUDA_NOT_OPEN = 1,      /* the arena was not given to net_open */
  DLC_CUDA_NO_DRIVER = 2,     /* no libcuda.so.1, or not all of its functions */
  DLC_CUDA_NO_DEVICE = 3,     /* the driver sees no GPU */
  DLC_CUDA_OLD_DEVICE = 4,    /* its compute capability is below the kernels' */
  DLC_CUDA_BAD_KERNELS = 5,   /* the driver refused the kernels */
  DLC_CUDA_OUT_OF_MEMORY = 6, /* of the device */
  DLC_CUDA_FAILED = 7,        /* a call of the driver failed, or a kernel did */
  DLC_CUDA_ALREADY_OPEN = 8,  /* the arena is open, and stays so */
  DLC_CUDA_BAD_PLAN = 9 /* object and dlc_cuda.c are of different versions */
};

/* Where an argument of a kernel comes from. All but values are addresses. */
enum dlc_cuda_source {
  DLC_CUDA_ARENA = 0,   /* `value` bytes into the device's arena */
  DLC_CUDA_WEIGHTS = 1, /* `value` bytes into the device's constants */
  DLC_CUDA_INPUT = 2,   /* `value` bytes into input `index` */
  DLC_CUDA_OUTPUT = 3,  /* `value` bytes into output `index` */
  DLC_CUDA_VALUE =
      4 /* `value` itself, its low bytes for a narrower parameter */
};

struct dlc_cuda_argument {
  uint64_t value;
  uint32_t source; /* enum dlc_cuda_source */
  uint32_t index;
};

/* Launches run one after the other, each sees all that those before it wrote.
   A kernel may compute several stages: `stage` is the first. */
struct dlc_cuda_launch {
  uint32_t kernel; /* index of the plan's kernels */
  uint32_t stage;  /* index of dlc_model's stages */
  uint32_t grid[3], block[3];
  uint32_t shared_bytes; /* dynamic, beyond the kernel's own */
  uint32_t argument_count;
  const struct dlc_cuda_argument *arguments;
};

/* A launch of dlc_cuda_open, which makes a constant of the device. Before it
   `bytes` of the plan's weights from `source` on, which the device need not
   keep, come to the begin of the arena; 0: none. */
struct dlc_cuda_open_launch {
  uint64_t source, bytes;
  struct dlc_cuda_launch launch;
};

/* An input or output. `offset` is where the arena holds it while it is copied
   from or to the host: a multiple of 256, or DLC_CUDA_NOWHERE if it only ever
   is a device pointer (--io=device). Kernels name it by DLC_CUDA_INPUT or
   DLC_CUDA_OUTPUT, never by its place. */
#define DLC_CUDA_NOWHERE UINT64_MAX
struct dlc_cuda_place {
  uint64_t offset, bytes;
};

/* Bytes of the arena that live from one run to the next, and what is there
   after net_open: a copy of the weights from `source` on, or zeros if that is
   DLC_CUDA_NOWHERE. */
struct dlc_cuda_state_bytes {
  uint64_t offset, bytes, source;
};

/* Machine code for one architecture, beside the PTX. */
struct dlc_cuda_cubin {
  uint32_t capability; /* 62: used on sm_62 alone */
  uint32_t reserved;
  const void *image;
};

struct dlc_cuda_plan {
  uint32_t version;    /* DLC_CUDA_PLAN_VERSION */
  uint32_t capability; /* 61 for sm_61: the least that runs the PTX */
  const char *name;    /* of the network, for messages */
  const char *ptx;     /* ends with a zero */
  const void *weights; /* of the host */
  /* Of the device: the arena; the weights, of which `weights` may have more for
     the launches of open (NULL and 0: there are none); behind them, at a
     multiple of 256, what these launches make, as many bytes as 256 goes
     into. */
  uint64_t arena_bytes, weight_bytes, made_bytes;
  uint32_t kernel_count, launch_count, input_count, output_count;
  uint32_t state_count, cubin_count, open_launch_count, reserved;
  const char *const *kernels; /* names in the PTX */
  const struct dlc_cuda_launch *launches;
  const struct dlc_cuda_place *inputs, *outputs;
  const struct dlc_cuda_state_bytes *states;
  const struct dlc_cuda_cubin *cubins;
  const struct dlc_cuda_open_launch *open_launches;
  /* --profile: the hooks of dlc.h and their first argument. All three, or all
     NULL. Launches are then waited for one by one. */
  const struct dlc_model *model;
  void (*stage_begin)(const struct dlc_model *model, uint32_t stage);
  void (*stage_end)(const struct dlc_model *model, uint32_t stage);
};

/* Lies at the start of the caller's arena. Its tables follow: NET_ARENA_BYTES
   is DLC_CUDA_ARENA_BYTES, NET_ARENA_ALIGN 16. A program reads `error` and
   `message`; the other fields are dlc_cuda.c's. */
#define DLC_CUDA_MESSAGE_BYTES 384
struct dlc_cuda_state {
  uint64_t magic;
  const struct dlc_cuda_plan *plan;
  void *context, *module, *stream, *graph;
  uint64_t memory;       /* device address: constants, then the arena */
  int32_t device, error; /* error: CUresult of the call that failed */
  uint32_t flags, recorded;
  char message[DLC_CUDA_MESSAGE_BYTES];
  uint64_t spare[7];
};
#define DLC_CUDA_STATE_BYTES 512
#define DLC_CUDA_ARENA_BYTES(inputs, outputs, kernels)                         \
  (DLC_CUDA_STATE_BYTES + 16 * ((size_t)(inputs) + (outputs)) +                \
   8 * (size_t)(kernels))

#define DLC_CUDA_MAX_ARGUMENTS 64

/* Once before the first run. Takes memory of the device, loads the kernels,
   uploads the weights, makes other constants of them, records the launches as a
   graph where the driver has graphs. Uses the calling thread's current context
   if there is one (it has to live until the close), else the first device's
   primary context.

   `state` is memory of DLC_CUDA_ARENA_BYTES, aligned to 16, and need not be
   cleared. An arena can be closed and opened again; arenas are independent, and
   each may be used by one thread at a time. */
int dlc_cuda_open(struct dlc_cuda_state *state,
                  const struct dlc_cuda_plan *plan);

/* Inputs and outputs are host pointers; returns when the outputs are written.
   On a GPU that shares the host's memory, pointers from dlc_cuda_host_alloc are
   used where they are, and nothing is copied. With --io=device all are device
   pointers. */
int dlc_cuda_run(struct dlc_cuda_state *state, const void *const *inputs,
                 void *const *outputs);

/* Inputs and outputs are device pointers (aligned to 16); queues the run on
   `stream` (a CUstream or cudaStream_t of the same context, NULL: the default
   stream) and returns. Runs of one arena must not overlap. Cheapest with the
   same pointers every time: those of the last two runs are one graph. */
int dlc_cuda_enqueue(struct dlc_cuda_state *state, const void *const *inputs,
                     void *const *outputs, void *stream);

/* What lives from run to run is again what it was after dlc_cuda_open. */
int dlc_cuda_reset(struct dlc_cuda_state *state);

/* Gives back all that open took; nothing if the arena is not open. */
void dlc_cuda_close(struct dlc_cuda_state *state);

/* Memory of the host that the device can reach too; NULL if there is none left
   or the arena is not open. To be freed before the arena is closed. */
void *dlc_cuda_host_alloc(struct dlc_cuda_state *state, size_t bytes);
void dlc_cuda_host_free(struct dlc_cuda_state *state, void *memory);

/* A sentence for what the last call on `state` returned: what is wrong, what
   was found, what to do. `state` may be NULL: a sentence for the status alone.
 */
const char *dlc_cuda_message(const struct dlc_cuda_state *state, int status);

#ifdef __cplusplus
}
#endif

#endif /* DLC_CUDA_H */
