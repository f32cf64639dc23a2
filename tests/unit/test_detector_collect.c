/* test_detector_collect.c - numbers are given out again, and nobody notices: with few of them. */
#include <criterion/criterion.h>
#include <pthread.h>

#include "fake_host.h"

#define X   ((uintptr_t)0x7f2000000000)
#define KEY ((uintptr_t)0x5000)

static struct det_task *start(bool two_level, uint32_t segments) {
    refuse_direct = two_level;
    struct det_task *m = fake_start();
    det.segments.limit = segments;
    det.collect.segments_from = segments / 8;
    det.segments.due = segments / 8;
    return m;
}

static void check(void) {
    const char *wrong = collect_check();
    cr_assert_null(wrong, "%s", wrong);
    cr_assert_eq(det_process()->limits[LIMIT_SEGMENTS_FULL], 0);
    cr_assert_eq(det_process()->limits[LIMIT_OUT_OF_MEMORY], 0);
}

/* -- segments ------------------------------------------------------------------------------- */

/* Many segments, each with a record that the next one replaces. */
static void churn(struct det_task *t, uintptr_t at, unsigned n) {
    for (unsigned i = 0; i < n; i++) {
        det_access(t, at, 4, EV_WRITE, 0x10);
        det_release(t, KEY + 64);
    }
}

static void an_old_record_is_kept(bool two_level) {
    struct det_task *m = start(two_level, 4096);
    struct det_task *old = fake_go(m, 2);
    struct det_task *late = fake_go(m, 3);
    det_access(old, X, 4, EV_WRITE, 0x20);
    det_access(old, X + 64, 4, EV_READ, 0x21);
    det_access(m, X + 64, 4, EV_READ, 0x22);
    det_task_end(old);
    churn(m, X + 4096, 100000);
    check();
    cr_assert_gt(det.collect.runs, 100);
    cr_assert_eq(race_found(), 0);
    det_access(late, X, 4, EV_READ, 0x30);
    cr_assert_eq(race_found(), 1, "the record of 100,000 segments ago");
    det_access(late, X + 64, 4, EV_WRITE, 0x31);
    cr_assert_eq(race_found(), 2, "and one of a set of two");
}

Test(collect, an_old_record_is_kept) {
    an_old_record_is_kept(false);
}

Test(collect, an_old_record_is_kept_two_level) {
    an_old_record_is_kept(true);
}

Test(collect, what_was_ordered_stays_so) {
    struct det_task *m = start(false, 4096);
    struct det_task *a = fake_go(m, 2);
    struct det_task *b = fake_go(m, 3);
    for (unsigned i = 0; i < 20000; i++) {
        det_acquire(a, KEY);
        det_access(a, X + i % 64 * 4, 4, EV_WRITE, 0x20);
        det_release(a, KEY);
        det_acquire(b, KEY);
        det_access(b, X + i % 64 * 4, 4, EV_WRITE, 0x30);
        det_release(b, KEY);
    }
    check();
    cr_assert_eq(race_found(), 0);
    cr_assert_gt(det.collect.runs, 10);
}

/* -- lock sets ------------------------------------------------------------------------------- */

static void record_under(struct det_task *t, uintptr_t lock, uintptr_t addr) {
    det_lock_acquired(t, lock, EV_LOCK_WRITE, 0x40);
    det_access(t, addr, 4, EV_WRITE, 0x41);
    det_lock_released(t, lock, EV_LOCK_WRITE);
    det_release(t, KEY + 64);
}

Test(collect, locks_that_no_record_was_made_under_are_forgotten) {
    struct det_task *m = start(false, 4096);
    struct det_task *late = fake_go(m, 2);
    record_under(m, KEY, X);
    for (uintptr_t i = 0; i < 100000; i++) {
        record_under(m, KEY + 4096 + i * 64, X + 4096);
    }
    check();
    cr_assert_lt(lockset_last(), 10000u);
    det_access(late, X, 4, EV_WRITE, 0x30);
    const struct record_head *race = find_record(RECORD_RACE, 0);
    cr_assert_not_null(race);
    const struct raw_lock *lock = find_item(race, ITEM_LOCK, 0, NULL);
    cr_assert_not_null(lock, "the first record's lock is known");
    cr_assert_eq(lock->addr, KEY);
}

/* The lock that the last write of addr was made under. */
static uintptr_t lock_of(uintptr_t addr) {
    uint64_t rec = *(shadow_block(addr) + SHADOW_WRITES);
    return lockset_at(segment_at(record_segment(rec))->lockset)->held.lock;
}

/* Two tasks have numbers at hand, taken anew and from those given back, that no record names yet. */
Test(collect, numbers_of_lock_sets_at_hand_are_nobody_elses) {
    enum { ADDRESSES = 512, ROUNDS = 4000 };
    struct det_task *m = start(false, 65536);
    struct det_task *a = fake_go(m, 2);
    struct det_task *b = fake_go(m, 3);
    for (uintptr_t i = 0; i < ROUNDS; i++) {
        record_under(a, KEY + 4096 + i * 128, X + i % ADDRESSES * 64);
        record_under(b, KEY + 4096 + i * 128 + 64, X + (1 << 20) + i % ADDRESSES * 64);
        cr_assert(i % 100 != 0 || collect_now(m));
    }
    for (uintptr_t i = ROUNDS - ADDRESSES; i < ROUNDS; i++) {
        cr_assert_eq(lock_of(X + i % ADDRESSES * 64), KEY + 4096 + i * 128);
        cr_assert_eq(lock_of(X + (1 << 20) + i % ADDRESSES * 64), KEY + 4096 + i * 128 + 64);
    }
    cr_assert_lt(lockset_last(), 3000u, "they were given out again");
    check();
}

/* -- numbers and what was believed of them --------------------------------------------------- */

/* A segment number that a task believes to be ordered before itself is given to another task. */
Test(collect, a_number_given_out_again_is_not_the_old_one) {
    struct det_task *m = start(false, 4096);
    struct det_task *a = fake_go(m, 2);
    struct det_task *b = fake_go(m, 3);
    struct det_task *c = fake_go(m, 4);
    det_access(a, X, 4, EV_WRITE, 0x20);
    det_release(a, KEY);
    det_acquire(b, KEY);
    det_access(b, X, 4, EV_WRITE, 0x30); /* a's segment is known to b, and unreferred now */
    cr_assert(collect_now(m));
    uint64_t before = race_found();
    for (unsigned i = 1; i < 3000; i++) { /* one of these has the number of a's segment */
        det_access(c, X + i * 64, 4, EV_WRITE, 0x40);
        det_release(c, KEY + 128);
    }
    for (unsigned i = 1; i < 3000; i++) {
        det_access(b, X + i * 64, 4, EV_WRITE, 0x50);
    }
    cr_assert_eq(race_found() - before, 2999);
    check();
}

/* a's groups were over, and known to b, when a goes on with the free numbers in them. */
Test(collect, a_group_that_is_opened_again_says_nothing) {
    struct det_task *m = start(false, 1u << 14);
    struct det_task *a = fake_go(m, 2);
    struct det_task *b = fake_go(m, 3);
    for (unsigned i = 0; i < 1000; i++) {
        det_access(a, X + i * 64, 4, EV_WRITE, 0x20);
        det_release(a, KEY);
    }
    det_acquire(b, KEY);
    for (unsigned i = 0; i < 1000; i += 2) { /* every other number becomes free */
        det_access(b, X + i * 64, 4, EV_WRITE, 0x30);
    }
    cr_assert(collect_now(m));
    check();
    cr_assert_geq(a->segments.own.n, 400u, "a keeps what is free in its groups");
    for (unsigned i = 0; i < 300; i++) {
        det_access(a, X + (1000 + i) * 64, 4, EV_WRITE, 0x40);
        det_release(a, KEY + 128);
    }
    cr_assert_leq(a->segments.own.n, 200u, "and takes it first");
    check();
    for (unsigned i = 1; i < 1000; i += 2) {
        det_access(b, X + i * 64, 4, EV_WRITE, 0x50);
    }
    cr_assert_eq(race_found(), 0);
    for (unsigned i = 0; i < 300; i++) {
        det_access(b, X + (1000 + i) * 64, 4, EV_WRITE, 0x60);
    }
    cr_assert_eq(race_found(), 300);
    det_task_end(a);
    check();
    cr_assert_gt(det.segments.rest.n, 0u, "what it did not take is anybody's");
}

/* Groups of ended tasks, of which a record is left in each, do not take numbers from the others. */
Test(collect, what_is_left_of_groups_is_shared) {
    struct det_task *m = start(false, 4096);
    struct det_task *late = fake_go(m, 2);
    for (unsigned i = 0; i < 60; i++) {
        struct det_task *t = fake_go(m, 10 + i);
        for (unsigned j = 0; j < 400; j++) { /* the last of them stays alone */
            det_access(t, X + i * 64, 4, EV_WRITE, 0x20);
            det_release(t, KEY + 64);
        }
        det_task_end(t);
    }
    churn(m, X + 8192, 20000);
    check();
    for (unsigned i = 0; i < 60; i++) {
        det_access(late, X + i * 64, 4, EV_READ, 0x30);
    }
    cr_assert_eq(race_found(), 60);
}

/* Forked while a thread of the parent had the lists of free numbers in hand. */
Test(collect, a_child_begins_lists_anew) {
    struct det_task *m = start(false, 4096);
    struct det_task *a = fake_go(m, 2);
    det_access(a, X, 4, EV_WRITE, 0x20);
    churn(m, X + 4096, 300);
    cr_assert(collect_now(m));
    cr_assert_gt(det.segments.rest.n, 0u);
    det.segments.rest.last = det.segments.rest.first + 1;
    cr_assert(spin_try(&det.segments.lock));
    det_fork_child(m, 77);
    churn(m, X + 4096, 300);
    det_task_end(fake_go(m, 3));
    check();
    churn(m, X + 4096, 10000);
    check();
}

Test(collect, all_numbers_in_use_are_counted) {
    struct det_task *m = start(false, 512);
    for (unsigned i = 0; i < 2000; i++) {
        det_access(m, X + i * 64, 4, EV_WRITE, 0x20);
        det_release(m, KEY);
    }
    cr_assert_null(collect_check());
    cr_assert_gt(det_process()->limits[LIMIT_SEGMENTS_FULL], 0);
    det_memory_forget(X, 2000 * 64);
    collect_now(m);
    uint64_t before = det_process()->limits[LIMIT_SEGMENTS_FULL];
    churn(m, X, 2000);
    cr_assert_eq(det_process()->limits[LIMIT_SEGMENTS_FULL], before);
}

/* -- tasks ---------------------------------------------------------------------------------- */

/* A task with this number, whoever had it before. */
static struct det_task *task_with(struct det_task *parent, uint32_t number) {
    struct det_task *t = fake_go(parent, 1000);
    for (unsigned i = 0; t->id != number; i++) {
        cr_assert_lt(i, 100, "the number was not given out again");
        t = fake_go(parent, 1001 + i);
    }
    return t;
}

Test(collect, what_is_known_of_an_earlier_life_orders_nothing) {
    struct det_task *m = start(false, 4096);
    struct det_task *b = fake_go(m, 2);
    struct det_task *a = fake_go(m, 3);
    uint32_t number = a->id;
    churn(a, X, 10);
    det_release(a, KEY);
    det_acquire(b, KEY); /* b knows many epochs of a */
    det_access(b, X, 4, EV_WRITE, 0x20);
    det_task_end(a);
    cr_assert(collect_now(m));
    struct det_task *c = task_with(m, number);
    det_access(c, X + 64, 4, EV_WRITE, 0x30);
    det_access(b, X + 64, 4, EV_READ, 0x40);
    cr_assert_eq(race_found(), 1);
    check();
}

/* d -> a -> the object; then a's number is another task's, which b knows well. b still has to learn
 * what the object says of d. */
Test(collect, who_knows_the_next_life_does_not_know_the_earlier_one) {
    struct det_task *m = start(false, 4096);
    struct det_task *b = fake_go(m, 2);
    struct det_task *d = fake_go(m, 3);
    struct det_task *a = fake_go(m, 4);
    uint32_t number = a->id;
    det_access(d, X + 128, 4, EV_WRITE, 0x20);
    det_release(d, KEY);
    det_acquire(a, KEY);
    det_release(a, KEY + 1);       /* pure */
    det_release_merge(a, KEY + 2); /* and one with a stamp of its own beside */
    det_release_merge(m, KEY + 2);
    det_task_end(a);
    cr_assert(collect_now(m));
    struct det_task *c = task_with(m, number);
    churn(c, X, 10);
    det_release(c, KEY + 3);
    det_acquire(b, KEY + 3);
    struct det_task *e = fake_go(b, 5);
    det_acquire(b, KEY + 1);
    det_access(b, X + 128, 4, EV_READ, 0x30);
    det_acquire(e, KEY + 2);
    det_access(e, X + 128, 4, EV_READ, 0x40);
    cr_assert_eq(race_found(), 0);
    check();
}

Test(collect, tasks_come_and_go_for_ever) {
    struct det_task *m = start(false, 1 << 16);
    det.tasks.limit = 1024;
    det.collect.tasks_from = det.tasks.due = 128;
    struct det_task *kept = fake_go(m, 2);
    det_access(kept, X, 4, EV_WRITE, 0x20);
    det_task_end(kept);
    for (unsigned i = 0; i < 100000; i++) {
        struct det_task *t = fake_go(m, 3 + i);
        hot_access(t, X + 64 + i % 128 * 4, 4, true, 0x30);
        det_release_merge(t, KEY);
        det_task_end(t);
        det_acquire(m, KEY);
    }
    check();
    cr_assert_eq(race_found(), 0);
    cr_assert_eq(det_process()->limits[LIMIT_TASKS_FULL], 0);
    det_access(m, X, 4, EV_READ, 0x40);
    cr_assert_eq(race_found(), 1);
    const struct raw_access *old = find_item(find_record(RECORD_RACE, 0), ITEM_ACCESS, 1, NULL);
    const struct raw_task *who = find_item(find_record(RECORD_RACE, 0), ITEM_TASK, 1, NULL);
    cr_assert_eq(who->id, 2, "its entry was kept");
    cr_assert_eq(old->task, who->serial);
}

Test(collect, a_task_outlives_its_epochs) {
    struct det_task *m = start(false, 4096);
    struct det_task *a = fake_go(m, 2);
    struct det_task *b = fake_go(m, 3);
    uint32_t number = a->id;
    det.tasks.renew_at = 200;
    det_access(a, X, 4, EV_WRITE, 0x20);
    for (unsigned i = 0; i < 3000; i++) {
        churn(a, X + 64, 10);
        det_access(a, X, 1, EV_READ, 0x21); /* its own, under whatever number */
        if (i % 50 == 0) {
            det_release(a, KEY);
            det_acquire(b, KEY);
            det_access(b, X, 4, EV_READ, 0x22);
            det_release(b, KEY + 1);
            det_acquire(a, KEY + 1);
        }
    }
    check();
    cr_assert_neq(a->id, number);
    cr_assert_eq(race_found(), 0);
    det_access(b, X + 64, 4, EV_WRITE, 0x30);
    cr_assert_eq(race_found(), 1);
    const struct raw_task *who = find_item(find_record(RECORD_RACE, 0), ITEM_TASK, 1, NULL);
    cr_assert_eq(who->id, 2);
}

/* -- memory that is over -------------------------------------------------------------------- */

#define BLOCK  ((uintptr_t)0x7f2000100000)
#define SECOND ((int64_t)1000000000)

static uint32_t objects(void) {
    return det.syncs.n;
}

static uint32_t blocks(void) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < HEAP_SHARDS; i++) {
        n += det.heap.shards[i].n;
    }
    return n;
}

static void objects_of_freed_memory(bool two_level) {
    struct det_task *m = start(two_level, 4096);
    struct det_task *b = fake_go(m, 2);
    det_memory_new(m, BLOCK, 64, 0x20);
    det_access(m, X, 4, EV_WRITE, 0x21);
    det_release(m, BLOCK + 8);
    uint32_t n = objects();
    cr_assert(collect_now(m));
    fake_wait_ns(2 * SECOND);
    cr_assert(collect_now(m));
    cr_assert_eq(objects(), n, "of memory in use");
    det_memory_free(m, BLOCK, 0x22);
    cr_assert(collect_now(m));
    det_acquire(b, BLOCK + 8); /* told late, as a return from the last wait can be */
    det_access(b, X, 4, EV_READ, 0x30);
    cr_assert_eq(race_found(), 0);
    cr_assert(collect_now(m));
    cr_assert_eq(objects(), n, "somebody may still be on his way back from it");
    fake_wait_ns(2 * SECOND);
    cr_assert(collect_now(m));
    cr_assert_eq(objects(), n - 1);
    check();
}

Test(collect, objects_of_freed_memory_are_forgotten_a_second_later) {
    objects_of_freed_memory(false);
}

Test(collect, objects_of_freed_memory_are_forgotten_a_second_later_two_level) {
    objects_of_freed_memory(true);
}

/* Those of descriptors, and what __tsan_release is given, are nobody's memory. */
static void objects_that_are_no_memory(bool two_level) {
    struct det_task *m = start(two_level, 4096);
    struct det_task *b = fake_go(m, 2);
    det_access(m, X, 4, EV_WRITE, 0x21);
    det_release(m, EV_IO_LOCAL);
    det_release(m, UINTPTR_MAX - 7);
    for (int i = 0; i < 3; i++) {
        cr_assert(collect_now(m));
        fake_wait_ns(2 * SECOND);
    }
    det_acquire(b, EV_IO_LOCAL);
    det_access(b, X, 4, EV_READ, 0x30);
    cr_assert_eq(race_found(), 0);
    check();
}

Test(collect, objects_that_are_no_memory_stay) {
    objects_that_are_no_memory(false);
}

Test(collect, objects_that_are_no_memory_stay_two_level) {
    objects_that_are_no_memory(true);
}

Test(collect, objects_of_memory_that_was_given_out_again_are_kept) {
    struct det_task *m = start(false, 4096);
    struct det_task *b = fake_go(m, 2);
    det_memory_new(m, BLOCK, 64, 0x20);
    det_memory_free(m, BLOCK, 0x21);
    cr_assert(collect_now(m));
    det_memory_new(m, BLOCK - 32, 128, 0x22); /* the entry of BLOCK is not the live one */
    det_access(m, X, 4, EV_WRITE, 0x23);
    det_release(m, BLOCK + 8);
    for (int i = 0; i < 3; i++) {
        cr_assert(collect_now(m));
        fake_wait_ns(2 * SECOND);
    }
    det_acquire(b, BLOCK + 8);
    det_access(b, X, 4, EV_READ, 0x30);
    cr_assert_eq(race_found(), 0);
    check();
}

Test(collect, freed_blocks_that_are_something_else_by_now_are_forgotten) {
    struct det_task *m = start(false, 1 << 16);
    struct det_task *b = fake_go(m, 2);
    for (uintptr_t i = 0; i < 512; i++) { /* the start of each lies within the next one */
        det_memory_new(m, BLOCK - i * 16, 48, 0x20);
        det_memory_free(m, BLOCK - i * 16, 0x21);
    }
    det_memory_new(m, X, 64, 0x22);
    det_memory_free(m, X, 0x23);
    det_memory_new(m, BLOCK - 8192, 8192 + 64, 0x24);
    cr_assert_gt(blocks(), 500);
    cr_assert(collect_now(m));
    cr_assert_eq(blocks(), 2, "the live one, and the freed one that nothing took the place of");
    det_access(b, X + 16, 4, EV_READ, 0x30);
    const struct raw_block *block = find_item(find_record(RECORD_RACE, 0), ITEM_BLOCK, 0, NULL);
    cr_assert_eq(block->addr, X);
    cr_assert(block->freed);
    check();
}

/* -- under threads -------------------------------------------------------------------------- */

#define THREADS 4

static struct det_task *task[THREADS];
static uint32_t left, steps;

/* The even ones hand X over by a lock; the odd ones make and end tasks, and forget memory. */
static void *work(void *arg) {
    uintptr_t me = (uintptr_t)arg;
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    for (unsigned i = 0; i < 20000; i++) {
        __atomic_fetch_add(&steps, 1, __ATOMIC_RELAXED);
        if (me % 2 == 0) {
            pthread_mutex_lock(&mutex);
            det_acquire(task[me], KEY);
            hot_access(task[me], X + i % 512 * 4, 4, true, 0x20 + me);
            det_release(task[me], KEY);
            pthread_mutex_unlock(&mutex);
        } else {
            struct det_task *child = fake_go(i % 3 ? task[me] : NULL, i);
            hot_access(child, X + ((uintptr_t)me << 20) + i % 1024 * 64, 8, true, 0x30);
            det_release(child, KEY + 64 * me);
            det_acquire(task[me], KEY + 64 * me);
            det_task_end(child);
            if (i % 256 == 0) {
                det_memory_forget(X + ((uintptr_t)me << 20), 65536);
            }
        }
    }
    __atomic_fetch_sub(&left, 1, __ATOMIC_RELEASE);
    return NULL;
}

static void at_once(bool two_level) {
    struct det_task *m = start(two_level, 1 << 16);
    pthread_t thread[THREADS];
    left = THREADS;
    for (uintptr_t i = 0; i < THREADS; i++) {
        task[i] = fake_go(m, i + 2);
    }
    for (uintptr_t i = 0; i < THREADS; i++) {
        cr_assert_eq(pthread_create(&thread[i], NULL, work, (void *)i), 0);
    }
    for (uint32_t last = 0; __atomic_load_n(&left, __ATOMIC_ACQUIRE) > 0; sched_yield()) {
        uint32_t now = __atomic_load_n(&steps, __ATOMIC_RELAXED);
        if (now - last >= 100) { /* no sooner, or the others never get in */
            collect_now(m);
            last = now;
        }
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(thread[i], NULL);
    }
    check();
    cr_assert_gt(det.collect.runs, 0);
}

Test(collect, while_others_work) {
    at_once(false);
}

Test(collect, while_others_work_two_level) {
    at_once(true);
}
