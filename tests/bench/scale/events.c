/* events.c - what one synchronisation event costs when nobody else wants its object.
 *
 * A million of each kind, in a thread beside main, which waits; prints CPU ns.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

enum { TIMES = 1000000, LOCKS = 10000 };

static _Alignas(64) atomic_long number;
static _Alignas(64) atomic_long statistic;
static _Alignas(64) atomic_int flag;
static _Alignas(64) long guarded;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, lone = PTHREAD_MUTEX_INITIALIZER;
static struct {
    pthread_mutex_t lock;
    long value;
} accounts[LOCKS];

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

#define ROW(name, event)                                                                           \
    do {                                                                                           \
        double begun = now();                                                                      \
        for (int i = 0; i < TIMES; i++) {                                                          \
            event;                                                                                 \
        }                                                                                          \
        printf("%-22s %.1f ns\n", name, (now() - begun) / TIMES);                                  \
    } while (0)

static unsigned next(uint64_t *s) {
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return (unsigned)(*s % LOCKS);
}

static void transfer(uint64_t *s) {
    unsigned i = next(s);
    pthread_mutex_lock(&accounts[i].lock);
    accounts[i].value++;
    pthread_mutex_unlock(&accounts[i].lock);
}

/* Of two, by address. */
static void transfer_between(uint64_t *s) {
    unsigned i = next(s), j = next(s);
    pthread_mutex_lock(&accounts[i < j ? i : j].lock);
    if (i != j) {
        pthread_mutex_lock(&accounts[i < j ? j : i].lock);
        pthread_mutex_unlock(&accounts[i < j ? j : i].lock);
    }
    pthread_mutex_unlock(&accounts[i < j ? i : j].lock);
}

static void *run(void *argument) {
    uint64_t s = 7;
    ROW("rmw, relaxed", atomic_fetch_add_explicit(&number, 1, memory_order_relaxed));
    ROW("rmw, seq_cst", atomic_fetch_add(&number, 1));
    ROW("load, acquire", (void)atomic_load_explicit(&number, memory_order_acquire));
    ROW("load, relaxed", (void)atomic_load_explicit(&number, memory_order_relaxed));
    ROW("store, release", atomic_store_explicit(&flag, 1, memory_order_release));
    ROW("store, relaxed", atomic_store_explicit(&flag, 1, memory_order_relaxed));
    ROW("rmw of each order", (atomic_fetch_add(&number, 1),
                              atomic_fetch_add_explicit(&statistic, 1, memory_order_relaxed)));
    ROW("plain, store release", (guarded++, atomic_store_explicit(&flag, 1, memory_order_release)));
    ROW("lock pair", (pthread_mutex_lock(&lock), pthread_mutex_unlock(&lock)));
    ROW("lock pair, plain", (pthread_mutex_lock(&lock), guarded++, pthread_mutex_unlock(&lock)));
    ROW("one of 10^4 locks", transfer(&s));
    /* The rest with the order of locks looked at. */
    ROW("lock pair in another",
        (pthread_mutex_lock(&accounts[0].lock), pthread_mutex_lock(&lock),
         pthread_mutex_unlock(&lock), pthread_mutex_unlock(&accounts[0].lock)));
    ROW("two of 10^4 locks", transfer_between(&s));
    ROW("lone lock pair", (pthread_mutex_lock(&lone), pthread_mutex_unlock(&lone)));
    ROW("rmw, seq_cst, again", atomic_fetch_add(&number, 1));
    return argument;
}

int main(void) {
    for (int i = 0; i < LOCKS; i++) {
        pthread_mutex_init(&accounts[i].lock, NULL);
    }
    pthread_t thread;
    pthread_create(&thread, NULL, run, NULL);
    pthread_join(thread, NULL);
    return guarded + atomic_load(&flag) == 0; /* else their stores were none */
}
