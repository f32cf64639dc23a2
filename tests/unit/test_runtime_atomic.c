/* C11 atomics between tasks: SEMANTICS section 13. They are the native form; nothing of the runtime
 * stands between them and the program.
 */
#include <criterion/criterion.h>
#include <stdatomic.h>
#include <stdint.h>

#include "parked.h"
#include "test_runtime.h"

/* -- every operation, every width -- */

#define OPERATIONS(T, top)                                                                         \
    do {                                                                                           \
        _Atomic(T) x = 1;                                                                          \
        T seen = 2;                                                                                \
        cr_assert_eq(atomic_exchange(&x, (T)2), 1);                                                \
        cr_assert(atomic_compare_exchange_strong(&x, &seen, (T)12));                               \
        cr_assert_not(atomic_compare_exchange_strong(&x, &seen, (T)13));                           \
        cr_assert_eq(seen, 12);                                                                    \
        cr_assert_eq(atomic_fetch_add(&x, (T)3), 12);                                              \
        cr_assert_eq(atomic_fetch_sub(&x, (T)1), 15);                                              \
        cr_assert_eq(atomic_fetch_and(&x, (T)6), 14);                                              \
        cr_assert_eq(atomic_fetch_or(&x, (T)9), 6);                                                \
        atomic_store(&x, (T)(top));                                                                \
        cr_assert_eq(atomic_load(&x), (T)(top));                                                   \
    } while (0)

Test(atomic, AT_01_AT_06_every_operation_on_every_width) {
    OPERATIONS(int32_t, INT32_MIN);
    OPERATIONS(uint32_t, UINT32_MAX);
    OPERATIONS(int64_t, INT64_MIN);
    OPERATIONS(uint64_t, UINT64_MAX);
    OPERATIONS(uintptr_t, UINTPTR_MAX);
    int place;
    _Atomic(int *) pointer = NULL;
    cr_assert_eq(atomic_exchange(&pointer, &place), NULL);
    cr_assert_eq(atomic_load(&pointer), &place);
    atomic_bool flag = false;
    cr_assert_not(atomic_exchange(&flag, true));
    cr_assert(atomic_load(&flag));
}

/* The compiler aligns them, so that no access is split [AT-03]. */
struct packed_around {
    char byte;
    _Atomic uint64_t x;
    char more;
    _Atomic(void *) pointer;
};

Test(atomic, AT_03_wide_ones_are_aligned) {
    cr_assert_eq(offsetof(struct packed_around, x) % 8, 0);
    cr_assert_eq(offsetof(struct packed_around, pointer) % sizeof(void *), 0);
    struct packed_around p;
    cr_assert(atomic_is_lock_free(&p.x));
}

struct counter {
    _Atomic uint32_t narrow;
    _Atomic uint64_t wide;
    rdl_waitgroup wg;
};

static void add_a_thousand(void *arg) {
    struct counter *c = arg;
    for (int i = 0; i < 1000; i++) {
        atomic_fetch_add(&c->narrow, 1);
        uint64_t old = atomic_load(&c->wide);
        while (!atomic_compare_exchange_weak(&c->wide, &old, old + 3)) {
        }
        if (i % 100 == 0) {
            rdl_yield();
        }
    }
}

Test(atomic, AT_01_tasks_lose_no_addition) {
    struct counter c = {.narrow = 0};
    for (int i = 0; i < 8; i++) {
        rdl_waitgroup_go(&c.wg, add_a_thousand, &c);
    }
    rdl_waitgroup_wait(&c.wg);
    cr_assert_eq(atomic_load(&c.narrow), 8000);
    cr_assert_eq(atomic_load(&c.wide), 24000);
}

/* -- one order of all: two tasks that run side by side, many times -- */

#define ROUNDS 2000

struct litmus {
    _Atomic int x, y;
    int seen_x, seen_y;
    _Atomic uint32_t arrived; /* counts up; both sides wait for each other, and let others run */
};

static void meet(struct litmus *l, uint32_t until) {
    atomic_fetch_add(&l->arrived, 1);
    for (int spins = 0; atomic_load(&l->arrived) < until; spins++) {
        if (spins > 100) {
            rdl_yield();
        }
    }
}

static void other_side(void *arg) {
    struct litmus *l = arg;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        meet(l, 4 * i + 2);
        atomic_store(&l->y, 1);
        l->seen_x = atomic_load(&l->x);
        meet(l, 4 * i + 4);
    }
}

Test(atomic, AT_02_store_buffering_never_gives_zero_twice) {
    struct litmus l = {.x = 0};
    rdl_waitgroup wg = {0};
    rdl_maxprocs(2);
    rdl_waitgroup_go(&wg, other_side, &l);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        atomic_store(&l.x, 0);
        atomic_store(&l.y, 0);
        meet(&l, 4 * i + 2);
        atomic_store(&l.x, 1);
        l.seen_y = atomic_load(&l.y);
        meet(&l, 4 * i + 4);
        cr_assert(l.seen_x == 1 || l.seen_y == 1);
    }
    rdl_waitgroup_wait(&wg);
}

struct letter {
    int payload;
    _Atomic int number;
};

static void write_letters(void *arg) {
    struct letter *l = arg;
    for (int i = 1; i <= ROUNDS; i++) {
        while (atomic_load(&l->number) != 0) {
            rdl_yield();
        }
        l->payload = i;
        atomic_store(&l->number, i);
    }
}

Test(atomic, AT_02_AT_06_message_passing_is_never_stale) {
    struct letter l = {.payload = 0};
    rdl_waitgroup wg = {0};
    rdl_waitgroup_go(&wg, write_letters, &l);
    for (int i = 1; i <= ROUNDS; i++) {
        int number;
        while ((number = atomic_load_explicit(&l.number, memory_order_acquire)) == 0) {
            rdl_yield();
        }
        cr_assert_eq(number, i);
        cr_assert_eq(l.payload, i);
        atomic_store_explicit(&l.number, 0, memory_order_release);
    }
    rdl_waitgroup_wait(&wg);
}

/* -- NULL -- */

static void touch_null(void *unused) {
    _Atomic int *volatile nowhere = NULL;
    (void)unused;
    await_parked("chan receive", 1); /* the dump is to show main so */
    atomic_fetch_add(nowhere, 1);
}

static void fault_in_a_goroutine(void) {
    rdl_chan *never = rdl_chan_make(0, 0);
    rdl_go(touch_null, NULL);
    rdl_recv(never, NULL);
}

Test(atomic, AT_05_EX_01_a_null_address_is_fatal_and_the_dump_is_whole) {
    static struct child c;
    run_child(fault_in_a_goroutine, &c);
    cr_assert(WIFSIGNALED(c.status) && WTERMSIG(c.status) == SIGSEGV);
    cr_assert_not_null(strstr(c.text, "[signal SIGSEGV: segmentation violation"));
    cr_assert_not_null(strstr(c.text, "touch_null"));
    cr_assert_not_null(strstr(c.text, "[chan receive]"));
}
