/* test_detector_ends.c - the end of a process: which group of blocked tasks is told, in which order,
 * and once? Beside test_detector_findings.c, which reads the records. */
#include <criterion/criterion.h>

#include "fake_host.h"

#define GO_A   ((uintptr_t)0x400010)
#define GO_B   ((uintptr_t)0x400020)
#define WAIT_A ((uintptr_t)0x400110)
#define WAIT_B ((uintptr_t)0x400120)
#define X      ((uintptr_t)0x10000040)

static const uintptr_t chan = 0x20000000;

static void wait_at(struct det_task *t, enum ev_wait_kind kind, uintptr_t pc) {
    det_wait_begin(t, &(struct ev_wait){.kind = kind, .n_objects = 1, .objects = &chan}, pc);
}

static struct det_task *blocked(struct det_task *parent, enum ev_task_kind kind, uint64_t id,
                                uintptr_t go, uintptr_t wait) {
    struct det_task *t = det_task_create(parent, kind, id, go);
    det_task_begin(t, 0, 0);
    wait_at(t, EV_WAIT_CHAN_SEND, wait);
    return t;
}

static void check_leak(unsigned n, uint64_t id, uint32_t count, uintptr_t go, uintptr_t wait) {
    const struct record_head *leak = find_record(RECORD_LEAK, n);
    cr_assert_not_null(leak);
    const struct raw_task *task = find_item(leak, ITEM_TASK, 0, NULL);
    const struct raw_wait *raw = find_item(leak, ITEM_WAIT, 0, NULL);
    cr_assert_eq(task->id, id, "the first of its group speaks for it");
    cr_assert_eq(task->count, count);
    cr_assert_eq(task->state, RAW_TASK_WAITING);
    cr_assert_eq(raw->objects[0], chan);
    cr_assert_eq(*(const uint64_t *)find_item(leak, ITEM_STACK, 0, NULL), go);
    cr_assert_eq(*(const uint64_t *)find_item(leak, ITEM_STACK, 1, NULL), wait);
}

static uint64_t limit(enum findings_limit which) {
    return atomic_load(&det_process()->limits[which]);
}

/* -- leaks -- */

Test(ends, leaks_are_grouped_by_creation_and_wait) {
    static const struct {
        uintptr_t go, wait;
        uint32_t count;
    } rows[] = {{GO_A, WAIT_A, 1}, {GO_A, WAIT_B, 7}, {GO_B, WAIT_A, 100}, {GO_B, WAIT_B, 3}};
    struct det_task *main_task = fake_start();
    uint64_t id = 10;
    for (uint32_t turn = 0; turn < 100; turn++) { /* groups are mixed */
        for (size_t row = 0; row < 4; row++) {
            if (turn < rows[row].count) {
                blocked(main_task, EV_TASK_GOROUTINE, id++, rows[row].go, rows[row].wait);
            }
        }
    }
    det_finish(main_task, 0);
    cr_assert_eq(count_records(RECORD_LEAK), 4);
    cr_assert_eq(det_findings_count(), 4);
    for (unsigned row = 0; row < 4; row++) {
        check_leak(row, 10 + row, rows[row].count, rows[row].go, rows[row].wait);
    }
}

Test(ends, kinds_of_wait_are_groups_too) {
    struct det_task *main_task = fake_start();
    blocked(main_task, EV_TASK_GOROUTINE, 10, GO_A, WAIT_A);
    struct det_task *t = det_task_create(main_task, EV_TASK_GOROUTINE, 11, GO_A);
    wait_at(t, EV_WAIT_CHAN_RECEIVE, WAIT_A);
    det_finish(main_task, 0);
    cr_assert_eq(count_records(RECORD_LEAK), 2);
}

Test(ends, a_thousand_groups) {
    struct det_task *main_task = fake_start();
    for (uint64_t i = 0; i < 1000; i++) {
        blocked(main_task, EV_TASK_GOROUTINE, 10 + i, GO_A + i, WAIT_A);
    }
    det_finish(main_task, 0);
    cr_assert_eq(det_findings_count(), 1000);
    check_leak(0, 10, 1, GO_A, WAIT_A);
    check_leak(999, 1009, 1, GO_A + 999, WAIT_A);
}

Test(ends, who_is_no_leak) {
    struct det_task *main_task = fake_start();
    blocked(main_task, EV_TASK_THREAD, 10, GO_A, WAIT_A);
    det_task_note(blocked(main_task, EV_TASK_GOROUTINE, 11, GO_A, WAIT_A), EV_NOTE_DAEMON, NULL);
    det_task_end(blocked(main_task, EV_TASK_GOROUTINE, 13, GO_A, WAIT_A));
    wait_at(main_task, EV_WAIT_SEMAPHORE, WAIT_A);
    det_finish(main_task, 0);
    cr_assert_eq(count_records(RECORD_LEAK), 0);
    cr_assert_eq(det_findings_count(), 0);
}

Test(ends, who_runs_is_told_to_run) {
    struct det_task *main_task = fake_start();
    det_wait_end(blocked(main_task, EV_TASK_GOROUTINE, 12, GO_A, WAIT_A));
    det_task_create(main_task, EV_TASK_GOROUTINE, 15, GO_B);
    det_finish(fake_go(main_task, 16), 0); /* who calls exit is none of them */
    cr_assert_eq(count_records(RECORD_LEAK), 2);
    const struct raw_task *runs = find_item(find_record(RECORD_LEAK, 0), ITEM_TASK, 0, NULL);
    const struct raw_task *fresh = find_item(find_record(RECORD_LEAK, 1), ITEM_TASK, 0, NULL);
    cr_assert_eq(runs->state, RAW_TASK_RUNNING);
    cr_assert_eq(fresh->state, RAW_TASK_NOT_STARTED);
}

/* -- judged once -- */

Test(ends, finish_judges_once) {
    struct det_task *main_task = fake_start();
    blocked(main_task, EV_TASK_GOROUTINE, 10, GO_A, WAIT_A);
    det_finish(main_task, 3);
    cr_assert_eq(atomic_load(&det_process()->ended), 1);
    cr_assert_eq(atomic_load(&det_process()->status), 3);
    uint64_t used = atomic_load(&det.findings->used);
    det_finish(main_task, 3);
    det_finish(NULL, 3);
    cr_assert_eq(atomic_load(&det.findings->used), used);
    cr_assert_eq(det_findings_count(), 1);
}

Test(ends, misuse_hides_no_leak) {
    struct det_task *main_task = fake_start();
    blocked(main_task, EV_TASK_GOROUTINE, 10, GO_A, WAIT_A);
    det_defect(main_task, EV_DEFECT_MISUSE, "why", GO_B);
    cr_assert_eq(count_records(RECORD_MISUSE), 1);
    const struct item_head *text = NULL;
    const char *why = find_item(find_record(RECORD_MISUSE, 0), ITEM_TEXT, 0, &text);
    cr_assert_eq(text->bytes, 3);
    cr_assert_arr_eq(why, "why", 3);
    det_finish(main_task, 2);
    cr_assert_eq(count_records(RECORD_LEAK), 1);
}

Test(ends, a_timeout_is_no_finding) {
    struct det_task *main_task = fake_start();
    blocked(main_task, EV_TASK_GOROUTINE, 10, GO_A, WAIT_A);
    fake_go(main_task, 11);
    det_timeout();
    const struct record_head *timeout = find_record(RECORD_TIMEOUT, 0);
    cr_assert_not_null(find_item(timeout, ITEM_TASK, 2, NULL), "main and both goroutines");
    cr_assert_null(find_item(timeout, ITEM_WAIT, 1, NULL), "one of them waits");
    cr_assert_eq(det_findings_count(), 0);
}

/* -- limits -- */

Test(ends, a_full_file_counts_what_it_loses) {
    struct det_task *main_task = fake_start();
    det_access(main_task, X, 8, EV_WRITE, GO_A);
    uint64_t used = atomic_load(&det.findings->used);
    struct det_task *t = fake_go(NULL, 2);
    det.findings->capacity = used + sizeof(struct record_head);
    det_access(t, X, 4, EV_WRITE, GO_B);
    cr_assert_eq(atomic_load(&det.findings->lost), 1);
    cr_assert_eq(limit(LIMIT_RECORDS_LOST), 1);
    cr_assert_eq(det_findings_count(), 1, "lost, but found");
    const char *end = (const char *)det.findings + used;
    for (size_t i = 0; i < 4096; i++) {
        cr_assert_eq(end[i], 0, "nothing is written at or behind the end");
    }
}
