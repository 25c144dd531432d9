/* dlc_cuda_run.c - launches the kernels of a run. */
#include "dlc_cuda_driver.h"

#include <string.h>

/* Of device pointers: kernels load and store 16 bytes at a time. */
enum { ALIGNMENT = 16 };

int dlc_cuda_launch(struct dlc_cuda_state *state,
                    const struct dlc_cuda_launch *l, void *stream) {
  const struct dlc_cuda_plan *plan = state->plan;
  uint64_t values[DLC_CUDA_MAX_ARGUMENTS];
  void *pointers[DLC_CUDA_MAX_ARGUMENTS];
  uint32_t i;
  for (i = 0; i < l->argument_count; ++i) {
    const struct dlc_cuda_argument *a = &l->arguments[i];
    uint64_t base = 0;
    switch (a->source) {
    case DLC_CUDA_ARENA:
      base = dlc_cuda_arena(state);
      break;
    case DLC_CUDA_WEIGHTS:
      base = state->memory;
      break;
    case DLC_CUDA_INPUT:
      base = dlc_cuda_last(state)[a->index];
      break;
    case DLC_CUDA_OUTPUT:
      base = dlc_cuda_last(state)[plan->input_count + a->index];
      break;
    default:
      break;
    }
    values[i] = base + a->value;
    pointers[i] = &values[i];
  }
  return dlc_cuda_failed(
      state,
      dlc_cuda_driver.cuLaunchKernel(dlc_cuda_functions(state)[l->kernel],
                                     l->grid[0], l->grid[1], l->grid[2],
                                     l->block[0], l->block[1], l->block[2],
                                     l->shared_bytes, stream, pointers, NULL),
      plan->kernels[l->kernel]);
}

static int launch_all(struct dlc_cuda_state *state, void *stream) {
  const struct dlc_cuda_plan *plan = state->plan;
  int status = DLC_CUDA_OK;
  uint32_t i;
  for (i = 0; i < plan->launch_count && !status; ++i) {
    const struct dlc_cuda_launch *l = &plan->launches[i];
    int begins = i == 0 || l->stage != l[-1].stage;
    int ends = i + 1 == plan->launch_count || l->stage != l[1].stage;
    if (plan->stage_begin && begins)
      plan->stage_begin(plan->model, l->stage);
    status = dlc_cuda_launch(state, l, stream);
    if (plan->stage_begin && !status)
      status =
          dlc_cuda_failed(state, dlc_cuda_driver.cuStreamSynchronize(stream),
                          plan->kernels[l->kernel]);
    if (plan->stage_begin && ends)
      plan->stage_end(plan->model, l->stage);
  }
  return status;
}

/* All launches with the addresses of the last run as one graph; none if the
   driver cannot, or if launches are to be timed one by one. */
void dlc_cuda_record_graph(struct dlc_cuda_state *state) {
  void *graph = NULL, *executable = NULL;
  int status;
  if (!dlc_cuda_driver.has_graphs || state->plan->stage_begin)
    return;
  if (state->graph) { /* it may be running */
    dlc_cuda_driver.cuCtxSynchronize();
    dlc_cuda_driver.cuGraphExecDestroy(state->graph);
    state->graph = NULL;
  }
  if (dlc_cuda_driver.cuStreamBeginCapture_v2(state->stream,
                                              CAPTURE_THREAD_LOCAL) != SUCCESS)
    return;
  status = launch_all(state, state->stream);
  if (dlc_cuda_driver.cuStreamEndCapture(state->stream, &graph) != SUCCESS)
    return;
  if (status == DLC_CUDA_OK &&
      dlc_cuda_driver.cuGraphInstantiate(&executable, graph, NULL, NULL, 0) ==
          SUCCESS) {
    state->graph = executable;
    memcpy(dlc_cuda_recorded(state), dlc_cuda_last(state),
           dlc_cuda_ends(state) * 8);
  }
  dlc_cuda_driver.cuGraphDestroy(graph);
}

/* The address of input or output `end` in the run that begins; whether it was
   the same in the last. */
static int set_address(struct dlc_cuda_state *state, size_t end,
                       uint64_t address) {
  uint64_t *last = &dlc_cuda_last(state)[end];
  int is_same = (state->flags & HAS_RUN) && *last == address;
  *last = address;
  return is_same;
}

/* The graph is recorded anew when two runs have the same addresses and it has
   others. */
static int launch_run(struct dlc_cuda_state *state, int is_same, void *stream) {
  size_t bytes = dlc_cuda_ends(state) * 8;
  int is_capturing = 0;
  state->flags |= HAS_RUN;
  if (dlc_cuda_driver.has_graphs &&
      dlc_cuda_driver.cuStreamIsCapturing(stream, &is_capturing) != SUCCESS)
    is_capturing = 0;
  if (!is_capturing) {
    if (is_same && (!state->graph || memcmp(dlc_cuda_recorded(state),
                                            dlc_cuda_last(state), bytes) != 0))
      dlc_cuda_record_graph(state);
    if (state->graph &&
        !memcmp(dlc_cuda_recorded(state), dlc_cuda_last(state), bytes)) {
      TRY(cuGraphLaunch, (state->graph, stream));
      return DLC_CUDA_OK;
    }
  }
  return launch_all(state, stream);
}

/* Where input or output `end` of the host is for the kernels: in the arena if
   it is copied. */
static uint64_t bind(const struct dlc_cuda_state *state, size_t end,
                     const void *pointer, int *copied) {
  const struct dlc_cuda_place *place = dlc_cuda_place(state, end);
  uint64_t address;
  *copied = 0;
  if (place->offset == DLC_CUDA_NOWHERE)
    return (uint64_t)(uintptr_t)pointer;
  if (state->flags & IS_INTEGRATED &&
      dlc_cuda_driver.cuMemHostGetDevicePointer_v2(
          &address, (void *)(uintptr_t)pointer, 0) == SUCCESS &&
      address % ALIGNMENT == 0)
    return address;
  *copied = 1;
  return dlc_cuda_arena(state) + place->offset;
}

static const void *pointer_of(const struct dlc_cuda_state *state, size_t end,
                              const void *const *inputs, void *const *outputs) {
  size_t input_count = state->plan->input_count;
  return end < input_count ? inputs[end] : outputs[end - input_count];
}

/* Whether those inputs and outputs that are device pointers, or all of them,
   begin where kernels can load them. */
static int check_pointers(struct dlc_cuda_state *state, int all,
                          const void *const *inputs, void *const *outputs) {
  size_t i, input_count = state->plan->input_count;
  for (i = 0; i < dlc_cuda_ends(state); ++i) {
    const void *pointer = pointer_of(state, i, inputs, outputs);
    int is_input = i < input_count;
    if ((uintptr_t)pointer % ALIGNMENT == 0 ||
        (!all && dlc_cuda_place(state, i)->offset != DLC_CUDA_NOWHERE))
      continue;
    state->error = 0;
    dlc_cuda_say(state, "%s: %s %u is at %p, device pointers are aligned to %d",
                 state->plan->name, is_input ? "input" : "output",
                 (unsigned)(is_input ? i : i - input_count), pointer,
                 ALIGNMENT);
    return DLC_CUDA_FAILED;
  }
  return DLC_CUDA_OK;
}

static int run(struct dlc_cuda_state *state, const void *const *inputs,
               void *const *outputs) {
  const struct dlc_cuda_plan *plan = state->plan;
  int is_same = 1, copied, status;
  uint64_t address;
  size_t i;
  for (i = 0; i < plan->input_count; ++i) {
    address = bind(state, i, inputs[i], &copied);
    is_same &= set_address(state, i, address);
    if (copied)
      TRY(cuMemcpyHtoDAsync_v2,
          (address, inputs[i], plan->inputs[i].bytes, state->stream));
  }
  for (i = 0; i < plan->output_count; ++i) {
    address = bind(state, plan->input_count + i, outputs[i], &copied);
    is_same &= set_address(state, plan->input_count + i, address);
  }
  status = launch_run(state, is_same, state->stream);
  if (status)
    return status;
  for (i = 0; i < plan->output_count; ++i) {
    address = bind(state, plan->input_count + i, outputs[i], &copied);
    if (copied)
      TRY(cuMemcpyDtoHAsync_v2,
          (outputs[i], address, plan->outputs[i].bytes, state->stream));
  }
  return DLC_CUDA_OK;
}

int dlc_cuda_run(struct dlc_cuda_state *state, const void *const *inputs,
                 void *const *outputs) {
  void *ignored;
  int status, ended;
  if (!dlc_cuda_is_open(state))
    return DLC_CUDA_NOT_OPEN;
  status = check_pointers(state, 0, inputs, outputs);
  if (status)
    return status;
  TRY(cuCtxPushCurrent_v2, (state->context));
  status = run(state, inputs, outputs);
  /* Also after an error: nothing writes the outputs after this. */
  ended = dlc_cuda_driver.cuStreamSynchronize(state->stream);
  if (!status)
    status = dlc_cuda_failed(state, ended, "the run");
  dlc_cuda_driver.cuCtxPopCurrent_v2(&ignored);
  return status;
}

int dlc_cuda_enqueue(struct dlc_cuda_state *state, const void *const *inputs,
                     void *const *outputs, void *stream) {
  int is_same = 1, status;
  void *ignored;
  size_t i;
  if (!dlc_cuda_is_open(state))
    return DLC_CUDA_NOT_OPEN;
  status = check_pointers(state, 1, inputs, outputs);
  if (status)
    return status;
  for (i = 0; i < dlc_cuda_ends(state); ++i)
    is_same &= set_address(
        state, i, (uint64_t)(uintptr_t)pointer_of(state, i, inputs, outputs));
  TRY(cuCtxPushCurrent_v2, (state->context));
  status = launch_run(state, is_same, stream);
  dlc_cuda_driver.cuCtxPopCurrent_v2(&ignored);
  return status;
}
