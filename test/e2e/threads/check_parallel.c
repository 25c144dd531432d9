/* check_parallel.c - dlc_parallel_for with three helpers, whatever the machine
   has: every index once, all of them done when it returns. What bodies write is
   plain memory, so that ThreadSanitizer says where an order is missing. */
#include <dlc/dlc.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { MOST = 200, HELPERS = 3, LOOPS = 3000 };

/* In place of sysconf: cores that the machine may lack. */
long cores_of_the_test(int name);
long cores_of_the_test(int name) {
  (void)name;
  return HELPERS + 1;
}

struct loop {
  unsigned char done[MOST];
  pthread_t caller;
  int helped; /* from several threads: atomic */
};

static void milliseconds(int count) {
  struct timespec time;
  time.tv_sec = 0;
  time.tv_nsec = count * 1000000L;
  nanosleep(&time, NULL);
}

static void mark(void *context, size_t i) {
  ((struct loop *)context)->done[i]++;
}

/* The caller does not go on before a helper has come; a helper is slow. */
static void wait_and_mark(void *context, size_t i) {
  struct loop *loop = context;
  int patience;
  if (pthread_equal(pthread_self(), loop->caller)) {
    for (patience = 0; patience < 20000; ++patience) {
      if (__atomic_load_n(&loop->helped, __ATOMIC_SEQ_CST))
        break;
      milliseconds(1);
    }
  } else {
    __atomic_store_n(&loop->helped, 1, __ATOMIC_SEQ_CST);
    milliseconds(20);
  }
  mark(loop, i);
}

static void mark_by_inner_loop(void *context, size_t i) {
  struct loop inner;
  memset(&inner, 0, sizeof inner);
  dlc_parallel_for(mark, &inner, 5);
  if (inner.done[0] == 1 && inner.done[4] == 1)
    mark(context, i);
}

static int failures;

static void run(const char *what, void (*body)(void *, size_t), size_t count,
                int helped) {
  struct loop loop;
  size_t i;
  memset(&loop, 0, sizeof loop);
  loop.caller = pthread_self();
  dlc_parallel_for(body, &loop, count);
  for (i = 0; i < MOST; ++i)
    if (loop.done[i] != (i < count)) {
      printf("%s: index %d of %d was done %d times\n", what, (int)i, (int)count,
             loop.done[i]);
      __atomic_fetch_add(&failures, 1, __ATOMIC_SEQ_CST);
      return;
    }
  if (helped && !__atomic_load_n(&loop.helped, __ATOMIC_SEQ_CST)) {
    printf("%s: no helper came\n", what);
    __atomic_fetch_add(&failures, 1, __ATOMIC_SEQ_CST);
  }
}

static void *many_loops(void *unused) {
  int i;
  (void)unused;
  for (i = 0; i < LOOPS; ++i)
    run("one after the other", mark, i % 9, 0);
  return NULL;
}

int main(void) {
  pthread_t other;
  run("the first loop", wait_and_mark, 8, 1);
  milliseconds(300); /* more than helpers spin: they sleep */
  run("after a pause", wait_and_mark, 8, 1);
  run("no index", mark, 0, 0);
  run("many", mark, MOST, 0);
  run("a loop inside", mark_by_inner_loop, 7, 0);
  /* Two callers: one has the helpers, the other works alone. */
  if (pthread_create(&other, NULL, many_loops, NULL) != 0)
    return 2;
  many_loops(NULL);
  pthread_join(other, NULL);
  puts(failures ? "wrong" : "right");
  return failures != 0;
}
