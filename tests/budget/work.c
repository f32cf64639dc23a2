/* work.c - a program that uses MIB of memory, in the way that its first argument names; see budget.py.
 *
 * usage: work WAY MIB
 *
 * Everything it does is ordered, but for one pair of writes at the end of `race`.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "raddle.h"

#define THREADS 2u
#define TASKS   10000u

static size_t words; /* of each thread */
static unsigned long sums[THREADS];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t barrier;
static unsigned long total;
int last_word; /* what `race` is about */

/* Fills memory of its own and adds it up; sums what all have done under a lock. */
static void *churn(void *arg) {
    uintptr_t me = (uintptr_t)arg;
    uint64_t *own = malloc(words * sizeof *own);
    for (size_t i = 0; i < words; i++) {
        own[i] = i % 7 + me;
    }
    for (size_t i = 0; i < words; i++) {
        sums[me] += own[i];
    }
    pthread_mutex_lock(&mutex);
    total += sums[me];
    pthread_mutex_unlock(&mutex);
    free(own);
    return NULL;
}

/* What both do after the barrier is unordered, and near in time. */
static void *churn_and_race(void *arg) {
    churn(arg);
    pthread_barrier_wait(&barrier);
    last_word = 1;
    return NULL;
}

static void both(void *(*work)(void *)) {
    pthread_t thread[THREADS];
    total = 0;
    memset(sums, 0, sizeof sums);
    for (uintptr_t i = 0; i < THREADS; i++) {
        pthread_create(&thread[i], NULL, work, (void *)i);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(thread[i], NULL);
    }
}

static int told(void) {
    unsigned long want = 0;
    for (uintptr_t me = 0; me < THREADS; me++) {
        for (size_t i = 0; i < words; i++) {
            want += i % 7 + me;
        }
    }
    puts(total == want ? "right" : "wrong");
    return total != want;
}

/* -- goroutines ----------------------------------------------------------------------------- */

struct crowd {
    rdl_chan *done;
    size_t bytes; /* of each */
};

static void one(void *arg) {
    struct crowd *crowd = arg;
    unsigned char *own = malloc(crowd->bytes);
    unsigned n = 0;
    memset(own, 1, crowd->bytes);
    for (size_t i = 0; i < crowd->bytes; i++) {
        n += own[i];
    }
    rdl_send(crowd->done, &n);
    free(own);
}

static int crowd(size_t bytes) {
    struct crowd all = {.done = rdl_chan_make(sizeof(unsigned), 0), .bytes = bytes / TASKS};
    size_t sum = 0;
    for (unsigned i = 0; i < TASKS; i++) {
        rdl_go(one, &all);
    }
    for (unsigned i = 0; i < TASKS; i++) {
        unsigned n = 0;
        rdl_recv(all.done, &n);
        sum += n;
    }
    puts(sum == all.bytes * TASKS ? "right" : "wrong");
    return sum != all.bytes * TASKS;
}

int main(int argc, char **argv) {
    size_t bytes = argc > 2 ? strtoul(argv[2], NULL, 10) << 20 : 0;
    const char *way = argc > 2 ? argv[1] : "";
    words = bytes / sizeof(uint64_t) / THREADS;
    if (strcmp(way, "goroutines") == 0) {
        return crowd(bytes);
    }
    if (strcmp(way, "fork") == 0) {
        both(churn);
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            both(churn);
            exit(told());
        }
        int status = 0;
        waitpid(child, &status, 0);
        return status != 0;
    }
    pthread_barrier_init(&barrier, NULL, THREADS);
    both(strcmp(way, "race") == 0 ? churn_and_race : churn);
    return told();
}
