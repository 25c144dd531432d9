/* dlc_cuda.c - a network on an NVIDIA GPU: opening and closing. */
#include "dlc_cuda_driver.h"

#include <string.h>

/* CUresult: of PTX, machine code and the driver's compiler. */
enum { FIRST_IMAGE_ERROR = 209, LAST_IMAGE_ERROR = 229 };

/* An arena that was copied, or whose memory was something else, is not open. */
static uint64_t magic_of(const struct dlc_cuda_state *state) {
  return (uint64_t)(uintptr_t)state ^ UINT64_C(0x61647563636c6421);
}

int dlc_cuda_is_open(const struct dlc_cuda_state *state) {
  return state->magic == magic_of(state);
}

uint64_t *dlc_cuda_last(struct dlc_cuda_state *state) {
  return (uint64_t *)((char *)state + DLC_CUDA_STATE_BYTES);
}
size_t dlc_cuda_ends(const struct dlc_cuda_state *state) {
  return (size_t)state->plan->input_count + state->plan->output_count;
}
uint64_t *dlc_cuda_recorded(struct dlc_cuda_state *state) {
  return dlc_cuda_last(state) + dlc_cuda_ends(state);
}
void **dlc_cuda_functions(struct dlc_cuda_state *state) {
  return (void **)(dlc_cuda_recorded(state) + dlc_cuda_ends(state));
}
static uint64_t constant_bytes(const struct dlc_cuda_plan *plan) {
  return (plan->weight_bytes + 255) / 256 * 256 + plan->made_bytes;
}
uint64_t dlc_cuda_arena(const struct dlc_cuda_state *state) {
  return state->memory + constant_bytes(state->plan);
}
const struct dlc_cuda_place *dlc_cuda_place(const struct dlc_cuda_state *state,
                                            size_t end) {
  const struct dlc_cuda_plan *plan = state->plan;
  return end < plan->input_count ? &plan->inputs[end]
                                 : &plan->outputs[end - plan->input_count];
}

static int load_module(struct dlc_cuda_state *state, uint32_t capability) {
  const struct dlc_cuda_plan *plan = state->plan;
  char log[DLC_CUDA_MESSAGE_BYTES - 96] = "";
  int options[] = {JIT_LOG, JIT_LOG_BYTES};
  void *values[] = {log, (void *)sizeof(log)};
  uint32_t i;
  CUresult result = NO_DEVICE;
  for (i = 0; i < plan->cubin_count && result != SUCCESS; ++i)
    if (plan->cubins[i].capability == capability)
      result = dlc_cuda_driver.cuModuleLoadDataEx(
          &state->module, plan->cubins[i].image, 0, NULL, NULL);
  if (result != SUCCESS) {
    state->module = NULL;
    result = dlc_cuda_driver.cuModuleLoadDataEx(&state->module, plan->ptx, 2,
                                                options, values);
  }
  if (result != SUCCESS) {
    int status = dlc_cuda_failed(state, result, "cuModuleLoadDataEx");
    state->module = NULL;
    log[sizeof(log) - 1] = 0;
    if (log[0] || (result >= FIRST_IMAGE_ERROR && result <= LAST_IMAGE_ERROR)) {
      status = DLC_CUDA_BAD_KERNELS;
      dlc_cuda_say(state, "%s: the driver refused the kernels (%d): %s",
                   plan->name, result, log[0] ? log : "it says no more");
    }
    return status;
  }
  for (i = 0; i < plan->kernel_count; ++i)
    if (dlc_cuda_failed(
            state,
            dlc_cuda_driver.cuModuleGetFunction(
                &dlc_cuda_functions(state)[i], state->module, plan->kernels[i]),
            plan->kernels[i]))
      return DLC_CUDA_BAD_KERNELS;
  return DLC_CUDA_OK;
}

static int queue_states(struct dlc_cuda_state *state) {
  const struct dlc_cuda_plan *plan = state->plan;
  uint32_t i;
  for (i = 0; i < plan->state_count; ++i) {
    const struct dlc_cuda_state_bytes *s = &plan->states[i];
    uint64_t to = dlc_cuda_arena(state) + s->offset;
    if (s->source == DLC_CUDA_NOWHERE)
      TRY(cuMemsetD8Async, (to, 0, s->bytes, state->stream));
    else
      TRY(cuMemcpyDtoDAsync_v2,
          (to, state->memory + s->source, s->bytes, state->stream));
  }
  TRY(cuStreamSynchronize, (state->stream));
  return DLC_CUDA_OK;
}

/* In the order of the stream; what goes wrong in a kernel shows when that is
   waited for. */
static int queue_open_launches(struct dlc_cuda_state *state) {
  const struct dlc_cuda_plan *plan = state->plan;
  int status = DLC_CUDA_OK;
  uint32_t i;
  for (i = 0; i < plan->open_launch_count && !status; ++i) {
    const struct dlc_cuda_open_launch *l = &plan->open_launches[i];
    if (l->bytes)
      TRY(cuMemcpyHtoDAsync_v2,
          (dlc_cuda_arena(state), (const char *)plan->weights + l->source,
           l->bytes, state->stream));
    status = dlc_cuda_launch(state, &l->launch, state->stream);
  }
  return status;
}

static int prepare(struct dlc_cuda_state *state, uint32_t capability) {
  const struct dlc_cuda_plan *plan = state->plan;
  int status = load_module(state, capability), places = 1;
  size_t i;
  if (status)
    return status;
  TRY(cuStreamCreate, (&state->stream, NON_BLOCKING));
  TRY(cuMemAlloc_v2,
      (&state->memory, plan->arena_bytes + constant_bytes(plan) + 256));
  if (plan->weight_bytes)
    TRY(cuMemcpyHtoD_v2, (state->memory, plan->weights, plan->weight_bytes));
  status = queue_open_launches(state);
  if (!status)
    status = queue_states(state);
  if (status)
    return status;
  for (i = 0; i < dlc_cuda_ends(state); ++i) {
    places &= dlc_cuda_place(state, i)->offset != DLC_CUDA_NOWHERE;
    dlc_cuda_last(state)[i] =
        dlc_cuda_arena(state) + dlc_cuda_place(state, i)->offset;
  }
  if (places)
    dlc_cuda_record_graph(state);
  return DLC_CUDA_OK;
}

/* The caller's context, or the first device's. */
static int find_context(struct dlc_cuda_state *state) {
  int count = 0;
  CUresult result = dlc_cuda_driver.cuInit(0);
  if (result == SUCCESS)
    result = dlc_cuda_driver.cuDeviceGetCount(&count);
  if (result != SUCCESS || count == 0) {
    state->error = result;
    dlc_cuda_say(state, "no device: the driver sees no GPU (%d)", result);
    return DLC_CUDA_NO_DEVICE;
  }
  if (dlc_cuda_driver.cuCtxGetCurrent(&state->context) == SUCCESS &&
      state->context)
    return dlc_cuda_failed(state,
                           dlc_cuda_driver.cuCtxGetDevice(&state->device),
                           "cuCtxGetDevice");
  TRY(cuDeviceGet, (&state->device, 0));
  return DLC_CUDA_OK;
}

static int open_device(struct dlc_cuda_state *state) {
  const struct dlc_cuda_plan *plan = state->plan;
  int major = 0, minor = 0, integrated = 0, status = find_context(state);
  void *ignored;
  if (status)
    return status;
  TRY(cuDeviceGetAttribute, (&major, MAJOR, state->device));
  TRY(cuDeviceGetAttribute, (&minor, MINOR, state->device));
  TRY(cuDeviceGetAttribute, (&integrated, INTEGRATED, state->device));
  if (major * 10 + minor < (int)plan->capability) {
    dlc_cuda_say(
        state,
        "%s is compiled for sm_%u, the device is sm_%d%d: compile for that",
        plan->name, (unsigned)plan->capability, major, minor);
    return DLC_CUDA_OLD_DEVICE;
  }
  if (integrated)
    state->flags |= IS_INTEGRATED;
  if (!state->context) {
    TRY(cuDevicePrimaryCtxRetain, (&state->context, state->device));
    state->flags |= OWNS_CONTEXT;
  }
  state->magic = magic_of(state);
  TRY(cuCtxPushCurrent_v2, (state->context));
  status = prepare(state, (uint32_t)(major * 10 + minor));
  dlc_cuda_driver.cuCtxPopCurrent_v2(&ignored);
  return status;
}

/* What must hold of a plan for this file to follow it. */
static int check_plan(const struct dlc_cuda_plan *plan) {
  uint32_t i;
  if (plan->version != DLC_CUDA_PLAN_VERSION)
    return DLC_CUDA_BAD_PLAN;
  for (i = 0; i < plan->launch_count + plan->open_launch_count; ++i) {
    const struct dlc_cuda_launch *l =
        i < plan->launch_count
            ? &plan->launches[i]
            : &plan->open_launches[i - plan->launch_count].launch;
    if (l->argument_count > DLC_CUDA_MAX_ARGUMENTS ||
        l->kernel >= plan->kernel_count)
      return DLC_CUDA_BAD_PLAN;
  }
  return DLC_CUDA_OK;
}

int dlc_cuda_open(struct dlc_cuda_state *state,
                  const struct dlc_cuda_plan *plan) {
  int status;
  if (state->magic == magic_of(state))
    return DLC_CUDA_ALREADY_OPEN;
  memset(state, 0, sizeof(*state));
  state->plan = plan;
  status = check_plan(plan);
  if (!status && !dlc_cuda_load_driver())
    status = DLC_CUDA_NO_DRIVER;
  if (!status)
    status = open_device(state);
  if (status) {
    struct dlc_cuda_state why = *state;
    dlc_cuda_close(state);
    state->error = why.error;
    memcpy(state->message, why.message, sizeof(why.message));
  }
  return status;
}

int dlc_cuda_reset(struct dlc_cuda_state *state) {
  void *ignored;
  int status;
  if (!dlc_cuda_is_open(state))
    return DLC_CUDA_NOT_OPEN;
  TRY(cuCtxPushCurrent_v2, (state->context));
  status = queue_states(state);
  dlc_cuda_driver.cuCtxPopCurrent_v2(&ignored);
  return status;
}

void dlc_cuda_close(struct dlc_cuda_state *state) {
  void *ignored;
  if (!dlc_cuda_is_open(state))
    return;
  if (dlc_cuda_driver.cuCtxPushCurrent_v2(state->context) == SUCCESS) {
    /* Runs that were queued on streams of the caller end first. */
    dlc_cuda_driver.cuCtxSynchronize();
    if (state->graph)
      dlc_cuda_driver.cuGraphExecDestroy(state->graph);
    if (state->stream)
      dlc_cuda_driver.cuStreamDestroy_v2(state->stream);
    if (state->memory)
      dlc_cuda_driver.cuMemFree_v2(state->memory);
    if (state->module)
      dlc_cuda_driver.cuModuleUnload(state->module);
    dlc_cuda_driver.cuCtxPopCurrent_v2(&ignored);
  }
  if (state->flags & OWNS_CONTEXT)
    dlc_cuda_driver.cuDevicePrimaryCtxRelease(state->device);
  memset(state, 0, sizeof(*state));
}

void *dlc_cuda_host_alloc(struct dlc_cuda_state *state, size_t bytes) {
  void *memory = NULL, *ignored;
  if (!dlc_cuda_is_open(state) ||
      dlc_cuda_driver.cuCtxPushCurrent_v2(state->context) != SUCCESS)
    return NULL;
  if (dlc_cuda_driver.cuMemHostAlloc(&memory, bytes, HOST_PORTABLE_MAPPED) !=
      SUCCESS)
    memory = NULL;
  dlc_cuda_driver.cuCtxPopCurrent_v2(&ignored);
  return memory;
}

void dlc_cuda_host_free(struct dlc_cuda_state *state, void *memory) {
  void *ignored;
  if (!memory || !dlc_cuda_is_open(state) ||
      dlc_cuda_driver.cuCtxPushCurrent_v2(state->context) != SUCCESS)
    return;
  dlc_cuda_driver.cuMemFreeHost(memory);
  dlc_cuda_driver.cuCtxPopCurrent_v2(&ignored);
}
