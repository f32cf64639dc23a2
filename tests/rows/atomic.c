/* Rule    rows.atomic  [Go race tests atomic_test, cgo_test]
 * Expect  rows
 * Why     which operation another one's value is seen by, and that plain accesses conflict with all.
 */
#include "rows.h"

#include <stdatomic.h>
#include <stdlib.h>

/* Two tasks write their own of x[], do `decide`, and the one for which it is true writes the
 * other's. */
struct pair {
    int x[2];
    _Atomic int64_t s64;
    _Atomic int32_t s32;
    _Atomic(int *) p;
};
#define TWO(row, name, decide)                                                                     \
    struct pair name;                                                                              \
    static __attribute__((noinline)) void row##_side(int own) {                                    \
        struct pair *s = &name;                                                                    \
        s->x[own] = 1;                                                                             \
        if (decide) {                                                                              \
            s->x[1 - own] = 2;                                                                     \
        }                                                                                          \
    }                                                                                              \
    PART(row##_a) {                                                                                \
        row##_side(0);                                                                             \
        mark(1);                                                                                   \
    }                                                                                              \
    PART(row##_b) {                                                                                \
        row##_side(1);                                                                             \
        mark(1);                                                                                   \
    }
#define RUN_TWO(row)                                                                               \
    task(row##_a, NULL);                                                                           \
    task(row##_b, NULL);                                                                           \
    await_times(1, 2)

static bool cas32(_Atomic int32_t *s, int32_t from, int32_t to) {
    return atomic_compare_exchange_strong(s, &from, to);
}
static bool cas64(_Atomic int64_t *s, int64_t from, int64_t to) {
    return atomic_compare_exchange_strong(s, &from, to);
}
// clang-format off
TWO(NoRaceAtomicAddInt64, add64, atomic_fetch_add(&s->s64, 1) == 1)
TWO(NoRaceAtomicAddInt32, add32, atomic_fetch_add(&s->s32, 1) == 1)
TWO(RaceAtomicAddInt64, add64_first, atomic_fetch_add(&s->s64, 1) == 0)
TWO(NoRaceAtomicCASCASInt32_2, cas_cas2, !cas32(&s->s32, 0, 1))
// clang-format on
ROW(NoRaceAtomicAddInt64) {
    RUN_TWO(NoRaceAtomicAddInt64);
}
ROW(NoRaceAtomicAddInt32) {
    RUN_TWO(NoRaceAtomicAddInt32);
}
ROW(RaceAtomicAddInt64) {
    RUN_TWO(RaceAtomicAddInt64);
}
ROW(NoRaceAtomicCASCASInt32_2) {
    RUN_TWO(NoRaceAtomicCASCASInt32_2);
}

/* One publishes x[0] by `publish`, the other waits until `consumed`, and writes it. */
#define PUBLICATION(row, name, publish, consumed)                                                  \
    struct pair name;                                                                              \
    PART(row##_publisher) {                                                                        \
        struct pair *s = &name;                                                                    \
        s->x[0] = 1;                                                                               \
        publish;                                                                                   \
    }                                                                                              \
    ROW(row) {                                                                                     \
        struct pair *s = &name;                                                                    \
        task(row##_publisher, NULL);                                                               \
        while (!(consumed)) {                                                                      \
            rdl_yield();                                                                           \
        }                                                                                          \
        s->x[0] = 2;                                                                               \
    }
int a_target;
// clang-format off
PUBLICATION(NoRaceAtomicLoadAddInt32, load_add32, atomic_fetch_add(&s->s32, 1), atomic_load(&s->s32) == 1)
PUBLICATION(NoRaceAtomicLoadStoreInt32, load_store32, atomic_store(&s->s32, 1), atomic_load(&s->s32) == 1)
PUBLICATION(NoRaceAtomicStoreCASInt32, store_cas32, atomic_store(&s->s32, 1), cas32(&s->s32, 1, 0))
PUBLICATION(NoRaceAtomicCASLoadInt32, cas_load32, cas32(&s->s32, 0, 1), atomic_load(&s->s32) == 1)
PUBLICATION(NoRaceAtomicCASCASInt32, cas_cas32, cas32(&s->s32, 0, 1), cas32(&s->s32, 1, 0))
PUBLICATION(NoRaceAtomicLoadInt64, load64, atomic_fetch_add(&s->s64, 1), atomic_load(&s->s64) == 1)
PUBLICATION(NoRaceAtomicCASCASUInt64, cas_cas64, cas64(&s->s64, 0, 1), cas64(&s->s64, 1, 0))
PUBLICATION(NoRaceAtomicLoadStorePointer, load_store_p, atomic_store(&s->p, &a_target), atomic_load(&s->p) != NULL)
PUBLICATION(NoRaceAtomicStoreCASUint64, store_cas64, atomic_store(&s->s64, 1), cas64(&s->s64, 1, 0))
PUBLICATION(NoRaceCgoSync, cgo, __sync_fetch_and_add((int *)&s->s32, 1), __sync_fetch_and_add((int *)&s->s32, 0) == 1)
// clang-format on

struct pair store_load, load_store, add_load, add_store;
FIRST(RaceAtomicStoreLoad) {
    atomic_store(&store_load.s64, 1);
}
SECOND(RaceAtomicStoreLoad) {
    USE(*(int64_t *)&store_load.s64);
}
FIRST(RaceAtomicLoadStore) {
    USE(atomic_load(&load_store.s64));
}
SECOND(RaceAtomicLoadStore) {
    *(int64_t *)&load_store.s64 = 1;
}
FIRST(RaceAtomicAddLoad) {
    atomic_fetch_add(&add_load.s64, 1);
}
SECOND(RaceAtomicAddLoad) {
    USE(*(int64_t *)&add_load.s64);
}
FIRST(RaceAtomicAddStore) {
    atomic_fetch_add(&add_store.s64, 1);
}
SECOND(RaceAtomicAddStore) {
    *(int64_t *)&add_store.s64 = 1;
}

/* An atomic store as the last thing that a scope does, in a tree of tasks. */
struct fork_tree {
    _Atomic int32_t done;
    int depth;
};
static void store_done(void *tree) {
    atomic_store(&((struct fork_tree *)tree)->done, 1);
}
PART(NoRaceDeferAtomicStore_fork) {
    struct fork_tree *tree = unused, child[2];
    RDL_DEFER(store_done, tree);
    for (int i = 0; tree->depth > 0 && i < 2; i++) {
        atomic_init(&child[i].done, 0);
        child[i].depth = tree->depth - 1;
        task(NoRaceDeferAtomicStore_fork, &child[i]);
        while (atomic_load(&child[i].done) == 0) {
            rdl_yield();
        }
    }
}
ROW(NoRaceDeferAtomicStore) {
    struct fork_tree tree = {0, 3};
    NoRaceDeferAtomicStore_fork(&tree);
}
