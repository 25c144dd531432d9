/* crash.c - preloaded into dlc, breaks it in a function of LLVM or MLIR.

   CRASH_IN says in which step, CRASH_BY how. dlc itself knows nothing of this:
   the functions below stand in front of those of the shared libraries. */
#define _GNU_SOURCE
#include <assert.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* llvm::report_fatal_error(const char *, bool), operator new(size_t) */
void _ZN4llvm18report_fatal_errorEPKcb(const char *reason, _Bool diagnose);
void *_Znwm(size_t size);

/* Not a tail call, and every frame is written to. */
static int recurse(volatile int *outer) {
  volatile int frame[1024];
  frame[0] = outer ? *outer + 1 : 0;
  frame[1] = recurse(frame);
  return frame[0] + frame[1];
}

static void *crash_thread(void *unused) {
  *(volatile int *)8 = 0;
  return unused;
}

static void crash(void) {
  const char *how = getenv("CRASH_BY");
  volatile int zero = 0;
  if (!strcmp(how, "segv"))
    *(volatile int *)8 = 1;
  if (!strcmp(how, "abort"))
    abort();
  if (!strcmp(how, "assert"))
    assert(zero && "two and two are four");
  if (!strcmp(how, "divide"))
    zero = 7 / zero;
  if (!strcmp(how, "trap"))
    __builtin_trap();
  if (!strcmp(how, "stack"))
    recurse(NULL);
  if (!strcmp(how, "memory"))
    _Znwm((size_t)1 << 62);
  if (!strcmp(how, "fatal"))
    _ZN4llvm18report_fatal_errorEPKcb("cannot\033[31m select", 1);
  if (!strcmp(how, "thread")) {
    pthread_t thread;
    pthread_create(&thread, NULL, crash_thread, NULL);
    pthread_join(thread, NULL);
  }
}

static int is_step(const char *step) {
  const char *wanted = getenv("CRASH_IN");
  return wanted && !strcmp(wanted, step);
}

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

/* mlir::verify(Operation *, bool): the importer's first op. */
_Bool _ZN4mlir6verifyEPNS_9OperationEb(void *op, _Bool recursively) {
  typedef _Bool function(void *, _Bool);
  if (is_step("import"))
    crash();
  return ((function *)next("_ZN4mlir6verifyEPNS_9OperationEb"))(op,
                                                                recursively);
}

static volatile int running; /* pass managers */

/* mlir::PassManager::run(Operation *). */
_Bool _ZN4mlir11PassManager3runEPNS_9OperationE(void *manager, void *op) {
  typedef _Bool function(void *, void *);
  if (is_step("pass"))
    crash();
  ++running;
  _Bool result =
      ((function *)next("_ZN4mlir11PassManager3runEPNS_9OperationE"))(manager,
                                                                      op);
  --running;
  return result;
}

/* llvm::legacy::PassManager::run(Module &). */
_Bool _ZN4llvm6legacy11PassManager3runERNS_6ModuleE(void *manager,
                                                    void *module) {
  typedef _Bool function(void *, void *);
  if (is_step("codegen"))
    crash();
  return ((function *)next("_ZN4llvm6legacy11PassManager3runERNS_6ModuleE"))(
      manager, module);
}

/* llvm::allocate_buffer(size_t, size_t), in a thread that runs passes. The
   first calls are those of the diagnostics' table, which is locked. */
void *_ZN4llvm15allocate_bufferEmm(size_t size, size_t align) {
  typedef void *function(size_t, size_t);
  static __thread int calls;
  if (is_step("worker") && running && syscall(SYS_gettid) != getpid() &&
      ++calls > 3)
    crash();
  return ((function *)next("_ZN4llvm15allocate_bufferEmm"))(size, align);
}
