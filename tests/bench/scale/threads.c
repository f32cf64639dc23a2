/* threads.c - N pthreads alive at once, each of which takes a lock, tells that it lives and waits.
 *
 *     threads N        prints: THREADS n wall_ns cpu_ns resident_bytes
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t mu = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_cond_t all_alive = PTHREAD_COND_INITIALIZER;
static long alive, awaited; /* awaited: 0 until main waits */
static int over;

static double now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static long resident(void) {
    long size = 0, pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f) {
        if (fscanf(f, "%ld %ld", &size, &pages) != 2) {
            pages = 0;
        }
        fclose(f);
    }
    return pages * sysconf(_SC_PAGESIZE);
}

static void *live(void *unused) {
    pthread_mutex_lock(&mu);
    if (++alive == awaited) {
        pthread_cond_signal(&all_alive);
    }
    while (!over) {
        pthread_cond_wait(&changed, &mu);
    }
    pthread_mutex_unlock(&mu);
    return unused;
}

int main(int argc, char **argv) {
    long n = argc > 1 ? atol(argv[1]) : 1000;
    pthread_t *threads = malloc(sizeof *threads * (size_t)n);
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 65536);
    double wall = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
    for (long i = 0; i < n; i++) {
        if (pthread_create(&threads[i], &small, live, NULL) != 0) {
            fprintf(stderr, "threads: %ld started\n", i);
            return 1;
        }
    }
    pthread_mutex_lock(&mu);
    awaited = n;
    while (alive != n) {
        pthread_cond_wait(&all_alive, &mu);
    }
    long bytes = resident();
    over = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mu);
    for (long i = 0; i < n; i++) {
        pthread_join(threads[i], NULL);
    }
    printf("THREADS %ld %.0f %.0f %ld\n", n, now(CLOCK_MONOTONIC) - wall,
           now(CLOCK_PROCESS_CPUTIME_ID) - cpu, bytes);
    return 0;
}
