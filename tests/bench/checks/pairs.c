/* What a pair of operations costs: argv[1] names the row, argv[2] says how often. Of rows with two tasks each does the
 * half. `shared` is touched as a critical section would. */
#include "../detector/bench.h"

#include "raddle.h"

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER, inner = PTHREAD_MUTEX_INITIALIZER;
static rdl_mutex rm;
static rdl_chan *ch, *back;
static long reps, shared;

static void thread_locks(int id) {
    (void)id;
    for (long i = 0; i < reps; i++) {
        pthread_mutex_lock(&m);
        shared++;
        pthread_mutex_unlock(&m);
    }
}

static void thread_nests(int id) {
    (void)id;
    for (long i = 0; i < reps; i++) {
        pthread_mutex_lock(&m);
        pthread_mutex_lock(&inner);
        shared++;
        pthread_mutex_unlock(&inner);
        pthread_mutex_unlock(&m);
    }
}

static void goroutine_locks(void *over) {
    for (long i = 0; i < reps; i++) {
        rdl_mutex_lock(&rm);
        shared++;
        rdl_mutex_unlock(&rm);
    }
    if (over) {
        rdl_waitgroup_done(over);
    }
}

static void answer(void *unused) {
    long value;
    (void)unused;
    RDL_RANGE(ch, value) {
        if (back) {
            rdl_send(back, &value);
        }
    }
}

static void two_threads(void (*fn)(int)) {
    reps /= 2;
    bench_par(2, fn);
}

static void two_goroutines(void) {
    rdl_waitgroup over = {0};
    reps /= 2;
    rdl_waitgroup_add(&over, 2);
    rdl_go(goroutine_locks, &over);
    rdl_go(goroutine_locks, &over);
    rdl_waitgroup_wait(&over);
}

/* capacity 0: there and back. */
static void channel(size_t capacity) {
    ch = RDL_CHAN(long, capacity);
    back = capacity == 0 ? RDL_CHAN(long, 0) : NULL;
    rdl_go(answer, NULL);
    for (long i = 0; i < reps; i++) {
        rdl_send(ch, &i);
        if (back) {
            rdl_recv(back, &shared);
        }
    }
    rdl_close(ch);
}

int main(int argc, char **argv) {
    const char *row = argc > 1 ? argv[1] : "";
    long n = reps = bench_reps(argc - 1, argv + 1, 1000000);
    rdl_yield(); /* the runtime is there */
    bench_begin();
    if (strcmp(row, "pthread") == 0) {
        thread_locks(0);
    } else if (strcmp(row, "pthread-two") == 0) {
        two_threads(thread_locks);
    } else if (strcmp(row, "pthread-nested") == 0) {
        thread_nests(0);
    } else if (strcmp(row, "mutex") == 0) {
        goroutine_locks(NULL);
    } else if (strcmp(row, "mutex-two") == 0) {
        two_goroutines();
    } else if (strcmp(row, "buffered") == 0) {
        channel(128);
    } else if (strcmp(row, "unbuffered") == 0) {
        channel(0);
    } else {
        return 1;
    }
    bench_end(row, (double)n, (double)shared);
    return 0;
}
