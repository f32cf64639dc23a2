/* Mutexes, reader-writer locks, conditions, waitgroups and once under crowds: never two
 * inside, never a writer beside a reader, every ticket served.
 *
 * Rules: MU-02 MU-03 RW-01 RW-03 CV-02 WG-03 ON-01 GR-13
 */
#include "stress.h"

#define TASKS 8
#define TURNS 300

struct place {
    rdl_mutex mu;
    rdl_rwmutex rw;
    rdl_cond nonempty, nonfull;
    rdl_mutex queue_mu;
    int queued, taken, put; /* queue_mu */
    long plain;             /* mu */
    long written;           /* rw */
    atomic_int in_mu, readers, writers;
    uint64_t nth;
};

struct worker {
    struct place *place;
    uint32_t number;
};

/* -- mutex: at most one inside, also by trylock -- */

static void use_mutex(void *arg) {
    const struct worker *w = arg;
    struct place *p = w->place;
    struct dice d = dice_of(p->nth + w->number);
    for (int i = 0; i < TURNS; i++) {
        if (roll(&d, 4) == 0) {
            while (!rdl_mutex_trylock(&p->mu)) {
                rdl_yield();
            }
        } else {
            rdl_mutex_lock(&p->mu);
        }
        CHECK(atomic_fetch_add(&p->in_mu, 1) == 0);
        p->plain++;
        jitter(&d);
        CHECK(atomic_fetch_sub(&p->in_mu, 1) == 1);
        rdl_mutex_unlock(&p->mu);
    }
}

/* -- rwmutex -- */

static void write_once(struct place *p, struct dice *d) {
    CHECK(atomic_fetch_add(&p->writers, 1) == 0 && atomic_load(&p->readers) == 0);
    p->written++;
    jitter(d);
    CHECK(atomic_fetch_sub(&p->writers, 1) == 1);
    rdl_rwmutex_unlock(&p->rw);
}

static void read_once(struct place *p, struct dice *d) {
    atomic_fetch_add(&p->readers, 1);
    CHECK(atomic_load(&p->writers) == 0);
    long before = p->written;
    jitter(d);
    CHECK(p->written == before);
    atomic_fetch_sub(&p->readers, 1);
    rdl_rwmutex_runlock(&p->rw);
}

static void use_rwmutex(void *arg) {
    const struct worker *w = arg;
    struct place *p = w->place;
    struct dice d = dice_of(p->nth + w->number);
    for (int i = 0; i < TURNS; i++) {
        switch (roll(&d, 8)) {
        case 0:
            rdl_rwmutex_lock(&p->rw);
            write_once(p, &d);
            break;
        case 1:
            if (rdl_rwmutex_trylock(&p->rw)) {
                write_once(p, &d);
            }
            break;
        case 2:
            if (rdl_rwmutex_tryrlock(&p->rw)) {
                read_once(p, &d);
            }
            break;
        default:
            rdl_rwmutex_rlock(&p->rw);
            read_once(p, &d);
        }
    }
}

/* -- conditions: a queue of three places -- */

static void put_and_take(void *arg) {
    const struct worker *w = arg;
    struct place *p = w->place;
    bool puts = w->number % 2 == 0;
    for (int i = 0; i < TURNS; i++) {
        rdl_mutex_lock(&p->queue_mu);
        while (puts ? p->queued == 3 : p->queued == 0) {
            rdl_cond_wait(puts ? &p->nonfull : &p->nonempty);
        }
        p->queued += puts ? 1 : -1;
        *(puts ? &p->put : &p->taken) += 1;
        CHECK(p->queued >= 0 && p->queued <= 3);
        if (i % 5 == 0) {
            rdl_cond_broadcast(puts ? &p->nonempty : &p->nonfull);
        } else {
            rdl_cond_signal(puts ? &p->nonempty : &p->nonfull);
        }
        rdl_mutex_unlock(&p->queue_mu);
    }
}

/* -- everybody meets at a waitgroup and a once, many times -- */

struct meeting {
    rdl_waitgroup gate;
    rdl_once once;
    int done;
    atomic_int after;
};

static void count_once(void *arg) {
    struct meeting *m = arg;
    rdl_yield();
    m->done++;
}

static void meet(void *arg) {
    struct meeting *m = arg;
    rdl_once_do(&m->once, count_once, m);
    CHECK(m->done == 1);
    rdl_waitgroup_done(&m->gate);
    rdl_waitgroup_wait(&m->gate);
    atomic_fetch_add(&m->after, 1);
}

static void meetings(void) {
    for (int i = 0; i < 50; i++) {
        struct meeting m = {.done = 0};
        rdl_waitgroup all = {0};
        rdl_waitgroup_add(&m.gate, TASKS);
        for (int t = 0; t < TASKS; t++) {
            rdl_waitgroup_go(&all, meet, &m);
        }
        rdl_waitgroup_wait(&all);
        CHECK(atomic_load(&m.after) == TASKS);
    }
}

static void crowd(struct place *p, void (*fn)(void *)) {
    struct worker workers[TASKS];
    rdl_waitgroup wg = {0};
    for (uint32_t i = 0; i < TASKS; i++) {
        workers[i] = (struct worker){p, i};
        rdl_waitgroup_go(&wg, fn, &workers[i]);
    }
    rdl_waitgroup_wait(&wg);
}

int main(int argc, char **argv) {
    stress_begin(argc, argv);
    for (int i = 0; i < stress.length; i++) {
        struct place p = {.nth = (uint64_t)i * 1000};
        rdl_cond_init(&p.nonempty, &p.queue_mu);
        rdl_cond_init(&p.nonfull, &p.queue_mu);
        crowd(&p, use_mutex);
        CHECK(p.plain == (long)TASKS * TURNS);
        crowd(&p, use_rwmutex);
        crowd(&p, put_and_take);
        CHECK(p.put == p.taken && p.queued == 0);
        meetings();
    }
    return 0;
}
