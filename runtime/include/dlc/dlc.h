/* dlc.h - what programs can ask of, and give to, a network compiled by dlc.

   Nothing here is needed to run a network: net.h alone does that. This header
   has the description behind `net_model` and the hooks that a program may
   define: a clock with a profile of stages, and a parallel loop. C99 and C++,
   no heap, no library beyond what a hook itself uses. */
#ifndef DLC_DLC_H
#define DLC_DLC_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Layout of struct dlc_model; a program can compare it with model->version. */
#define DLC_MODEL_VERSION 5

/* Element types, numbered as ONNX numbers them. */
enum dlc_type {
  DLC_FLOAT32 = 1,
  DLC_UINT8 = 2,
  DLC_INT8 = 3,
  DLC_UINT16 = 4,
  DLC_INT16 = 5,
  DLC_INT32 = 6,
  DLC_INT64 = 7,
  DLC_BOOL = 9,
  DLC_FLOAT16 = 10,
  DLC_FLOAT64 = 11,
  DLC_UINT32 = 12,
  DLC_UINT64 = 13,
  DLC_BFLOAT16 = 16
};

struct dlc_tensor {
  const char *name;
  const size_t *shape; /* `rank` sizes; NULL for a scalar */
  size_t bytes;
  uint32_t rank;
  uint32_t type; /* enum dlc_type */
  /* real value = scale * (stored value - zero_point); 1 and 0 where nothing is
     quantised, or not the whole tensor with one scale (see is_quantised). */
  float scale;
  int32_t zero_point;
  uint32_t is_quantised; /* 1: the model says so; 0: values mean themselves */
};

/* A stage: an operator of the network with what is fused into it. */
struct dlc_stage {
  const char *name; /* of the ONNX node */
  const char *kind; /* "conv", "matmul", ... */
  uint64_t flops;   /* multiplications and additions; 0 where not counted */
};

/* A size of a dimension that is given for each run. */
struct dlc_length {
  const char *name;
  size_t least;
  size_t most;
};

struct dlc_model {
  uint32_t version;
  uint32_t input_count;
  uint32_t output_count;
  uint32_t stage_count;
  const char *name;
  const char *target;
  size_t arena_bytes; /* that `run` needs of its caller; 0: give NULL */
  size_t arena_align;
  const struct dlc_tensor *inputs;
  const struct dlc_tensor *outputs;
  const struct dlc_stage *stages;
  /* NULL where the network has state or lengths: it is run_on or run_lengths
     then.
     `arena` is memory of arena_bytes; NULL if arena_count is 0; a table of so
     many arenas (void *const *) if arena_count is more than 1. */
  int (*run)(const void *const *inputs, void *const *outputs, void *arena);
  uint32_t arena_count;
  const size_t *arena_sizes; /* of each; their sum is arena_bytes */
  /* State: a block of memory that a run finds as the run before left it. 0 and
     NULL where the network has none. `reset` makes it what the first run is to
     find. */
  size_t state_bytes;
  size_t state_align;
  void (*reset)(void *state);
  int (*run_on)(const void *const *inputs, void *const *outputs, void *arena,
                void *state);
  /* Lengths: a run gets one number for each, from `least` to `most`. 0 and NULL
     where the network has none. Shapes and bytes of tensors are the largest;
     in a run their elements lie densely in the first bytes. */
  uint32_t length_count;
  const struct dlc_length *lengths;
  int (*run_lengths)(const void *const *inputs, const size_t *lengths,
                     void *const *outputs, void *arena);
};

/* Hooks. Objects hold weak versions that do the least: a program that defines
   one of these functions replaces them. */

/* Runs body(context, i) for every i from 0 to count - 1, in any order and on
   any threads, and returns when all are done. Used by networks compiled with
   --threads above 1; the weak version is a plain loop, libdlc_runtime has one
   on POSIX threads. */
void dlc_parallel_for(void (*body)(void *context, size_t i), void *context,
                      size_t count);

/* Called around every stage of a network compiled with --profile. */
void dlc_stage_begin(const struct dlc_model *model, uint32_t stage);
void dlc_stage_end(const struct dlc_model *model, uint32_t stage);

/* dlc_profile.c: a profile on top of these two. The program gives a clock
   (cycles, microseconds, anything that grows) and room for one entry for each
   stage; dlc_profile_start(NULL, ...) stops it. */
struct dlc_profile_entry {
  uint64_t ticks; /* sum over all runs */
  uint32_t runs;
};
void dlc_profile_start(uint64_t (*clock)(void),
                       struct dlc_profile_entry *entries);

#ifdef __cplusplus
}
#endif

#endif /* DLC_DLC_H */
