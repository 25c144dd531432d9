/* Times a compiled network and onnxruntime in turn, in one process.
 *
 * Loaded by measure.py as a shared library. Both sides are called from C with
 * buffers that are allocated once, so that neither pays for Python. The two
 * alternate in batches of equal length (A B A B ...): what slows the machine
 * down for a while hits both, and the minimum of many discards it.
 *
 * onnxruntime comes from its Python wheel, which has the library but not the
 * header. Its C API is a table of functions that is only ever appended to (its
 * header promises so), so the positions used here are named below.
 */

#include "vectors.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct {
  const void *const *(*get_api)(uint32_t version);
} OrtApiBase;

/* Positions in OrtApi, version 1 of the table. */
enum {
  ORT_GET_ERROR_MESSAGE = 2,
  ORT_CREATE_ENV = 3,
  ORT_CREATE_SESSION = 7,
  ORT_RUN = 9,
  ORT_CREATE_SESSION_OPTIONS = 10,
  ORT_SET_INTRA_OP_NUM_THREADS = 24,
  ORT_SET_INTER_OP_NUM_THREADS = 25,
  ORT_CREATE_TENSOR_WITH_DATA = 49,
  ORT_CREATE_CPU_MEMORY_INFO = 69,
};

enum { MAX_TENSORS = 8, MAX_RANK = 8 };
enum { ORT_LOG_ERROR = 3, ORT_ARENA_ALLOCATOR = 1, ORT_MEMORY_DEFAULT = 0 };

typedef void *Status; /* null on success */

struct tensor {
  const char *name;
  void *data;
  size_t bytes;
  int64_t shape[MAX_RANK];
  size_t rank;
  int element_type; /* TensorProto.DataType, the same numbers as onnxruntime's
                     */
};

struct peer {
  Status (*run)(void *session, const void *options, const char *const *in_names,
                const void *const *ins, size_t in_count,
                const char *const *out_names, size_t out_count, void **outs);
  void *session;
  size_t in_count, out_count;
  const char *in_names[MAX_TENSORS], *out_names[MAX_TENSORS];
  void *ins[MAX_TENSORS], *outs[MAX_TENSORS];
};

static int failed(const void *const *api, Status status) {
  if (!status)
    return 0;
  const char *(*message)(Status) =
      (const char *(*)(Status))api[ORT_GET_ERROR_MESSAGE];
  fprintf(stderr, "onnxruntime: %s\n", message(status));
  return 1;
}

static int wrap(const void *const *api, void *memory, const struct tensor *t,
                void **value) {
  Status (*create)(void *, void *, size_t, const int64_t *, size_t, int,
                   void **) =
      (Status (*)(void *, void *, size_t, const int64_t *, size_t, int,
                  void **))api[ORT_CREATE_TENSOR_WITH_DATA];
  return failed(api, create(memory, t->data, t->bytes, t->shape, t->rank,
                            t->element_type, value));
}

/* Opens `model` in the library at `path`; sessions live as long as the process.
   Returns 0 on success. */
int peer_open(const char *path, const char *model, int threads,
              const struct tensor *tensors, size_t in_count, size_t out_count,
              struct peer *peer) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  const OrtApiBase *(*base)(void) =
      (const OrtApiBase *(*)(void))dlsym(library, "OrtGetApiBase");
  const void *const *api = base ? base()->get_api(1) : NULL;
  if (!api || in_count > MAX_TENSORS || out_count > MAX_TENSORS)
    return 1;

  static void *environment; /* one for the process, as its documentation asks */
  void *options = NULL, *memory = NULL;
  Status (*create_env)(int, const char *, void **) =
      (Status (*)(int, const char *, void **))api[ORT_CREATE_ENV];
  Status (*create_options)(void **) =
      (Status (*)(void **))api[ORT_CREATE_SESSION_OPTIONS];
  Status (*set_intra)(void *, int) =
      (Status (*)(void *, int))api[ORT_SET_INTRA_OP_NUM_THREADS];
  Status (*set_inter)(void *, int) =
      (Status (*)(void *, int))api[ORT_SET_INTER_OP_NUM_THREADS];
  Status (*create_session)(void *, const char *, void *, void **) = (Status (*)(
      void *, const char *, void *, void **))api[ORT_CREATE_SESSION];
  Status (*create_memory)(int, int, void **) =
      (Status (*)(int, int, void **))api[ORT_CREATE_CPU_MEMORY_INFO];

  if (!environment &&
      failed(api, create_env(ORT_LOG_ERROR, "benchmark", &environment)))
    return 1;
  if (failed(api, create_options(&options)) ||
      failed(api, set_intra(options, threads)) ||
      failed(api, set_inter(options, 1)) ||
      failed(api,
             create_session(environment, model, options, &peer->session)) ||
      failed(api,
             create_memory(ORT_ARENA_ALLOCATOR, ORT_MEMORY_DEFAULT, &memory)))
    return 1;

  peer->run = (Status (*)(void *, const void *, const char *const *,
                          const void *const *, size_t, const char *const *,
                          size_t, void **))api[ORT_RUN];
  peer->in_count = in_count;
  peer->out_count = out_count;
  for (size_t i = 0; i < in_count; ++i) {
    peer->in_names[i] = tensors[i].name;
    if (wrap(api, memory, &tensors[i], &peer->ins[i]))
      return 1;
  }
  for (size_t i = 0; i < out_count; ++i) {
    peer->out_names[i] = tensors[in_count + i].name;
    if (wrap(api, memory, &tensors[in_count + i], &peer->outs[i]))
      return 1;
  }
  return failed(api, peer->run(peer->session, NULL, peer->in_names,
                               (const void *const *)peer->ins, in_count,
                               peer->out_names, out_count, peer->outs));
}

struct network {
  int (*run)(const void *const *inputs, void *const *outputs, void *arena);
  const void *const *inputs;
  void *const *outputs;
  void *arena;
};

static double time_network(const struct network *n, long count) {
  double start = now();
  for (long i = 0; i < count; ++i)
    if (n->run(n->inputs, n->outputs, n->arena))
      return -1.0;
  return (now() - start) / (double)count;
}

static double time_peer(struct peer *p, long count) {
  double start = now();
  for (long i = 0; i < count; ++i)
    if (p->run(p->session, NULL, p->in_names, (const void *const *)p->ins,
               p->in_count, p->out_names, p->out_count, p->outs))
      return -1.0;
  return (now() - start) / (double)count;
}

/* Calls both in turn for `seconds`; either may be null. Writes the smallest
   seconds per inference of each to best[0] (network) and best[1] (peer).
   Returns the number of rounds, or -1 when a call failed. */
long alternate(const struct network *network, struct peer *peer, double seconds,
               double best[2]) {
  const double batch = 1e-3; /* long against the clock's resolution */
  best[0] = best[1] = 1e30;
  double once[2] = {network ? time_network(network, 1) : 0.0,
                    peer ? time_peer(peer, 1) : 0.0};
  if (once[0] < 0.0 || once[1] < 0.0)
    return -1;
  long counts[2];
  for (int side = 0; side < 2; ++side)
    counts[side] =
        once[side] < batch ? 1 + (long)(batch / (once[side] + 1e-7)) : 1;

  long rounds = 0;
  for (double end = now() + seconds; rounds < 3 || now() < end; ++rounds) {
    double t[2] = {network ? time_network(network, counts[0]) : 0.0,
                   peer ? time_peer(peer, counts[1]) : 0.0};
    for (int side = 0; side < 2; ++side) {
      if (t[side] < 0.0)
        return -1;
      if (t[side] < best[side])
        best[side] = t[side];
    }
  }
  return rounds;
}

/* One inference of each, as calls of one form (time_calls). */
int call_network(void *state) {
  const struct network *n = state;
  return n->run(n->inputs, n->outputs, n->arena);
}

int call_peer(void *state) {
  struct peer *p = state;
  return p->run(p->session, NULL, p->in_names, (const void *const *)p->ins,
                p->in_count, p->out_names, p->out_count, p->outs) != NULL;
}
