/* test_detector_alone.c - of who is alone no access is kept, and of nobody else: each with what a later task must, and must
 * not, race with. */
#include <criterion/criterion.h>

#include "fake_host.h"

#define X ((uintptr_t)0x7f2000000040)
#define Y ((uintptr_t)0x7f2000000140)

static struct det_task *start_alone(void) {
    struct det_task *main_task = fake_start();
    det_alone_watched(main_task);
    return main_task;
}

/* As a hook in the program does. */
static void write_at(struct det_task *t, uintptr_t addr) {
    if (!hot_hit(hot_block(addr) + SHADOW_WRITES, t->hot.segment, addr, 4)) {
        access_write4(t, addr, 0x400010);
    }
}

static bool is_hit(const struct det_task *t, uintptr_t addr, unsigned size) {
    return t->hot.segment != 0 &&
           hot_hit(hot_block(addr) + SHADOW_WRITES, t->hot.segment, addr, size) &&
           hot_hit(hot_block(addr) + SHADOW_READS, t->hot.segment, addr, size);
}

static struct det_task *thread(struct det_task *parent, uint64_t id) {
    struct det_task *t = det_task_create(parent, EV_TASK_THREAD, id, 0x400000 + id);
    det_task_begin(t, 0, 0);
    return t;
}

static void join(struct det_task *t, struct det_task *other) {
    det_release(other, Y);
    det_acquire(t, Y);
    det_alone_joined(t);
    det_task_end(other);
}

Test(alone, nothing_is_kept_and_all_of_a_segment_hits) {
    struct det_task *m = start_alone();
    write_at(m, X);
    for (unsigned size = 1; size <= 16; size *= 2) {
        cr_assert(is_hit(m, X + 16 * size, size), "%u bytes elsewhere", size);
    }
    det_access(m, X, 100, EV_WRITE, 0x400010); /* a range */
    cr_assert_eq(det_atomic_begin(m, X, 8, EV_WRITE, 0x400010), 0);
    cr_assert_null(shadow_touched_block(X));
    task_new_segment(m);
    cr_assert_not(is_hit(m, X, 4), "another segment begins with one that does not");
    write_at(m, X);
    cr_assert(is_hit(m, Y, 4));
    cr_assert_null(shadow_touched_block(X));
}

Test(alone, what_was_before_the_first_task_is_before_it) {
    struct det_task *m = start_alone();
    write_at(m, X);
    struct det_task *t = thread(m, 2);
    write_at(t, X);
    cr_assert_eq(det_findings_count(), 0);
    write_at(m, X);
    cr_assert_eq(det_findings_count(), 1, "and what comes after is not");
}

Test(alone, ends_with_a_thread_that_nobody_created) {
    struct det_task *m = start_alone();
    write_at(m, X);
    uint64_t segment = m->hot.segment;
    struct det_task *stranger = thread(NULL, 2);
    cr_assert_eq(m->hot.segment, segment, "it goes on in its segment,");
    cr_assert_not(is_hit(m, X, 4), "which has recorded nothing");
    write_at(m, X);
    write_at(stranger, X);
    cr_assert_eq(det_findings_count(), 1);
}

Test(alone, ends_for_good_when_it_is_told_to) {
    struct det_task *m = start_alone();
    det_alone_ends(); /* a timer */
    join(m, thread(m, 2));
    cr_assert_not(task_is_alone());
    write_at(m, X);
    write_at(thread(NULL, 3), X);
    cr_assert_eq(det_findings_count(), 1);
}

Test(alone, ends_with_a_lock) {
    struct det_task *m = start_alone();
    write_at(m, X);
    det_lock_acquired(m, Y, 0, 0x400020);
    cr_assert_not(task_is_alone());
    write_at(m, X);
    cr_assert_not_null(shadow_touched_block(X));
    det_lock_released(m, Y, 0);
    join(m, thread(m, 2));
    cr_assert(task_is_alone());
    det_lock_acquired(m, Y, 0, 0x400020);
    join(m, thread(m, 3));
    cr_assert_not(task_is_alone(), "not again either");
}

static void exchange(struct det_task *t, uintptr_t addr) {
    uintptr_t state = det_atomic_begin(t, addr, 8, EV_WRITE, 0x400030);
    det_atomic_end(t, state, addr, EV_RMW, EV_ACQ_REL);
}

Test(alone, what_it_releases_later_orders_what_was_kept_before) {
    struct det_task *m = start_alone();
    struct det_task *a = thread(m, 2);
    write_at(a, X);
    join(m, a);
    cr_assert(task_is_alone());
    exchange(m, Y);
    struct det_task *stranger = thread(NULL, 3);
    exchange(stranger, Y);
    write_at(stranger, X);
    cr_assert_eq(det_findings_count(), 0);
}

Test(alone, again_when_all_were_joined) {
    struct det_task *m = start_alone();
    struct det_task *a = thread(m, 2), *b = thread(a, 3);
    write_at(b, X);
    join(a, b);
    cr_assert_not(task_is_alone());
    write_at(m, Y + 64);
    join(m, a);
    cr_assert(task_is_alone());
    write_at(m, X);
    cr_assert(is_hit(m, Y, 4));
    struct det_task *c = thread(m, 4);
    write_at(c, X);
    write_at(c, Y + 64);
    cr_assert_eq(det_findings_count(), 0);
    write_at(m, Y + 64);
    cr_assert_eq(det_findings_count(), 1);
}

Test(alone, not_again_beside_one_that_nobody_joins) {
    struct det_task *m = start_alone();
    struct det_task *a = thread(m, 2), *g = fake_go(m, 3);
    write_at(g, X);
    det_task_end(g);
    join(m, a);
    cr_assert_not(task_is_alone());
    write_at(m, X);
    cr_assert_eq(det_findings_count(), 1);
}

Test(alone, only_where_whoever_makes_threads_tells) {
    struct det_task *m = fake_start();
    struct det_task *a = thread(m, 2);
    join(m, a);
    cr_assert_not(task_is_alone());
    write_at(m, X);
    write_at(thread(NULL, 3), X);
    cr_assert_eq(det_findings_count(), 1);
}

/* Where the shadow lies elsewhere, the fast path never hits but then. */
Test(alone, without_a_direct_shadow) {
    refuse_direct = true;
    struct det_task *m = start_alone();
    write_at(m, X);
    cr_assert(is_hit(m, Y, 8));
    struct det_task *t = thread(m, 2);
    cr_assert_not(is_hit(m, Y, 8));
    write_at(m, X);
    write_at(t, X);
    cr_assert_eq(det_findings_count(), 1);
}
