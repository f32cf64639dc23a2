/* test_detector_budget.c - little memory: the oldest goes first, what goes is told, and the rest is true. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>

#include "fake_host.h"

#define X    ((uintptr_t)0x7f2000000000)
#define KEY  ((uintptr_t)0x5000)
#define MIB  ((uintptr_t)1 << 20)
#define PAGE ((uintptr_t)1024) /* of the program, for one of shadow */

static struct det_task *start(bool two_level, uint64_t budget) {
    refuse_direct = two_level;
    struct det_task *m = fake_start();
    det.options.memory = budget;
    budget_init();
    return m;
}

static uint64_t limit(enum findings_limit which) {
    return det_process()->limits[which];
}

static void check(void) {
    const char *wrong = collect_check();
    cr_assert_null(wrong, "%s", wrong);
    cr_assert_eq(limit(LIMIT_OUT_OF_MEMORY), 0);
}

/* One record in each page; after each page what is used is looked at. */
static void fill(struct det_task *t, uintptr_t at, size_t bytes) {
    for (uintptr_t end = at + bytes; at < end; at += PAGE) {
        det_access(t, at, 4, EV_WRITE, 0x20);
        cr_assert_leq(budget_used(), det.options.memory);
    }
}

/* -- what goes, and what does not ------------------------------------------------------------ */

/* 32 MiB of shadow for 16 MiB of the program, of which a half is allowed. */
static void the_oldest_goes(bool two_level) {
    struct det_task *m = start(two_level, 16 * MIB);
    struct det_task *a = fake_go(m, 2), *b = fake_go(m, 3);
    det_access(a, X - 64, 4, EV_WRITE, 0x10);
    fill(a, X, 16 * MIB);
    cr_assert_gt(limit(LIMIT_BUDGET), 0);
    cr_assert_eq(limit(LIMIT_BUDGET_PASSED), 0);
    cr_assert_eq(race_found(), 0);
    check();
    det_access(b, X + 16 * MIB - PAGE, 4, EV_READ, 0x30);
    cr_assert_eq(race_found(), 1, "what is near in time is there");
    det_access(b, X, 4, EV_READ, 0x30);
    det_access(b, X - 64, 4, EV_READ, 0x31);
    cr_assert_eq(race_found(), 1, "the oldest is not");
}

Test(budget, the_oldest_goes) {
    the_oldest_goes(false);
}

Test(budget, the_oldest_goes_two_level) {
    the_oldest_goes(true);
}

Test(budget, nothing_goes_while_there_is_room) {
    struct det_task *m = start(false, 64 * MIB);
    struct det_task *a = fake_go(m, 2), *b = fake_go(m, 3);
    fill(a, X, 16 * MIB);
    cr_assert_gt(det.collect.runs, 0, "a collection was tried");
    cr_assert_eq(limit(LIMIT_BUDGET), 0);
    det_access(b, X, 4, EV_READ, 0x30);
    cr_assert_eq(race_found(), 1);
    check();
}

/* A page that is used all the time outlives those that are not. */
Test(budget, what_is_in_use_stays) {
    struct det_task *m = start(false, 16 * MIB);
    struct det_task *a = fake_go(m, 2), *b = fake_go(m, 3);
    for (uintptr_t i = 0; i < 64; i++) {
        det_access(a, X - PAGE, 4, EV_WRITE, 0x10);
        fill(a, X + i * (MIB / 4), MIB / 4);
    }
    cr_assert_gt(limit(LIMIT_BUDGET), 0);
    det_access(b, X - PAGE, 4, EV_READ, 0x30);
    cr_assert_eq(race_found(), 1);
    check();
}

Test(budget, one_huge_access) {
    struct det_task *m = start(false, 16 * MIB);
    struct det_task *a = fake_go(m, 2), *b = fake_go(m, 3);
    det_access(a, X, 64 * MIB, EV_WRITE, 0x20);
    cr_assert_leq(budget_used(), det.options.memory);
    cr_assert_gt(limit(LIMIT_BUDGET), 0);
    det_access(b, X + 64 * MIB - 4, 4, EV_READ, 0x30);
    cr_assert_eq(race_found(), 1);
    check();
}

/* -- what goes for nothing ------------------------------------------------------------------- */

/* b writes, hands over to a, ends: all that it did is ordered before everybody who lives. */
static void in_turns(struct det_task *m, struct det_task *a, uintptr_t n) {
    for (uintptr_t i = 0; i < n; i++) {
        struct det_task *b = fake_go(m, 3 + i);
        fill(b, X + i * MIB, MIB);
        det_release(b, KEY);
        det_acquire(m, KEY);
        det_acquire(a, KEY);
        det_task_end(b);
    }
}

Test(budget, what_is_ordered_before_everybody_costs_nothing) {
    struct det_task *m = start(false, 24 * MIB);
    struct det_task *a = fake_go(m, 2);
    in_turns(m, a, 16);
    cr_assert_gt(det.budget.retired, 0);
    cr_assert_eq(limit(LIMIT_BUDGET), 0);
    det_access(a, X, MIB, EV_WRITE, 0x30);
    cr_assert_eq(race_found(), 0);
    check();
}

/* The twin: one task more, which does not know. */
Test(budget, what_one_does_not_know_is_told) {
    struct det_task *m = start(false, 24 * MIB);
    struct det_task *a = fake_go(m, 2);
    fake_go(m, 1000);
    in_turns(m, a, 16);
    cr_assert_eq(det.budget.retired, 0);
    cr_assert_gt(limit(LIMIT_BUDGET), 0);
    check();
}

Test(budget, a_stranger_could_have_raced_with_it) {
    struct det_task *m = start(false, 24 * MIB);
    in_turns(m, fake_go(m, 2), 16);
    cr_assert_eq(limit(LIMIT_BUDGET), 0);
    fake_go(NULL, 2000);
    cr_assert_gt(limit(LIMIT_BUDGET), 0);
}

/* -- sets ------------------------------------------------------------------------------------ */

static uint32_t free_sets(void) {
    uint32_t n = 0;
    for (unsigned i = 0; i < RECSET_SLABS; i++) {
        n += det.recsets.slabs[i].free != 0;
    }
    return n;
}

Test(budget, the_sets_of_a_page_go_with_it) {
    struct det_task *m = start(false, 16 * MIB);
    struct det_task *reader[8];
    unsigned wide = 0;
    for (unsigned i = 0; i < 8; i++) {
        reader[i] = fake_go(m, 2 + i);
    }
    for (uintptr_t at = X; at < X + 8 * MIB; at += 256) {
        for (unsigned i = 0; i < 8; i++) {
            det_access(reader[i], at, 8, EV_READ, 0x20);
            wide_find(reader[i], at, true);
            wide += record_is_wide(shadow_block(at)[SHADOW_READS]);
        }
    }
    cr_assert_gt(limit(LIMIT_BUDGET), 0);
    cr_assert_gt(free_sets(), 0);
    cr_assert_gt(wide, 0, "what the blocks show of their readers, too");
    cr_assert_leq(budget_used(), det.options.memory);
    check();
    det_access(m, X + 8 * MIB - 256, 4, EV_WRITE, 0x30);
    cr_assert_eq(race_found(), 1, "the last readers are there");
    det_memory_forget(X, 8 * MIB);
    check();
}

/* -- what cannot go -------------------------------------------------------------------------- */

/* 10,000 tasks that know of each other: more than 4 MiB of clocks alone. */
Test(budget, many_tasks_pass_a_small_budget) {
    struct det_task *m = start(false, 2 * MIB);
    static struct det_task *task[10000];
    for (unsigned i = 0; i < 10000; i++) {
        task[i] = fake_go(m, 2 + i);
    }
    for (unsigned i = 0; i < 10000; i++) {
        det_acquire(task[i], KEY);
        det_access(task[i], X, 4, EV_WRITE, 0x20);
        det_access(task[i], X + (i + 1) * PAGE, 4, EV_WRITE, 0x21);
        det_release(task[i], KEY);
    }
    cr_assert_gt(limit(LIMIT_BUDGET_PASSED), 0, "it says so");
    cr_assert_eq(race_found(), 0, "edges are kept");
    det_access(m, X, 4, EV_READ, 0x30);
    cr_assert_eq(race_found(), 1);
    check();
}

/* Ordered by a lock, in a memory that is far too small: never a false alarm. */
Test(budget, what_is_left_is_true) {
    struct det_task *m = start(false, 4 * MIB);
    struct det_task *task[4];
    for (unsigned i = 0; i < 4; i++) {
        task[i] = fake_go(m, 2 + i);
    }
    uint64_t random = 1;
    for (unsigned i = 0; i < 100000; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        struct det_task *t = task[random >> 62];
        uintptr_t at = X + (random >> 30) % (16 * MIB) / 4 * 4;
        det_acquire(t, KEY);
        det_access(t, at, 4, i % 3 ? EV_READ : EV_WRITE, 0x20);
        det_release(t, KEY);
    }
    cr_assert_gt(limit(LIMIT_BUDGET), 0);
    cr_assert_eq(race_found(), 0);
    check();
}

Test(budget, a_number_in_a_fast_path_is_not_another_one) {
    struct det_task *m = start(false, 16 * MIB);
    struct det_task *a = fake_go(m, 2), *b = fake_go(m, 3);
    det_access(a, X, 4, EV_WRITE, 0x10);
    uint32_t number = (uint32_t)a->hot.segment; /* as if a were stopped here */
    det_memory_forget(X, 16);
    for (unsigned i = 0; i < 5; i++) {
        cr_assert(collect_now(m));
    }
    cr_assert_eq(a->hot.segment, 0);
    for (unsigned i = 0; i < 1000; i++) {
        det_access(b, X + i * 16, 4, EV_WRITE, 0x20);
        cr_assert_neq(b->hot.segment, number);
        det_release(b, KEY);
    }
    check();
}

/* -- what is kept for reports --------------------------------------------------------------- */

/* For ever new call paths: their nodes stop at a quarter of the budget, what they would say is missing, and
 * a race is found all the same. */
Test(budget, call_paths_take_a_quarter) {
    struct det_task *m = start(false, 8 * MIB);
    struct det_task *a = fake_go(m, 2), *b = fake_go(m, 3);
    for (uintptr_t i = 0; i < 300000; i++) {
        hot_call_enter(a, 0x1000 + i);
        det_access(a, X, 4, EV_WRITE, 0x20);
        hot_call_exit(a);
        det_release(a, KEY);
    }
    cr_assert_leq(context_bytes(), 2 * MIB + 1024);
    cr_assert_gt(limit(LIMIT_SITES_FULL), 0);
    cr_assert_eq(limit(LIMIT_BUDGET_PASSED), 0);
    det_access(b, X, 4, EV_WRITE, 0x30);
    cr_assert_eq(race_found(), 1);
    check();
}

/* The same two places race under ever new paths. */
Test(budget, what_is_reported_once_is_not_kept_for_ever) {
    struct det_task *m = start(false, 0);
    struct det_task *a = fake_go(m, 2), *b = fake_go(m, 3);
    for (uintptr_t i = 0; i < 10000; i++) {
        hot_call_enter(a, 0x1000 + i);
        det_access(a, X, 4, EV_WRITE, 0x20);
        hot_call_exit(a);
        det_access(b, X, 4, EV_WRITE, 0x30);
        det_release(a, KEY);
        det_release(b, KEY + 1);
    }
    cr_assert_geq(race_found(), 10000);
    cr_assert_eq(count_records(RECORD_RACE) % RACE_PATHS, 0, "so many paths of each pair");
    cr_assert_eq(det.races.n, 2 * det.races.reported);
    cr_assert_leq(det.races.reported, 2 * RACE_PATHS);
    cr_assert_eq(limit(LIMIT_DUPLICATES), race_found() - det.races.reported);
}

Test(budget, names_are_freed) {
    struct det_task *m = start(false, 0);
    uint64_t before = 0;
    for (unsigned i = 0; i < 100000; i++) {
        char name[64];
        snprintf(name, sizeof name, "the name of object number %u, which is long", i);
        det_object_name(X, name);
        det_object_new(m, EV_OBJECT_MUTEX, X + 64, 8, 0x10);
        det_object_name(X + 64, name);
        det_object_destroy(m, X + 64, 8);
        det_object_name(X + 128, name);
        det_memory_forget(X + 128, 16);
        det_task_note(m, EV_NOTE_NAME, name);
        before = i == 1000 ? arena_bytes() : before;
    }
    cr_assert_eq(arena_bytes(), before);
    struct object found;
    cr_assert(object_find(X, &found));
    cr_assert_str_eq(found.name, "the name of object number 99999, which is long");
    object_release(&found);
    cr_assert_str_eq(task_info(m->id)->name, "the name of object number 99999, which is long");
}

/* -- under threads -------------------------------------------------------------------------- */

#define THREADS 4

static struct det_task *worker[THREADS];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* Each goes through 4 MiB of its own, hands 64 KiB on by a lock, and reads what nobody writes. */
static void *work(void *arg) {
    uintptr_t me = (uintptr_t)arg;
    struct det_task *t = worker[me];
    for (uintptr_t i = 0; i < 10000; i++) {
        hot_access(t, X + (me + 1) * 8 * MIB + i % 4096 * PAGE, 8, true, 0x20 + me);
        hot_access(t, X + 4 * MIB + i % 64 * PAGE, 8, false, 0x30);
        if (i % 16 == 0) {
            pthread_mutex_lock(&mutex);
            det_acquire(t, KEY);
            hot_access(t, X + i % 1024 * 64, 4, true, 0x40);
            det_release(t, KEY);
            pthread_mutex_unlock(&mutex);
        }
    }
    return NULL;
}

static void at_once(bool two_level) {
    struct det_task *m = start(two_level, 16 * MIB);
    pthread_t thread[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++) {
        worker[i] = fake_go(m, i + 2);
    }
    for (uintptr_t i = 0; i < THREADS; i++) {
        cr_assert_eq(pthread_create(&thread[i], NULL, work, (void *)i), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(thread[i], NULL);
    }
    check();
    cr_assert_eq(race_found(), 0);
    cr_assert_gt(limit(LIMIT_BUDGET), 0);
    for (unsigned i = 0; i < THREADS; i++) {
        det_access(worker[i], X + 64 * MIB, 4, EV_WRITE, 0x50);
    }
    cr_assert_eq(race_found(), THREADS - 1, "what comes now is judged as ever");
}

Test(budget, while_others_work) {
    at_once(false);
}

Test(budget, while_others_work_two_level) {
    at_once(true);
}
