/* test_detector_call_paths.c - the two stacks of a report are whole at every size of a shadow
 * stack; test_detector_context.c looks at the tree of paths itself. */
#include <criterion/criterion.h>

#include "fake_host.h"

#define X     ((uintptr_t)0x10000040)
#define OTHER ((uintptr_t)0x20000000)
#define LEAF  ((uintptr_t)0x7000)

/* Frame n (from 1, the outermost) of a task returns to `code` + n. */
static void enter(struct det_task *t, uintptr_t code, uint32_t frames) {
    for (uint32_t i = 0; i < frames; i++) {
        uint32_t depth = det_call_depth(t) + 1;
        hot_call_enter(t, code + depth);
        cr_assert_eq(det_call_depth(t), depth);
    }
}

static uintptr_t code_of(const struct det_task *t) {
    return (uintptr_t)t->id << 32;
}

/* The n-th stack of the race is LEAF and then t's `frames` frames, innermost first. */
static void check_stack(const struct record_head *race, unsigned n, uintptr_t code,
                        uint32_t frames) {
    const struct item_head *head = NULL;
    const uint64_t *pcs = find_item(race, ITEM_STACK, n, &head);
    cr_assert_not_null(pcs);
    cr_assert_eq(head->role, ROLE_WHERE);
    cr_assert_eq(head->flags, 0);
    cr_assert_eq(head->bytes, (frames + 1) * sizeof *pcs);
    cr_assert_eq(pcs[0], LEAF + n);
    for (uint32_t i = 1; i <= frames; i++) {
        cr_assert_eq(pcs[i], code + frames + 1 - i, "frame %u", i);
    }
}

/* a wrote X at LEAF + 1, `frames_a` deep; b writes it now and must tell both stacks. */
static void check_race(struct det_task *b, uintptr_t code_a, uint32_t frames_a) {
    det_access(b, X, 4, EV_WRITE, LEAF);
    const struct record_head *race = find_record(RECORD_RACE, 0);
    cr_assert_not_null(race);
    check_stack(race, 0, code_of(b), det_call_depth(b));
    check_stack(race, 1, code_a, frames_a);
}

static void check_depth(uint32_t frames) {
    struct det_task *main_task = fake_start();
    struct det_task *a = fake_go(main_task, 2);
    struct det_task *b = fake_go(main_task, 3);
    uintptr_t code = code_of(a);
    enter(a, code, frames);
    det_access(a, X, 4, EV_WRITE, LEAF + 1);
    det_task_end(a);
    enter(b, code_of(b), 3);
    check_race(b, code, frames);
}

Test(calls, no_frame) {
    check_depth(0);
}

Test(calls, one_frame_less_than_the_first_stack) {
    check_depth(FRAMES_AT_FIRST - 1);
}

Test(calls, as_many_as_the_first_stack) {
    check_depth(FRAMES_AT_FIRST);
}

Test(calls, growth) {
    check_depth(FRAMES_AT_FIRST + 1);
}

Test(calls, growth_again_and_again) {
    check_depth(FRAMES_AT_FIRST * 100);
}

Test(calls, a_part_was_recorded_before) {
    struct det_task *a = fake_go(fake_start(), 2);
    struct det_task *b = fake_go(NULL, 3);
    enter(a, code_of(a), 10);
    det_access(a, OTHER, 4, EV_WRITE, LEAF);
    det_call_unwind(a, 7);
    enter(a, code_of(a), 40);
    det_access(a, OTHER + 4, 4, EV_WRITE, LEAF);
    for (int i = 0; i < 5; i++) {
        hot_call_exit(a);
    }
    det_access(a, X, 4, EV_WRITE, LEAF + 1);
    check_race(b, code_of(a), 42);
}

/* -- recursion, unwinding -- */

Test(calls, a_million_deep_recursion) {
    struct det_task *a = fake_go(fake_start(), 2);
    struct det_task *b = fake_go(NULL, 3);
    enter(a, code_of(a), 5);
    for (uint32_t i = 0; i < 1000000; i++) {
        hot_call_enter(a, LEAF + 0x100);
    }
    det_access(a, X, 4, EV_WRITE, LEAF + 1);
    det_access(b, X, 4, EV_WRITE, LEAF);
    const struct record_head *race = find_record(RECORD_RACE, 0);
    const struct item_head *head = NULL;
    const uint64_t *pcs = find_item(race, ITEM_STACK, 1, &head);
    cr_assert_eq(head->bytes, 2049 * sizeof *pcs, "the two ends");
    for (uint32_t i = 1; i < 2049 - 5; i++) {
        cr_assert_eq(pcs[i], i == 1920 ? ITEM_STACK_GAP | (1000006 - 2048) : LEAF + 0x100);
    }
    for (uint32_t i = 0; i < 5; i++) {
        cr_assert_eq(pcs[2048 - i], code_of(a) + 1 + i);
    }
    cr_assert_eq(det_call_depth(a), 1000005);
    det_call_unwind(a, 5);
    det_memory_forget(X, 4);
    det_access(a, X, 4, EV_WRITE, LEAF + 2);
    det_access(b, X, 4, EV_WRITE, LEAF + 3);
    find_item(find_record(RECORD_RACE, 1), ITEM_STACK, 1, &head);
    cr_assert_eq(head->bytes, 6 * sizeof *pcs);
}

Test(calls, unwinding_never_deepens) {
    static const struct {
        uint32_t from, to, left;
    } rows[] = {{0, 0, 0}, {0, 9, 0}, {9, 9, 9}, {9, 10, 9}, {9, 8, 8}, {9, 0, 0}, {90, 33, 33}};
    struct det_task *t = fake_start();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        det_call_unwind(t, 0);
        enter(t, code_of(t), rows[i].from);
        det_call_unwind(t, rows[i].to);
        cr_assert_eq(det_call_depth(t), rows[i].left, "row %zu", i);
    }
}
