/* dlc_parallel.c - dlc_parallel_for on POSIX threads.

   Link it into a program whose networks were compiled with --threads above 1.
   The helpers start with the first loop and sleep between loops; they spin for
   a moment before they sleep, since one stage follows the other closely. One
   loop runs at a time: a second caller computes its loop by itself. */
#include <dlc/dlc.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

enum { MAX_HELPERS = 63, SPINS = 20000 };

static struct {
  pthread_mutex_t lock;
  pthread_cond_t wake;
  atomic_flag busy;
  int helpers; /* -1 until started */
  void (*body)(void *context, size_t i);
  void *context;
  size_t count;
  atomic_size_t next;     /* index not yet taken */
  atomic_uint generation; /* of the loop; odd while helpers may join */
  atomic_int inside;      /* helpers at work */
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER,
          .wake = PTHREAD_COND_INITIALIZER,
          .busy = ATOMIC_FLAG_INIT,
          .helpers = -1};

static void work(void) {
  for (;;) {
    size_t i = atomic_fetch_add(&pool.next, 1);
    if (i >= pool.count)
      return;
    pool.body(pool.context, i);
  }
}

/* Waits until a loop newer than `seen` is open and returns its generation. */
static unsigned await_loop(unsigned seen) {
  unsigned now;
  int spin;
  for (spin = 0; spin < SPINS; ++spin) {
    now = atomic_load(&pool.generation);
    if (now != seen && (now & 1))
      return now;
  }
  pthread_mutex_lock(&pool.lock);
  for (;;) {
    now = atomic_load(&pool.generation);
    if (now != seen && (now & 1))
      break;
    pthread_cond_wait(&pool.wake, &pool.lock);
  }
  pthread_mutex_unlock(&pool.lock);
  return now;
}

static void *helper(void *unused) {
  unsigned seen = 0;
  (void)unused;
  for (;;) {
    seen = await_loop(seen);
    atomic_fetch_add(&pool.inside, 1);
    /* The loop may have closed in between: then nothing may be touched. */
    if (atomic_load(&pool.generation) == seen)
      work();
    atomic_fetch_sub(&pool.inside, 1);
  }
  return NULL;
}

static void start_helpers(void) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  pool.helpers = 0;
  while (pool.helpers < cores - 1 && pool.helpers < MAX_HELPERS) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, helper, NULL) != 0)
      return;
    pthread_detach(thread);
    ++pool.helpers;
  }
}

void dlc_parallel_for(void (*body)(void *context, size_t i), void *context,
                      size_t count) {
  size_t i;
  if (atomic_flag_test_and_set(&pool.busy)) {
    for (i = 0; i < count; ++i)
      body(context, i);
    return;
  }
  if (pool.helpers < 0)
    start_helpers();
  pool.body = body;
  pool.context = context;
  pool.count = count;
  atomic_store(&pool.next, 0);
  pthread_mutex_lock(&pool.lock);
  atomic_fetch_add(&pool.generation, 1);
  pthread_cond_broadcast(&pool.wake);
  pthread_mutex_unlock(&pool.lock);
  work();
  /* Close the loop, then wait for helpers that are inside. */
  atomic_fetch_add(&pool.generation, 1);
  while (atomic_load(&pool.inside) != 0)
    sched_yield();
  atomic_flag_clear(&pool.busy);
}
