/* dlc_parallel.c - dlc_parallel_for on POSIX threads.

   Link it into a program whose networks were compiled with --threads above 1.
   The helpers start with the first loop and sleep between loops; they spin for
   a moment before they sleep, since one stage follows the other closely. One
   loop runs at a time: a second caller computes its loop by itself. */
#include <dlc/dlc.h>

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

enum { MAX_HELPERS = 63, SPINS = 20000 };

/* GCC's and Clang's atomic built-ins, not <stdatomic.h>: C99 has none. */
#define LOAD(variable) __atomic_load_n(&(variable), __ATOMIC_SEQ_CST)
#define STORE(variable, value)                                                 \
  __atomic_store_n(&(variable), (value), __ATOMIC_SEQ_CST)
#define ADD(variable, value)                                                   \
  __atomic_fetch_add(&(variable), (value), __ATOMIC_SEQ_CST)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static char busy;
static int helpers = -1; /* -1 until started */
static void (*loop_body)(void *context, size_t i);
static void *loop_context;
static size_t loop_count;
static size_t next_index;   /* not yet taken */
static unsigned generation; /* of the loop; odd while helpers may join */
static int inside;          /* helpers at work */

static void work(void) {
  for (;;) {
    size_t i = ADD(next_index, 1);
    if (i >= loop_count)
      return;
    loop_body(loop_context, i);
  }
}

/* Waits until a loop newer than `seen` is open and returns its generation. */
static unsigned await_loop(unsigned seen) {
  unsigned now;
  int spin;
  for (spin = 0; spin < SPINS; ++spin) {
    now = LOAD(generation);
    if (now != seen && (now & 1))
      return now;
  }
  pthread_mutex_lock(&lock);
  for (;;) {
    now = LOAD(generation);
    if (now != seen && (now & 1))
      break;
    pthread_cond_wait(&wake, &lock);
  }
  pthread_mutex_unlock(&lock);
  return now;
}

static void *helper(void *unused) {
  unsigned seen = 0;
  (void)unused;
  for (;;) {
    seen = await_loop(seen);
    ADD(inside, 1);
    /* The loop may have closed in between: then nothing may be touched. */
    if (LOAD(generation) == seen)
      work();
    ADD(inside, -1);
  }
  return NULL;
}

static void start_helpers(void) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  helpers = 0;
  while (helpers < cores - 1 && helpers < MAX_HELPERS) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, helper, NULL) != 0)
      return;
    pthread_detach(thread);
    ++helpers;
  }
}

void dlc_parallel_for(void (*body)(void *context, size_t i), void *context,
                      size_t count) {
  size_t i;
  if (__atomic_test_and_set(&busy, __ATOMIC_SEQ_CST)) {
    for (i = 0; i < count; ++i)
      body(context, i);
    return;
  }
  if (helpers < 0)
    start_helpers();
  loop_body = body;
  loop_context = context;
  loop_count = count;
  STORE(next_index, 0);
  pthread_mutex_lock(&lock);
  ADD(generation, 1);
  pthread_cond_broadcast(&wake);
  pthread_mutex_unlock(&lock);
  work();
  /* Close the loop, then wait for helpers that are inside. */
  ADD(generation, 1);
  while (LOAD(inside) != 0)
    sched_yield();
  __atomic_clear(&busy, __ATOMIC_SEQ_CST);
}
