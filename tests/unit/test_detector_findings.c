/* test_detector_findings.c - what a record says of a race, a leak, a deadlock, a panic, a child. */
#include <criterion/criterion.h>

#include "fake_host.h"

#define X ((uintptr_t)0x7f2000000000)

static void wait_on(struct det_task *t, enum ev_wait_kind kind, uintptr_t object, uintptr_t pc) {
    struct ev_wait wait = {.kind = kind, .n_objects = 1, .objects = &object};
    det_wait_begin(t, &wait, pc);
}

static const struct raw_task *task_item(const struct record_head *r, unsigned n) {
    return find_item(r, ITEM_TASK, n, NULL);
}

/* -- races ---------------------------------------------------------------------------------- */

Test(race, says_block_locks_tasks_and_order) {
    struct det_task *m = fake_start();
    struct det_task *parent = fake_go(m, 7);
    struct det_task *a = fake_go(parent, 8), *b = fake_go(m, 9);
    det_task_note(a, EV_NOTE_NAME, "left");
    det_memory_new(m, X, 64, 0x700);
    struct det_task *c = fake_go(m, 10);
    det_release(m, X + 128);
    det_acquire(a, X + 128);
    det_acquire(b, X + 128);
    det_lock_acquired(a, X + 200, EV_LOCK_READ, 0x800);
    det_object_name(X + 200, "table");
    det_access(a, X + 8, 8, EV_WRITE, 0x801);
    det_release(a, X + 300);
    det_lock_acquired(b, X + 200, EV_LOCK_WRITE, 0x900);
    det_access(b, X + 12, 4, EV_READ, 0x901);
    (void)c;

    const struct record_head *r = find_record(RECORD_RACE, 0);
    cr_assert_not_null(r);
    const struct raw_access *later = find_item(r, ITEM_ACCESS, 0, NULL);
    const struct raw_access *earlier = find_item(r, ITEM_ACCESS, 1, NULL);
    cr_assert(later->addr == X + 12 && later->size == 4 && later->access == EV_READ);
    cr_assert(earlier->addr == X + 8 && earlier->size == 8 && earlier->access == EV_WRITE);
    cr_assert_eq(task_item(r, 0)->id, 9);
    cr_assert_eq(task_item(r, 1)->id, 8);
    cr_assert_eq(task_item(r, 1)->parent_id, 7);
    const struct raw_lock *lock = find_item(r, ITEM_LOCK, 1, NULL);
    cr_assert(lock->addr == X + 200 && lock->mode == EV_LOCK_READ);
    const struct raw_block *block = find_item(r, ITEM_BLOCK, 0, NULL);
    cr_assert(block->addr == X && block->size == 64 && !block->freed && block->kind == 0);
    const struct raw_order *order = find_item(r, ITEM_ORDER, 0, NULL);
    cr_assert(order->a_published && !order->b_knows_a && order->common_lock);
}

/* The nameless one's memory stands behind it; the race's own comes last. */
Test(race, a_lock_without_a_name_says_where_it_lies) {
    struct det_task *m = fake_start();
    det_memory_new(m, X, 64, 0x700);
    det_memory_new(m, X + 256, 32, 0x703);
    struct det_task *a = fake_go(m, 2), *b = fake_go(m, 3);
    det_lock_acquired(a, X + 264, EV_LOCK_WRITE, 0x800);
    det_access(a, X, 8, EV_WRITE, 0x801);
    det_lock_acquired(b, X + 200, EV_LOCK_WRITE, 0x900);
    det_object_name(X + 200, "table");
    det_access(b, X, 8, EV_WRITE, 0x901);
    const struct record_head *r = find_record(RECORD_RACE, 0);
    const struct raw_block *lies = find_item(r, ITEM_BLOCK, 0, NULL);
    const struct raw_block *raced = find_item(r, ITEM_BLOCK, 1, NULL);
    cr_assert(lies->addr == X + 256 && lies->size == 32);
    cr_assert(raced->addr == X && find_item(r, ITEM_BLOCK, 2, NULL) == NULL);
}

Test(race, use_after_free_names_the_free) {
    struct det_task *m = fake_start();
    det_memory_new(m, X, 64, 0x700);
    struct det_task *a = fake_go(m, 2), *b = fake_go(m, 3);
    det_memory_free(a, X, 0x701);
    det_access(b, X + 60, 4, EV_READ, 0x702);
    const struct record_head *r = find_record(RECORD_RACE, 0);
    const struct raw_access *earlier = find_item(r, ITEM_ACCESS, 1, NULL);
    cr_assert_eq(earlier->access, EV_WRITE | EV_FREE);
    const struct raw_block *block = find_item(r, ITEM_BLOCK, 0, NULL);
    cr_assert(block->freed);
}

Test(race, stack_of_a_task) {
    struct det_task *m = fake_start();
    struct det_task *a = fake_go(m, 2), *b = fake_go(m, 3);
    det_task_begin(a, X, X + 65536);
    det_access(a, X + 100, 4, EV_WRITE, 0x10);
    det_access(b, X + 100, 4, EV_WRITE, 0x11);
    const struct raw_block *block = find_item(find_record(RECORD_RACE, 0), ITEM_BLOCK, 0, NULL);
    cr_assert(block->kind == 1 && block->addr == X && block->task == a->id);
}

Test(race, once_for_each_pair_of_places) {
    struct det_task *m = fake_start();
    struct det_task *a = fake_go(m, 2), *b = fake_go(m, 3);
    for (unsigned i = 0; i < 10; i++) {
        det_access(a, X + i * 4, 4, EV_WRITE, 0x10);
        det_access(b, X + i * 4, 4, EV_WRITE, 0x20);
        det_access(a, X + i * 4, 4, EV_WRITE, 0x10); /* the same pair the other way round */
    }
    cr_assert_eq(count_records(RECORD_RACE), 1);
    cr_assert_eq(det_findings_count(), 1);
    cr_assert_gt(det_process()->limits[LIMIT_DUPLICATES], 5);
}

Test(race, at_most_max_reports) {
    struct det_task *m = fake_start();
    struct det_task *a = fake_go(m, 2), *b = fake_go(m, 3);
    for (unsigned i = 0; i < 450; i++) {
        unsigned place = i % 150;
        det_access(a, X + i * 4, 4, EV_WRITE, 0x1000 + place);
        det_access(b, X + i * 4, 4, EV_WRITE, 0x2000 + place);
    }
    cr_assert_eq(count_records(RECORD_RACE), 100);
    cr_assert_eq(det_process()->limits[LIMIT_UNWRITTEN], 50, "each is counted once");
}

Test(race, a_full_file_is_counted) {
    struct det_task *m = fake_start();
    struct det_task *a = fake_go(m, 2), *b = fake_go(m, 3);
    det.findings->capacity = det.findings->used + 16;
    det_access(a, X, 4, EV_WRITE, 0x10);
    det_access(b, X, 4, EV_WRITE, 0x20);
    cr_assert_eq(det_process()->limits[LIMIT_RECORDS_LOST], 1);
    cr_assert_eq(det.findings->lost, 1);
}

Test(race, a_handler_between_begin_and_end_of_an_atomic) {
    struct det_task *m = fake_start();
    uintptr_t state = det_atomic_begin(m, X, 4, EV_WRITE, 0x10);
    uintptr_t inner = det_atomic_begin(m, X, 4, EV_WRITE, 0x20); /* would wait for itself */
    det_atomic_end(m, inner, X, EV_RMW, EV_SEQ_CST);
    det_atomic_end(m, state, X, EV_RMW, EV_SEQ_CST);
    cr_assert_eq(det_process()->limits[LIMIT_EVENTS_IN_HANDLER], 1);
    cr_assert_eq(m->busy, 0);
}

/* -- blocked tasks -------------------------------------------------------------------------- */

Test(leaks, grouped_by_where_made_and_where_waiting) {
    struct det_task *m = fake_start();
    for (unsigned i = 0; i < 30; i++) {
        struct det_task *t = det_task_create(m, EV_TASK_GOROUTINE, i + 2, 0x400 + i % 2);
        det_task_begin(t, 0, 0);
        wait_on(t, EV_WAIT_CHAN_SEND, X, i % 3 == 0 ? 0x500 : 0x501);
    }
    wait_on(m, EV_WAIT_WAITGROUP, X, 0x600);
    struct det_task *daemon = fake_go(m, 100);
    det_task_note(daemon, EV_NOTE_DAEMON, NULL);
    wait_on(daemon, EV_WAIT_CHAN_RECEIVE, X, 0x500);
    struct det_task *thread = det_task_create(m, EV_TASK_THREAD, 101, 0x401);
    det_task_begin(thread, 0, 0);
    wait_on(thread, EV_WAIT_PTHREAD_COND, X, 0x500);
    struct det_task *done = fake_go(m, 102);
    wait_on(done, EV_WAIT_CHAN_RECEIVE, X, 0x500);
    det_wait_end(done);
    det_task_end(done);
    det_finish(m, 0);
    det_finish(m, 0);
    cr_assert_eq(count_records(RECORD_LEAK), 4);
    unsigned tasks = 0;
    for (unsigned i = 0; i < 4; i++) {
        const struct record_head *r = find_record(RECORD_LEAK, i);
        tasks += task_item(r, 0)->count;
        const struct raw_wait *wait = find_item(r, ITEM_WAIT, 0, NULL);
        cr_assert(wait->kind == EV_WAIT_CHAN_SEND && wait->objects[0] == X);
    }
    cr_assert_eq(tasks, 30);
    cr_assert_eq(det_process()->ended, 1);
}

Test(leaks, a_deadlock_is_told_once) {
    struct det_task *m = fake_start();
    struct det_task *t = fake_go(m, 2);
    det_object_new(m, EV_OBJECT_CHAN, X, 96, 0x300);
    wait_on(t, EV_WAIT_CHAN_SEND, X, 0x500);
    wait_on(m, EV_WAIT_CHAN_RECEIVE_NIL, 0, 0x501);
    det_defect(m, EV_DEFECT_DEADLOCK, "all goroutines are asleep - deadlock!", 0x501);
    det_finish(m, 2);
    cr_assert_eq(count_records(RECORD_DEADLOCK), 1);
    cr_assert_eq(count_records(RECORD_LEAK), 0);
    const struct record_head *r = find_record(RECORD_DEADLOCK, 0);
    cr_assert_not_null(task_item(r, 1));
    const struct raw_object *object = find_item(r, ITEM_OBJECT, 0, NULL);
    cr_assert(object->addr == X && object->kind == EV_OBJECT_CHAN);
}

Test(leaks, a_panic_too) {
    struct det_task *m = fake_start();
    struct det_task *t = fake_go(m, 2);
    wait_on(t, EV_WAIT_CHAN_SEND, X, 0x500);
    det_defect(m, EV_DEFECT_PANIC, "send on closed channel", 0x501);
    det_finish(m, 2);
    cr_assert_eq(count_records(RECORD_PANIC), 1);
    cr_assert_eq(count_records(RECORD_LEAK), 0);
}

/* -- processes ------------------------------------------------------------------------------ */

Test(process, a_child_has_its_own_record_and_findings) {
    struct det_task *m = fake_start();
    struct det_task *a = fake_go(m, 2), *b = fake_go(m, 3);
    struct ev_module module = {.bias = 0x1000, .lo = 0x1000, .hi = 0x9000, .path = "/bin/fake"};
    det_module_load(&module);
    det_access(a, X, 4, EV_WRITE, 0x10);
    det_access(b, X, 4, EV_WRITE, 0x20);
    wait_on(b, EV_WAIT_CHAN_SEND, X, 0x500);
    /* Another thread of the parent holds these at fork. */
    spin_lock(&det.writer.lock);
    uint64_t *word = shadow_block(X + 64) + SHADOW_WRITES;
    *word = RECORD_LOCKED | det.generation;
    det_fork_child(a, 200);
    cr_assert_eq(det_findings_count(), 0);
    cr_assert_eq(det_process()->pid, 200);
    cr_assert_eq(det_process()->ppid, 100);
    struct det_task *c = fake_go(a, 4);
    det_access(a, X + 64, 4, EV_WRITE, 0x30);
    det_access(c, X + 64, 4, EV_WRITE, 0x40);
    cr_assert_eq(det_findings_count(), 1);
    cr_assert_eq(find_record(RECORD_RACE, 1)->pid, 200);
    cr_assert_eq(find_record(RECORD_MODULE, 1)->pid, 200, "the child describes its modules");
    det_task_end(c);
    det_finish(a, 0);
    cr_assert_eq(count_records(RECORD_LEAK), 0,
                 "the parent's task is not the child's, who ends it no leak");
}

Test(process, no_file_still_counts) {
    fake_start();
    det.findings = NULL;
    struct det_task *a = det_task_create(NULL, EV_TASK_THREAD, 5, 0);
    struct det_task *b = det_task_create(NULL, EV_TASK_THREAD, 6, 0);
    det_access(a, X, 4, EV_WRITE, 0x10);
    det_access(b, X, 4, EV_WRITE, 0x20);
    cr_assert_eq(det_findings_count(), 1);
}
