/* test_detector_calls.c - what a jump leaves behind is found on the stack; libraries take their
 * addresses with them; limits are told. */
#include <criterion/criterion.h>

#include "fake_host.h"

#define WORDS 256

static uintptr_t stack[WORDS]; /* of the task; the highest word is the outermost */
static struct det_task *t;

static void start(void) {
    t = fake_go(fake_start(), 2);
    det_task_begin(t, (uintptr_t)stack, (uintptr_t)(stack + WORDS));
    for (size_t i = 0; i < WORDS; i++) {
        stack[i] = 0;
    }
}

/* A function whose hook was called with the stack pointer at word `at`, and whose return address
 * lies at word `slot`. */
static void enter(size_t at, size_t slot, uintptr_t pc) {
    stack[slot] = pc;
    hot_call_enter_at(t, pc, (uintptr_t)&stack[at]);
}

static void expect_path_at(size_t at, size_t n, const uint64_t *pcs) {
    uint64_t got[16];
    bool folded;
    hot_call_at(t, (uintptr_t)&stack[at]);
    uint32_t site = context_site(t, 0x99, EV_READ, 4);
    cr_assert_eq(context_frames(site, 1, got, 16, &folded), n + 1);
    for (size_t i = 0; i < n; i++) {
        cr_assert_eq(got[i], pcs[i], "frame %zu is %lx, not %lx", i, got[i], pcs[i]);
    }
}

Test(calls, what_lies_below_the_stack_pointer_was_left) {
    start();
    enter(200, 210, 0x10);
    enter(150, 160, 0x20);
    enter(100, 110, 0x30);
    expect_path_at(100, 3, (uint64_t[]){0x30, 0x20, 0x10});
    expect_path_at(150, 2, (uint64_t[]){0x20, 0x10});
    hot_call_exit(t);
    cr_assert_eq(det_call_depth(t), 1);
    expect_path_at(200, 1, (uint64_t[]){0x10});
}

/* 0x20 and 0x30 were called by the same function; the frame of 0x20 was smaller. */
Test(calls, a_smaller_sister_was_left) {
    start();
    enter(200, 210, 0x10);
    enter(180, 190, 0x20);
    enter(100, 190, 0x30);
    expect_path_at(100, 2, (uint64_t[]){0x30, 0x10});
    cr_assert_eq(det_call_depth(t), 2);
}

Test(calls, a_handler_on_another_stack_leaves_all_as_it_is) {
    uintptr_t other[32] = {0};
    start();
    enter(200, 210, 0x10);
    hot_call_enter_at(t, 0x40, (uintptr_t)&other[8]);
    hot_call_at(t, (uintptr_t)&other[8]);
    cr_assert_eq(det_call_depth(t), 2);
    expect_path_at(200, 1, (uint64_t[]){0x10}); /* it jumped out */
}

Test(calls, jumps_for_ever_need_no_room) {
    start();
    enter(200, 210, 0x10);
    for (unsigned i = 0; i < 1000000; i++) {
        enter(100 + i % 7, 120, 0x20 + i % 3);
    }
    cr_assert_leq(t->hot.frame_slots, 2 * FRAMES_AT_FIRST);
    expect_path_at(90, 2, (uint64_t[]){0x20, 0x10});
}

/* The function of 0x10 called qsort at 0x1055, which called back from 0x9000. */
Test(calls, a_callback_shows_who_called) {
    start();
    det_module_load(
        &(struct ev_module){.lo = 0x1000, .hi = 0x2000, .path = "/program", .instrumented = true});
    enter(200, 210, 0x1010);
    stack[200] = 0x1055;
    enter(100, 110, 0x9000);
    expect_path_at(100, 3, (uint64_t[]){0x9000, 0x1055, 0x1010});
}

/* -- frames that move -- */

static void dive(struct det_task *task, unsigned depth) {
    for (unsigned i = 0; i < depth; i++) {
        hot_call_enter(task, 0x10 + i);
    }
}

/* A hook that was interrupted in between stores there. */
Test(calls, frames_that_moved_stay_where_they_were) {
    start();
    const struct call_frame *old[8];
    unsigned n = 0;
    for (unsigned depth = 0; depth < 1000; depth++) {
        if (n == 0 || old[n - 1] != t->hot.frames) {
            cr_assert_lt(n, 8);
            old[n++] = t->hot.frames;
        }
        hot_call_enter(t, 0x10 + depth);
        cr_assert_eq(t->hot.frames[depth].path, 0x10 + depth);
    }
    cr_assert_eq(n, 7);
    for (unsigned slots = FRAMES_AT_FIRST; slots <= t->hot.frame_slots; slots *= 2) {
        const void *block = arena_alloc(slots * sizeof(struct call_frame));
        for (unsigned i = 0; i < n; i++) {
            cr_assert_neq(block, old[i], "%u frames were freed", slots);
        }
    }
}

Test(calls, frames_that_moved_go_with_their_task) {
    start();
    uint64_t bytes = 0;
    for (unsigned i = 0; i < 100; i++) {
        struct det_task *other = fake_go(t, 3 + i);
        dive(other, 100000);
        det_task_end(other);
        bytes = i == 0 ? arena_bytes() : bytes;
    }
    cr_assert_leq(arena_bytes(), bytes + bytes / 8);
}

/* An entry that read the depth before a handler let frames go counts one above the new one. */
Test(calls, what_was_let_go_is_no_frame_of_anybody) {
    start();
    enter(200, 210, 0x10);
    enter(100, 110, 0x20);
    enter(90, 95, 0x30);
    expect_path_at(150, 1, (uint64_t[]){0x10});
    t->hot.depth = 3;
    expect_path_at(80, 1, (uint64_t[]){0x10});
}

/* -- libraries -- */

static uint64_t innermost(uint32_t site) {
    uint64_t pc = 0;
    bool folded;
    context_frames(site, 0, &pc, 1, &folded);
    return pc;
}

Test(calls, libraries_that_take_turns_at_one_place) {
    start();
    struct ev_module one = {.lo = 0x5000, .hi = 0x6000, .path = "/one"};
    struct ev_module two = {.lo = 0x5000, .hi = 0x6000, .path = "/two"};
    uint32_t sites[2] = {0, 0};
    uint64_t nodes = 0;
    for (unsigned round = 0; round < 1000; round++) {
        det_module_load(round % 2 ? &two : &one);
        uint32_t site = context_site(t, 0x5040, EV_WRITE, 4);
        uint32_t *kept = &sites[round % 2];
        cr_assert_eq(innermost(site), 0x5040);
        cr_assert(*kept == 0 || *kept == site, "the library found its nodes again");
        *kept = site;
        cr_assert_neq(sites[0], sites[1]);
        nodes = round == 1 ? det.contexts.nodes.next : nodes;
        det_module_unload(0x5000);
        cr_assert_gt(innermost(site), (uint64_t)1 << 47);
    }
    cr_assert_neq(innermost(sites[0]), innermost(sites[1]));
    cr_assert_eq(det.contexts.nodes.next, nodes);
}

/* -- limits -- */

Test(calls, paths_are_exact_within_the_budget_and_folded_beyond_it) {
    start();
    bool folded;
    for (unsigned i = 0; i < 100; i++) {
        hot_call_enter(t, 0x10);
    }
    cr_assert_eq(context_frames(context_site(t, 0x99, EV_READ, 4), 0, NULL, 0, &folded), 101);
    cr_assert_not(folded);
    det.contexts.nodes.next = CONTEXT_FOLD_BUDGET + 1;
    for (unsigned i = 0; i < 100; i++) {
        hot_call_enter(t, 0x20);
    }
    cr_assert_eq(context_frames(context_site(t, 0x99, EV_READ, 4), 0, NULL, 0, &folded), 102);
    cr_assert(folded);
}

Test(calls, no_more_numbers_is_told_and_races_are_still_found) {
    start();
    struct det_task *other = fake_go(NULL, 3);
    det.contexts.nodes.next = RECORD_SITE_MAX - 3;
    for (unsigned i = 0; i < 100; i++) {
        hot_call_enter(t, 0x10 + i);
        det_access(t, 0x10000000 + 16 * i, 4, EV_WRITE, 0x1000 + i);
    }
    cr_assert_gt(det_process()->limits[LIMIT_SITES_FULL], 0);
    det_access(other, 0x10000000 + 16 * 99, 4, EV_WRITE, 0x77);
    cr_assert_eq(race_found(), 1);
    cr_assert_eq(count_records(RECORD_RACE), 1);
}

static void expect_frame_of(size_t at, size_t slot, uintptr_t pc) {
    uintptr_t cfa = 0, within = 0;
    bool found =
        calls_frame_of(t, (uintptr_t)(stack + WORDS), (uintptr_t)&stack[at], &cfa, &within);
    cr_assert_eq(found, slot != 0, "word %zu", at);
    cr_assert(!found || (cfa == (uintptr_t)&stack[slot + 1] && within == pc), "word %zu", at);
}

/* Between the frames lies what code without hooks keeps there. */
Test(calls, an_address_is_of_the_frame_around_it) {
    start();
    enter(200, 210, 0x10);
    enter(150, 160, 0x20);
    stack[200] = 0x15;
    stack[150] = 0x25;
    for (int materialised = 0; materialised < 2; materialised++) {
        expect_frame_of(205, 210, 0x15);
        expect_frame_of(155, 160, 0x25);
        expect_frame_of(180, 0, 0);
        expect_frame_of(230, 0, 0);
        expect_frame_of(140, 0, 0);
        expect_path_at(150, 2, (uint64_t[]){0x20, 0x10});
        stack[200] = 0x15;
    }
}
