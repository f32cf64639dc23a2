/* test_detector_record_set.c - a set after each of its steps: who is kept, replaced, forgotten?
 *
 * Verdicts over many readers stand in test_detector_readers.c. */
#include <criterion/criterion.h>

#include "fake_host.h"

#define X     ((uintptr_t)0x10000040)
#define MANY  1000u
#define KEY   ((uintptr_t)0x5000)
#define PC(n) ((uintptr_t)0x400000 + (n))

static uint64_t word_at(uintptr_t addr, unsigned kind) {
    return shadow_block(addr)[kind + addr / HOT_GRANULE % 4];
}

/* How many records the word holds; its set, if it has one, keeps its laws. */
static uint32_t records(uintptr_t addr, unsigned kind) {
    uint64_t word = word_at(addr, kind);
    if (!record_is_shared(word)) {
        return word != 0;
    }
    const char *wrong = recset_check(record_set(word));
    cr_assert_null(wrong, "%s", wrong);
    return recset_records(record_set(word));
}

static void touch(struct det_task *t, uintptr_t addr, size_t size, uint32_t bits) {
    det_access(t, addr, size, bits, PC(t->id));
}

/* -- one record -- */

Test(record, bytes_of_a_granule) {
    static const struct {
        uintptr_t from; /* the granule stands at 200 */
        size_t size;
        uint32_t mask;
    } rows[] = {
        {200, 0, 0x00},  {204, 0, 0x00},  {200, 1, 0x01},  {207, 1, 0x80},      {201, 2, 0x06},
        {200, 8, 0xff},  {204, 4, 0xf0},  {204, 99, 0xf0}, {198, 4, 0x03},      {199, 2, 0x01},
        {190, 99, 0xff}, {195, 10, 0x1f}, {192, 16, 0xff}, {0, 1u << 30, 0xff},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_assert_eq(record_bytes(200, rows[i].from, rows[i].size), rows[i].mask, "row %zu", i);
    }
}

/* -- bytes of one granule, touched at several places -- */

static const struct raw_access *earlier_of_race(unsigned n, uint64_t *pc) {
    const struct record_head *race = find_record(RECORD_RACE, n);
    const uint64_t *frames = find_item(race, ITEM_STACK, 1, NULL);
    *pc = frames ? frames[0] : 0;
    return find_item(race, ITEM_ACCESS, 1, NULL);
}

Test(joined, one_record_tells_the_place_of_each_byte) {
    struct det_task *main_task = fake_start();
    for (unsigned i = 0; i < 4; i++) {
        det_access(main_task, X + i, 1, EV_WRITE, PC(i));
    }
    det_access(main_task, X + 1, 1, EV_WRITE, PC(9)); /* touched already: nothing new */
    cr_assert(!record_is_shared(word_at(X, SHADOW_WRITES)), "one record, no set");
    for (unsigned i = 0; i < 4; i++) {
        uint64_t pc;
        det_access(fake_go(NULL, i + 2), X + i, 1, EV_READ, PC(100 + i));
        cr_assert_eq(race_found(), i + 1);
        cr_assert_eq(earlier_of_race(i, &pc)->addr, X + i);
        cr_assert_eq(pc, PC(i), "the place that touched byte %u, not %lx", i, pc);
    }
}

Test(joined, a_later_place_takes_the_bytes_over) {
    struct det_task *main_task = fake_start();
    det_access(main_task, X, 1, EV_READ, PC(1));
    det_access(main_task, X + 2, 1, EV_READ, PC(2));
    det_access(main_task, X, 2, EV_READ, PC(3)); /* byte 0 anew, byte 1 */
    uint64_t pc;
    det_access(fake_go(NULL, 2), X, 1, EV_WRITE, PC(100));
    (void)earlier_of_race(0, &pc);
    cr_assert_eq(pc, PC(3));
    det_access(fake_go(NULL, 3), X + 2, 1, EV_WRITE, PC(101));
    (void)earlier_of_race(1, &pc);
    cr_assert_eq(pc, PC(2));
}

/* A loop over an array: which element it was is told by the bytes that both touched. */
Test(joined, fields_that_one_place_touched_are_told_apart) {
    struct det_task *main_task = fake_start();
    touch(main_task, X, 4, EV_WRITE);
    touch(main_task, X + 4, 4, EV_WRITE);
    cr_assert_eq(records(X, SHADOW_WRITES), 1);
    det_access(fake_go(NULL, 2), X + 4, 4, EV_READ, PC(100));
    uint64_t pc;
    cr_assert_eq(earlier_of_race(0, &pc)->addr, X + 4);
    cr_assert_eq(earlier_of_race(0, &pc)->size, 4);
}

/* -- sets -- */

static void many_read(struct det_task *parent, uint32_t bits, bool publish) {
    uint32_t had = records(X, SHADOW_READS);
    for (uint32_t i = 1; i <= MANY; i++) {
        struct det_task *t = fake_go(parent, i + 1);
        touch(t, X, 4, EV_READ | bits);
        cr_assert_eq(records(X, SHADOW_READS), had + i, "the reader is kept, and no other is lost");
        touch(t, X, 4, EV_READ | bits);
        cr_assert_eq(records(X, SHADOW_READS), had + i, "reading again adds nothing");
        if (publish) {
            det_release_merge(t, KEY);
        }
        det_task_end(t);
    }
}

Test(set, a_write_meets_a_thousand_unordered_readers_once) {
    struct det_task *main_task = fake_start();
    many_read(main_task, 0, false);
    touch(main_task, X, 4, EV_WRITE);
    cr_assert_eq(race_found(), 1, "one write is one race, however many read");
    cr_assert_eq(count_records(RECORD_RACE), 1);
    cr_assert_eq(records(X, SHADOW_READS), 0, "who was reported is not kept");
    touch(main_task, X, 4, EV_WRITE);
    cr_assert_eq(race_found(), 1);
}

Test(set, the_one_unordered_reader_among_many_is_found) {
    struct det_task *main_task = fake_start();
    struct det_task *stranger = fake_go(main_task, 5000);
    touch(stranger, X, 4, EV_READ);
    many_read(main_task, 0, true);
    det_acquire(main_task, KEY);
    touch(main_task, X, 4, EV_WRITE);
    cr_assert_eq(race_found(), 1);
    const struct record_head *race = find_record(RECORD_RACE, 0);
    const struct raw_access *earlier = find_item(race, ITEM_ACCESS, 1, NULL);
    cr_assert_eq(earlier->task, stranger->id);
}

Test(set, atomic_writes_race_with_plain_readers_alone) {
    struct det_task *main_task = fake_start();
    many_read(main_task, EV_ATOMIC, false);
    touch(main_task, X, 4, EV_WRITE | EV_ATOMIC);
    cr_assert_eq(race_found(), 0);
    touch(fake_go(NULL, 3000), X, 4, EV_WRITE);
    cr_assert_eq(race_found(), 2, "the atomic write, and an atomic read");

    touch(fake_go(NULL, 3001), X + 4, 4, EV_READ | EV_ATOMIC);
    touch(fake_go(NULL, 3002), X + 4, 4, EV_READ);
    touch(main_task, X + 4, 4, EV_WRITE | EV_ATOMIC);
    cr_assert_eq(race_found(), 3);
}

Test(set, readers_ordered_before_are_replaced) {
    struct det_task *main_task = fake_start();
    struct det_task *stranger = fake_go(main_task, 5000);
    touch(stranger, X + 8, 4, EV_READ);
    for (uint32_t i = 1; i <= MANY; i++) { /* a chain: each is ordered after all before it */
        struct det_task *t = fake_go(main_task, i + 1);
        det_acquire(t, KEY);
        touch(t, X, 4, EV_READ);
        touch(t, X + 8, 4, EV_READ);
        cr_assert_eq(records(X, SHADOW_READS), 1, "the last one stands for the chain");
        cr_assert_leq(records(X + 8, SHADOW_READS), RECSET_FEW, "a set is purged before it grows");
        det_release(t, KEY);
    }
    struct det_task *last = fake_go(main_task, 6000);
    det_acquire(last, KEY);
    touch(last, X, 16, EV_WRITE);
    cr_assert_eq(race_found(), 1, "the stranger, whom nothing orders, was never purged");
}

/* -- forgetting -- */

/* What a task has not taken over yet is still of the one before, and the last byte ends the set. */
Test(set, bytes_change_hands_one_by_one) {
    struct det_task *m = fake_start();
    struct det_task *other = fake_go(m, 2);
    for (unsigned i = 0; i < 100; i++) {
        touch(m, X + i * 8, 8, EV_WRITE);
    }
    for (unsigned turn = 3; turn < 6; turn++) {
        struct det_task *t = fake_go(m, turn);
        for (unsigned i = 0; i < 800; i++) {
            touch(t, X + i, 1, EV_WRITE);
            cr_assert_eq(records(X + i, SHADOW_WRITES), i % 8 == 7 ? 1u : 2u, "byte %u", i);
        }
        touch(t, X + 800, 1, EV_WRITE);
        det_release(t, KEY);
        det_task_end(t);
        det_acquire(m, KEY);
        touch(m, X + 800, 8, EV_WRITE);
        cr_assert_leq(det.recsets.table.next, 2, "each task has one at hand");
    }
    struct det_task *t = fake_go(m, 6);
    touch(t, X + 801, 2, EV_WRITE);
    cr_assert_eq(race_found(), 0);
    touch(other, X + 800, 1, EV_READ);
    touch(other, X + 801, 1, EV_READ);
    touch(other, X + 802, 1, EV_READ);
    cr_assert_eq(race_found(), 3);
    uint64_t pc;
    cr_assert_not_null(earlier_of_race(0, &pc));
    cr_assert_eq(pc, PC(m->id));
    cr_assert_not_null(earlier_of_race(1, &pc));
    cr_assert_eq(pc, PC(t->id));
}

static void pass(struct det_task *from, struct det_task *to) {
    det_release(from, KEY);
    det_acquire(to, KEY);
}

/* A set that was free in one place is given back in another. */
Test(set, sets_that_wander_are_found_again) {
    struct det_task *m = fake_start();
    struct det_task *a = fake_go(m, 2);
    struct det_task *b = fake_go(m, 3);
    for (unsigned i = 0; i < 1000; i++) {
        touch(a, X, 2, EV_WRITE);
        pass(a, b);
        touch(b, X, 1, EV_WRITE);
        touch(b, X + 1, 1, EV_WRITE);
        touch(a, X + 16, 4, EV_READ);
        touch(b, X + 16, 4, EV_READ);
        pass(a, b);
        shadow_clear(X, 64);
        pass(b, a);
    }
    cr_assert_leq(det.recsets.table.next, 4);
    cr_assert_eq(race_found(), 0);
}

Test(set, forgetting_a_granule_forgets_its_set) {
    struct det_task *main_task = fake_start();
    many_read(main_task, 0, false);
    det_memory_forget(X, 4);
    cr_assert_eq(records(X, SHADOW_READS), 0);
    touch(main_task, X, 4, EV_WRITE);
    cr_assert_eq(race_found(), 0);
}

Test(set, forgetting_some_bytes_keeps_the_others) {
    struct det_task *main_task = fake_start();
    many_read(main_task, 0, false);
    det_memory_forget(X, 2);
    cr_assert_eq(records(X, SHADOW_READS), MANY);
    touch(main_task, X, 2, EV_WRITE);
    cr_assert_eq(race_found(), 0);
    touch(main_task, X + 3, 1, EV_WRITE);
    cr_assert_eq(race_found(), 1);
    det_memory_forget(X + 2, 2);
    cr_assert_eq(records(X, SHADOW_READS), 0);
}

Test(set, a_large_range_is_forgotten_with_its_sets) {
    struct det_task *main_task = fake_start();
    many_read(main_task, 0, false);
    det_memory_forget(X & ~(uintptr_t)0xffff, (size_t)1 << 20);
    cr_assert_eq(records(X, SHADOW_READS), 0);
    many_read(main_task, 0, false); /* in numbers and tables that were given back */
}
