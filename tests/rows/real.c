/* Rule    rows.real  [HB-C11-02, HB-C11-04, HB-PT-02, HB-PT-04]
 * Expect  rows
 * Why     structures that real programs are made of, each done right and, in one word, wrong.
 */
#include "rows.h"

#include <stdatomic.h>
#include <stdlib.h>

#define RELAXED memory_order_relaxed
#define ACQUIRE memory_order_acquire
#define RELEASE memory_order_release
#define SEQ_CST memory_order_seq_cst

/* -- double-checked locking: `load` and `store` of the pointer to what is made once -- */

struct config {
    int of[4];
};
struct once_made {
    _Atomic(struct config *) made;
    rdl_mutex mutex;
    struct config room;
};
COPIED struct config *get(struct once_made *o, memory_order load, memory_order store) {
    struct config *c = atomic_load_explicit(&o->made, load);
    if (c == NULL) {
        rdl_mutex_lock(&o->mutex);
        c = atomic_load_explicit(&o->made, RELAXED);
        if (c == NULL) {
            c = &o->room;
            c->of[1] = 7;
            atomic_store_explicit(&o->made, c, store);
        }
        rdl_mutex_unlock(&o->mutex);
    }
    return c;
}
#define DOUBLE_CHECKED(row, load, store)                                                           \
    struct once_made row##_once;                                                                   \
    FIRST(row) {                                                                                   \
        USE(get(&row##_once, load, store)->of[1]);                                                 \
    }                                                                                              \
    SECOND(row) {                                                                                  \
        USE(get(&row##_once, load, store)->of[1]);                                                 \
    }
// clang-format off
DOUBLE_CHECKED(NoRaceDoubleChecked, ACQUIRE, RELEASE)
DOUBLE_CHECKED(RaceDoubleCheckedRelaxedStore, ACQUIRE, RELAXED)
DOUBLE_CHECKED(RaceDoubleCheckedRelaxedLoad, RELAXED, RELEASE)
// clang-format on

/* -- a sequence lock: readers look twice. Its data are relaxed atomics, or plain -- */

struct seqlock {
    _Atomic unsigned sequence;
    _Atomic int data[2];
};
APART void seq_write(struct seqlock *s, int value) {
    unsigned n = atomic_load_explicit(&s->sequence, RELAXED);
    atomic_store_explicit(&s->sequence, n + 1, RELAXED);
    atomic_thread_fence(RELEASE);
    atomic_store_explicit(&s->data[0], value, RELAXED);
    atomic_store_explicit(&s->data[1], value, RELAXED);
    atomic_store_explicit(&s->sequence, n + 2, RELEASE);
}
APART int seq_read(struct seqlock *s) {
    unsigned before, after;
    int sum;
    do {
        before = atomic_load_explicit(&s->sequence, ACQUIRE);
        sum =
            atomic_load_explicit(&s->data[0], RELAXED) + atomic_load_explicit(&s->data[1], RELAXED);
        atomic_thread_fence(ACQUIRE);
        after = atomic_load_explicit(&s->sequence, RELAXED);
    } while (before % 2 != 0 || before != after);
    return sum;
}
struct seqlock seqlock;
FIRST(NoRaceSeqlock) {
    for (int i = 0; i < 100; i++) {
        seq_write(&seqlock, i);
    }
}
SECOND(NoRaceSeqlock) {
    for (int i = 0; i < 100; i++) {
        USE(seq_read(&seqlock));
    }
}
struct {
    _Atomic unsigned sequence;
    int data;
} plain_seqlock;
PART(RaceSeqlockPlainData_reader) {
    unsigned before = atomic_load_explicit(&plain_seqlock.sequence, ACQUIRE);
    int seen = plain_seqlock.data;
    atomic_thread_fence(ACQUIRE);
    USE(atomic_load_explicit(&plain_seqlock.sequence, RELAXED) == before ? seen : 0);
    mark(1);
}
ROW(RaceSeqlockPlainData) {
    task(RaceSeqlockPlainData_reader, NULL);
    await(1);
    atomic_fetch_add_explicit(&plain_seqlock.sequence, 1, ACQUIRE);
    plain_seqlock.data = 1;
    atomic_fetch_add_explicit(&plain_seqlock.sequence, 1, RELEASE);
}

/* -- reference counts: who drops the last one frees -- */

struct shared {
    _Atomic int users;
    int x;
};
COPIED void drop(struct shared *s, memory_order order, bool fence) {
    USE(s->x);
    if (atomic_fetch_sub_explicit(&s->users, 1, order) == 1) {
        if (fence) {
            atomic_thread_fence(ACQUIRE);
        }
        free(s);
    }
}
#define COUNTED(row, order, fence)                                                                 \
    PART(row##_user) {                                                                             \
        drop(unused, order, fence);                                                                \
    }                                                                                              \
    ROW(row) {                                                                                     \
        struct shared *s = malloc(sizeof *s);                                                      \
        atomic_init(&s->users, 3);                                                                 \
        s->x = 1;                                                                                  \
        task(row##_user, s);                                                                       \
        task(row##_user, s);                                                                       \
        drop(s, order, fence);                                                                     \
    }
// clang-format off
COUNTED(NoRaceReferenceCount, RELEASE, true)
COUNTED(NoRaceReferenceCountAcqRel, memory_order_acq_rel, false)
COUNTED(RaceReferenceCountNoFence, RELEASE, false)
COUNTED(RaceReferenceCountRelaxed, RELAXED, true)
// clang-format on

/* -- a ring of one producer and one consumer -- */

enum { SLOTS = 4, ITEMS = 50 };
struct ring {
    int slot[SLOTS];
    _Atomic unsigned head, tail; /* next to take, next to fill */
};
COPIED void fill(struct ring *r, int value, memory_order order) {
    unsigned at = atomic_load_explicit(&r->tail, RELAXED);
    while (at - atomic_load_explicit(&r->head, ACQUIRE) == SLOTS) {
        rdl_yield();
    }
    r->slot[at % SLOTS] = value;
    atomic_store_explicit(&r->tail, at + 1, order);
}
COPIED int empty(struct ring *r, memory_order order) {
    unsigned at = atomic_load_explicit(&r->head, RELAXED);
    while (at == atomic_load_explicit(&r->tail, ACQUIRE)) {
        rdl_yield();
    }
    int value = r->slot[at % SLOTS];
    atomic_store_explicit(&r->head, at + 1, order);
    return value;
}
#define RING(row, filled, emptied)                                                                 \
    struct ring row##_ring;                                                                        \
    PART(row##_producer) {                                                                         \
        for (int i = 0; i < ITEMS; i++) {                                                          \
            fill(&row##_ring, i, filled);                                                          \
        }                                                                                          \
    }                                                                                              \
    ROW(row) {                                                                                     \
        task(row##_producer, NULL);                                                                \
        for (int i = 0; i < ITEMS; i++) {                                                          \
            USE(empty(&row##_ring, emptied));                                                      \
        }                                                                                          \
    }
// clang-format off
RING(NoRaceRing, RELEASE, RELEASE)
RING(RaceRingRelaxedFill, RELAXED, RELEASE)
RING(RaceRingRelaxedEmpty, RELEASE, RELAXED)
// clang-format on

/* -- a stack of many pushers, taken as a whole -- */

struct item {
    struct item *next;
    int x;
};
COPIED void push(_Atomic(struct item *) *top, struct item *item, memory_order order) {
    item->x = 1;
    item->next = atomic_load_explicit(top, RELAXED);
    while (!atomic_compare_exchange_weak_explicit(top, &item->next, item, order, RELAXED)) {
    }
}
#define STACK(row, pushed, taken)                                                                  \
    _Atomic(struct item *) row##_top;                                                              \
    PART(row##_pusher) {                                                                           \
        for (int i = 0; i < 10; i++) {                                                             \
            push(&row##_top, malloc(sizeof(struct item)), pushed);                                 \
        }                                                                                          \
    }                                                                                              \
    ROW(row) {                                                                                     \
        task(row##_pusher, NULL);                                                                  \
        task(row##_pusher, NULL);                                                                  \
        for (int n = 0; n < 20;) {                                                                 \
            struct item *item = atomic_exchange_explicit(&row##_top, NULL, taken);                 \
            while (item != NULL) {                                                                 \
                struct item *next = item->next;                                                    \
                USE(item->x);                                                                      \
                free(item);                                                                        \
                item = next;                                                                       \
                n++;                                                                               \
            }                                                                                      \
            rdl_yield();                                                                           \
        }                                                                                          \
    }
// clang-format off
STACK(NoRaceStack, RELEASE, ACQUIRE)
STACK(RaceStackRelaxedPush, RELAXED, ACQUIRE)
STACK(RaceStackRelaxedTake, RELEASE, RELAXED)
// clang-format on

/* -- read, copy, update: a new version is published, the old one freed when nobody reads -- */

struct version {
    int x;
};
struct versions {
    _Atomic(struct version *) now;
    _Atomic int readers;
};
COPIED void look(struct versions *v, memory_order order, memory_order leave) {
    atomic_fetch_add_explicit(&v->readers, 1, SEQ_CST);
    USE(atomic_load_explicit(&v->now, order)->x);
    atomic_fetch_sub_explicit(&v->readers, 1, leave);
}
COPIED void update(struct versions *v, int x, memory_order order) {
    struct version *fresh = malloc(sizeof *fresh);
    fresh->x = x;
    struct version *old = atomic_exchange_explicit(&v->now, fresh, order);
    while (atomic_load_explicit(&v->readers, SEQ_CST) != 0) {
        rdl_yield();
    }
    free(old);
}
#define VERSIONS(row, loaded, left, updated)                                                       \
    struct versions row##_versions;                                                                \
    PART(row##_reader) {                                                                           \
        for (int i = 0; i < 20; i++) {                                                             \
            look(&row##_versions, loaded, left);                                                   \
            mark(1);                                                                               \
        }                                                                                          \
        await(2);                                                                                  \
        look(&row##_versions, loaded, left);                                                       \
    }                                                                                              \
    ROW(row) {                                                                                     \
        atomic_init(&row##_versions.now, calloc(1, sizeof(struct version)));                       \
        task(row##_reader, NULL);                                                                  \
        await(1);                                                                                  \
        for (int i = 0; i < 5; i++) {                                                              \
            update(&row##_versions, i, updated);                                                   \
        }                                                                                          \
        mark(2);                                                                                   \
    }
// clang-format off
VERSIONS(NoRaceVersions, memory_order_consume, RELEASE, SEQ_CST)
VERSIONS(RaceVersionsRelaxedLeave, ACQUIRE, RELAXED, SEQ_CST)
// clang-format on

/* -- a deque whose owner works at one end while thieves steal at the other [Le et al., PPoPP 2013] -- */

enum { DEQUE = 64, WORK = 30 };
struct deque {
    _Atomic long top, bottom;
    _Atomic(int *) work[DEQUE];
};
COPIED void give_work(struct deque *d, int *work, bool fence) {
    long b = atomic_load_explicit(&d->bottom, RELAXED);
    *work = 1;
    atomic_store_explicit(&d->work[b % DEQUE], work, RELAXED);
    if (fence) {
        atomic_thread_fence(RELEASE);
    }
    atomic_store_explicit(&d->bottom, b + 1, RELAXED);
}
COPIED int *own_work(struct deque *d) {
    long b = atomic_load_explicit(&d->bottom, RELAXED) - 1;
    atomic_store_explicit(&d->bottom, b, RELAXED);
    atomic_thread_fence(SEQ_CST);
    long t = atomic_load_explicit(&d->top, RELAXED);
    int *work = t <= b ? atomic_load_explicit(&d->work[b % DEQUE], RELAXED) : NULL;
    if (t >= b) {
        if (t == b &&
            !atomic_compare_exchange_strong_explicit(&d->top, &t, t + 1, SEQ_CST, RELAXED)) {
            work = NULL;
        }
        atomic_store_explicit(&d->bottom, b + 1, RELAXED);
    }
    return work;
}
COPIED int *steal(struct deque *d) {
    long t = atomic_load_explicit(&d->top, ACQUIRE);
    atomic_thread_fence(SEQ_CST);
    long b = atomic_load_explicit(&d->bottom, ACQUIRE);
    if (t >= b) {
        return NULL;
    }
    int *work = atomic_load_explicit(&d->work[t % DEQUE], RELAXED);
    return atomic_compare_exchange_strong_explicit(&d->top, &t, t + 1, SEQ_CST, RELAXED) ? work
                                                                                         : NULL;
}
#define DEQUES(row, fence)                                                                         \
    struct deque row##_deque;                                                                      \
    int row##_work[WORK];                                                                          \
    PART(row##_thief) {                                                                            \
        int *work = NULL;                                                                          \
        while (work == NULL) { /* one at least: its giver waits for it */                          \
            work = steal(&row##_deque);                                                            \
            rdl_yield();                                                                           \
        }                                                                                          \
        ++*work;                                                                                   \
        mark(1);                                                                                   \
        for (int i = 0; i < WORK; i++) {                                                           \
            if ((work = steal(&row##_deque)) != NULL) {                                            \
                ++*work;                                                                           \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
    ROW(row) {                                                                                     \
        task(row##_thief, NULL);                                                                   \
        for (int i = 0; i < WORK; i++) {                                                           \
            give_work(&row##_deque, &row##_work[i], fence);                                        \
            await(1);                                                                              \
            int *work = i % 3 == 0 ? own_work(&row##_deque) : NULL;                                \
            if (work != NULL) {                                                                    \
                ++*work;                                                                           \
            }                                                                                      \
        }                                                                                          \
    }
// clang-format off
DEQUES(NoRaceDeque, true)
DEQUES(RaceDequeNoFence, false)
// clang-format on

/* -- locks made by hand -- */

struct ticket_lock {
    _Atomic unsigned next, now;
    int x;
};
#define TICKETS(row, released)                                                                     \
    struct ticket_lock row##_lock;                                                                 \
    APART void row##_section(void) {                                                               \
        struct ticket_lock *l = &row##_lock;                                                       \
        unsigned own = atomic_fetch_add_explicit(&l->next, 1, RELAXED);                            \
        while (atomic_load_explicit(&l->now, ACQUIRE) != own) {                                    \
            rdl_yield();                                                                           \
        }                                                                                          \
        l->x++;                                                                                    \
        atomic_store_explicit(&l->now, own + 1, released);                                         \
    }                                                                                              \
    FIRST(row) {                                                                                   \
        row##_section();                                                                           \
    }                                                                                              \
    SECOND(row) {                                                                                  \
        row##_section();                                                                           \
    }
// clang-format off
TICKETS(NoRaceTicketLock, RELEASE)
TICKETS(RaceTicketLockRelaxed, RELAXED)
// clang-format on
struct {
    _Atomic int wants[2], turn;
    int x;
} peterson;
static void peterson_section(int own) {
    for (int i = 0; i < 20; i++) {
        atomic_store(&peterson.wants[own], 1);
        atomic_store(&peterson.turn, 1 - own);
        while (atomic_load(&peterson.wants[1 - own]) != 0 &&
               atomic_load(&peterson.turn) == 1 - own) {
            rdl_yield();
        }
        peterson.x++;
        atomic_store(&peterson.wants[own], 0);
    }
}
PART(NoRacePeterson_other) {
    peterson_section(1);
}
ROW(NoRacePeterson) {
    task(NoRacePeterson_other, NULL);
    peterson_section(0);
}

/* -- a cache behind a read-write lock -- */

struct cache {
    pthread_rwlock_t lock;
    int key[8], value[8], n;
};
COPIED int cached(struct cache *c, int key, bool upgrade) {
    pthread_rwlock_rdlock(&c->lock);
    for (int i = 0; i < c->n; i++) {
        if (c->key[i] == key) {
            int value = c->value[i];
            pthread_rwlock_unlock(&c->lock);
            return value;
        }
    }
    if (upgrade) {
        pthread_rwlock_unlock(&c->lock);
        pthread_rwlock_wrlock(&c->lock);
    }
    c->key[c->n] = key;
    c->value[c->n] = key * key;
    c->n++;
    pthread_rwlock_unlock(&c->lock);
    return key * key;
}
#define CACHES(row, upgrade)                                                                       \
    struct cache row##_cache = {.lock = PTHREAD_RWLOCK_INITIALIZER};                               \
    FIRST(row) {                                                                                   \
        USE(cached(&row##_cache, 1, upgrade) + cached(&row##_cache, 1, upgrade));                  \
    }                                                                                              \
    SECOND(row) {                                                                                  \
        USE(cached(&row##_cache, 2, upgrade) + cached(&row##_cache, 1, upgrade));                  \
    }
// clang-format off
CACHES(NoRaceCache, true)
CACHES(RaceCacheNoUpgrade, false)
// clang-format on

/* -- a pool of threads with futures -- */

struct future {
    pthread_mutex_t mutex;
    pthread_cond_t done;
    int ready, argument, result;
};
struct pool {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct future *queue[32];
    int filled, taken, closed;
};
#define FRESH .mutex = PTHREAD_MUTEX_INITIALIZER
static struct future *next_job(struct pool *p) {
    struct future *f = NULL;
    pthread_mutex_lock(&p->mutex);
    while (p->taken == p->filled && !p->closed) {
        pthread_cond_wait(&p->changed, &p->mutex);
    }
    if (p->taken < p->filled) {
        f = p->queue[p->taken++];
    }
    pthread_mutex_unlock(&p->mutex);
    return f;
}
static void submit(struct pool *p, struct future *f) {
    pthread_mutex_lock(&p->mutex);
    p->queue[p->filled++] = f;
    pthread_cond_signal(&p->changed);
    pthread_mutex_unlock(&p->mutex);
}
COPIED void work(struct pool *p, bool early) {
    for (struct future *f; (f = next_job(p)) != NULL;) {
        pthread_mutex_lock(&f->mutex);
        if (!early) {
            f->result = f->argument * 2;
        }
        f->ready = 1;
        pthread_cond_signal(&f->done);
        pthread_mutex_unlock(&f->mutex);
        if (early) { /* the result after the word that it is there */
            f->result = f->argument * 2;
            mark(1);
        }
    }
}
static void wait_for(struct future *f) {
    pthread_mutex_lock(&f->mutex);
    while (!f->ready) {
        pthread_cond_wait(&f->done, &f->mutex);
    }
    pthread_mutex_unlock(&f->mutex);
}
#define POOLS(row, early)                                                                          \
    struct pool row##_pool = {FRESH, .changed = PTHREAD_COND_INITIALIZER};                         \
    static void *row##_worker(void *unused) {                                                      \
        work(&row##_pool, early);                                                                  \
        return unused;                                                                             \
    }                                                                                              \
    ROW(row) {                                                                                     \
        static struct future jobs[8];                                                              \
        pthread_t worker[2];                                                                       \
        for (int i = 0; i < 2; i++) {                                                              \
            pthread_create(&worker[i], NULL, row##_worker, NULL);                                  \
        }                                                                                          \
        for (int i = 0; i < 8; i++) {                                                              \
            jobs[i] = (struct future){FRESH, .done = PTHREAD_COND_INITIALIZER, .argument = i};     \
            submit(&row##_pool, &jobs[i]);                                                         \
        }                                                                                          \
        for (int i = 0; i < 8; i++) {                                                              \
            wait_for(&jobs[i]);                                                                    \
            if (early) {                                                                           \
                await_times(1, 8);                                                                 \
            }                                                                                      \
            USE(jobs[i].result);                                                                   \
        }                                                                                          \
        pthread_mutex_lock(&row##_pool.mutex);                                                     \
        row##_pool.closed = 1;                                                                     \
        pthread_cond_broadcast(&row##_pool.changed);                                               \
        pthread_mutex_unlock(&row##_pool.mutex);                                                   \
        for (int i = 0; i < 2; i++) {                                                              \
            pthread_join(worker[i], NULL);                                                         \
        }                                                                                          \
    }
// clang-format off
POOLS(NoRacePool, false)
POOLS(RacePoolResultAfterWord, true)
// clang-format on
