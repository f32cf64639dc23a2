/* Wired tasks, blocking calls, threads of the user's and a changing number of workers, all over one
 * set of channels and locks: nothing is lost, wired tasks stay where they are.
 *
 * Rules: GR-21 GR-22 GR-25 GR-26 GR-32
 */
#include "stress.h"

#include <pthread.h>
#include <unistd.h>

#define TASKS   4
#define THREADS 3
#define TURNS   100

struct hall {
    rdl_chan *ch;
    rdl_mutex mu;
    long plain; /* mu */
    atomic_long received, blocked;
    atomic_bool over;
    uint64_t nth;
};

static void visit(struct hall *h, struct dice *d) {
    int v = 1;
    rdl_mutex_lock(&h->mu);
    h->plain++;
    rdl_mutex_unlock(&h->mu);
    rdl_send(h->ch, &v);
    jitter(d);
}

static void wired(void *hall) {
    struct hall *h = hall;
    struct dice d = dice_of(h->nth + rdl_task_id());
    rdl_lock_thread();
    pthread_t here = pthread_self();
    for (int i = 0; i < TURNS; i++) {
        if (roll(&d, 3) == 0) {
            rdl_lock_thread(); /* they nest */
            visit(h, &d);
            rdl_unlock_thread();
        } else {
            visit(h, &d);
        }
        CHECK(pthread_equal(pthread_self(), here));
    }
    if (roll(&d, 2) == 0) {
        rdl_unlock_thread(); /* else the thread ends with the task [GR-26] */
    }
}

static void block(void *arg) {
    struct hall *h = arg;
    usleep(50);
    atomic_fetch_add(&h->blocked, 1);
}

static void blocking(void *hall) {
    struct hall *h = hall;
    struct dice d = dice_of(h->nth + rdl_task_id());
    for (int i = 0; i < TURNS; i++) {
        rdl_blocking(block, h);
        visit(h, &d);
    }
}

static void *foreign(void *hall) {
    struct hall *h = hall;
    struct dice d = dice_of(h->nth + rdl_task_id());
    for (int i = 0; i < TURNS; i++) {
        visit(h, &d);
        if (i % 10 == 0) {
            rdl_sleep(10 * RDL_MICROSECOND);
        }
    }
    return NULL;
}

static void change_procs(void *hall) {
    struct hall *h = hall;
    struct dice d = dice_of(h->nth + 77);
    int before = rdl_maxprocs(0);
    while (!atomic_load(&h->over)) {
        rdl_maxprocs((int)roll(&d, 6) + 1);
        rdl_sleep(100 * RDL_MICROSECOND);
    }
    rdl_maxprocs(before);
}

static void drain(void *hall) {
    struct hall *h = hall;
    while (rdl_recv(h->ch, NULL)) {
        atomic_fetch_add(&h->received, 1);
    }
}

static void round_of(uint64_t nth) {
    struct hall h = {.ch = RDL_CHAN(int, (size_t)(nth % 3)), .nth = nth};
    pthread_t threads[THREADS];
    rdl_waitgroup senders = {0}, others = {0};
    long visits = (long)TURNS * (2 * TASKS + THREADS);
    rdl_waitgroup_go(&others, drain, &h);
    rdl_waitgroup_go(&others, drain, &h);
    rdl_waitgroup_go(&others, change_procs, &h);
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, foreign, &h) == 0);
    }
    for (int i = 0; i < TASKS; i++) {
        rdl_waitgroup_go(&senders, wired, &h);
        rdl_waitgroup_go(&senders, blocking, &h);
    }
    rdl_waitgroup_wait(&senders);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    atomic_store(&h.over, true);
    rdl_close(h.ch);
    rdl_waitgroup_wait(&others);
    CHECK(h.plain == visits && atomic_load(&h.received) == visits);
    CHECK(atomic_load(&h.blocked) == (long)TURNS * TASKS);
    rdl_chan_free(h.ch);
}

int main(int argc, char **argv) {
    stress_begin(argc, argv);
    for (int i = 0; i < stress.length; i++) {
        round_of((uint64_t)i * 1000);
    }
    return 0;
}
