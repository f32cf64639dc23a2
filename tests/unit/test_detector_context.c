/* test_detector_context.c - call paths: exact, lazy, and never out of step. */
#include <criterion/criterion.h>

#include "fake_host.h"

#define X ((uintptr_t)0x7f2000000000)

static void expect_path(uint32_t site, size_t n, const uint64_t *pcs) {
    uint64_t got[64];
    bool folded;
    cr_assert_eq(context_frames(site, 0, got, 64, &folded), n);
    cr_assert_not(folded);
    for (size_t i = 0; i < n && i < 64; i++) {
        cr_assert_eq(got[i], pcs[i], "frame %zu is %lx, not %lx", i, got[i], pcs[i]);
    }
}

Test(context, the_path_is_that_of_the_moment) {
    struct det_task *t = fake_start();
    hot_call_enter(t, 0x10);
    hot_call_enter(t, 0x20);
    uint32_t deep = context_site(t, 0x30, EV_WRITE, 4);
    hot_call_exit(t);
    uint32_t shallow = context_site(t, 0x31, EV_READ, 8);
    hot_call_enter(t, 0x21);
    uint32_t other = context_site(t, 0x30, EV_WRITE, 4);
    expect_path(deep, 3, (uint64_t[]){0x30, 0x20, 0x10});
    expect_path(shallow, 2, (uint64_t[]){0x31, 0x10});
    expect_path(other, 3, (uint64_t[]){0x30, 0x21, 0x10});
    cr_assert_neq(deep, other);
    cr_assert_eq(context_access(deep), EV_WRITE);
    cr_assert_eq(context_size(deep), 4);
    cr_assert_eq(context_size(shallow), 8);
    cr_assert_eq(context_pc(shallow), 0x31);
}

Test(context, one_path_one_number) {
    struct det_task *m = fake_start();
    struct det_task *a = fake_go(m, 2), *b = fake_go(m, 3);
    uint32_t first[2] = {0, 0};
    for (unsigned round = 0; round < 100; round++) {
        for (unsigned i = 0; i < 2; i++) {
            struct det_task *t = i ? b : a;
            hot_call_enter(t, 0x10);
            uint32_t site = context_site(t, 0x30, EV_WRITE, 4);
            hot_call_exit(t);
            first[i] = first[i] ? first[i] : site;
            cr_assert_eq(site, first[i]);
        }
    }
    cr_assert_eq(first[0], first[1]);
}

Test(context, a_million_deep) {
    struct det_task *t = fake_start();
    for (unsigned i = 0; i < 1000000; i++) {
        hot_call_enter(t, 0x10 + i % 3);
    }
    cr_assert_eq(det_call_depth(t), 1000000);
    uint32_t site = context_site(t, 0x99, EV_READ, 1);
    bool folded;
    cr_assert_eq(context_frames(site, 0, NULL, 0, &folded), 1000001);
    det_call_unwind(t, 2);
    cr_assert_eq(det_call_depth(t), 2);
    expect_path(context_site(t, 0x98, EV_READ, 1), 3, (uint64_t[]){0x98, 0x11, 0x10});
}

Test(context, more_exits_than_entries) {
    struct det_task *t = fake_start();
    hot_call_exit(t);
    hot_call_exit(t);
    expect_path(context_site(t, 0x30, EV_READ, 1), 1, (uint64_t[]){0x30});
    hot_call_enter(t, 0x10);
    hot_call_enter(t, 0x20);
    hot_call_enter(t, 0x40);
    cr_assert_eq(det_call_depth(t), 1);
    expect_path(context_site(t, 0x30, EV_READ, 1), 2, (uint64_t[]){0x30, 0x40});
}

/* A handler that interrupts the core may call functions; its frames cost nothing and stay in step. */
Test(context, calls_in_a_handler_inside_the_core) {
    struct det_task *t = fake_start();
    hot_call_enter(t, 0x10);
    cr_assert(task_enter(t));
    for (unsigned i = 0; i < 1000; i++) {
        hot_call_enter(t, 0x20);
    }
    hot_access(t, X, 4, true, 0x50);
    for (unsigned i = 0; i < 1000; i++) {
        hot_call_exit(t);
    }
    task_leave(t);
    cr_assert_gt(det_process()->limits[LIMIT_EVENTS_IN_HANDLER], 0);
    expect_path(context_site(t, 0x30, EV_READ, 1), 2, (uint64_t[]){0x30, 0x10});
}

Test(context, events_of_nobody_are_ignored) {
    fake_start();
    det_access(NULL, X, 4, EV_WRITE, 0x10);
    det_call_enter(NULL, 0x10);
    det_call_exit(NULL);
    det_call_unwind(NULL, 0);
    det_acquire(NULL, X);
    det_release(NULL, X);
    det_fence(NULL, EV_SEQ_CST);
    det_memory_new(NULL, X, 16, 0x10);
    det_memory_free(NULL, X, 0x10);
    det_wait_end(NULL);
    det_task_end(NULL);
    det_atomic_end(NULL, det_atomic_begin(NULL, X, 4, EV_WRITE, 0x10), X, EV_STORE, EV_SEQ_CST);
    cr_assert_eq(det_call_depth(NULL), 0);
    cr_assert_eq(race_found(), 0);
}
