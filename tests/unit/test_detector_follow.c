/* test_detector_follow.c - which races are told to follow from an earlier one? */
#include <criterion/criterion.h>

#include "fake_host.h"

#define FLAG  0x7f0000001000u
#define DATA  0x7f0000002000u
#define OTHER 0x7f0000003000u
#define SYNC  0x7f0000004000u

static struct det_task *writer, *reader;

static void start_two(void) {
    struct det_task *first = fake_start();
    writer = fake_go(first, 7);
    reader = fake_go(first, 8);
}

static void touch(struct det_task *t, uintptr_t addr, uint32_t bits, uintptr_t pc) {
    det_access(t, addr, 4, bits, pc);
}

/* What the n-th race says of its order. */
static const struct raw_order *order_of(unsigned n) {
    const struct record_head *race = find_record(RECORD_RACE, n);
    cr_assert_not_null(race, "race %u", n);
    return find_item(race, ITEM_ORDER, 0, NULL);
}

/* The flag is a place of races already: its reader looked before it was written. */
static void publish_by_flag(void) {
    touch(reader, FLAG, EV_READ, 0x10);
    touch(writer, DATA, EV_WRITE, 0x20);
    touch(writer, FLAG, EV_WRITE, 0x30); /* race 0 */
    touch(reader, FLAG, EV_READ, 0x40);  /* race 1 */
}

Test(follow, data_behind_a_racing_flag_follows) {
    start_two();
    publish_by_flag();
    touch(reader, DATA, EV_READ, 0x50);
    cr_assert_eq(count_records(RECORD_RACE), 3, "it is reported all the same");
    cr_assert(!order_of(0)->follows && !order_of(1)->follows && order_of(2)->follows);
}

Test(follow, what_the_writer_does_after_the_flag_does_not) {
    start_two();
    publish_by_flag();
    touch(writer, OTHER, EV_WRITE, 0x60);
    touch(reader, OTHER, EV_READ, 0x70);
    cr_assert_eq(count_records(RECORD_RACE), 3);
    cr_assert_not(order_of(2)->follows);
}

Test(follow, two_counters_are_two_races) {
    start_two();
    for (unsigned round = 0; round < 2; round++) {
        struct det_task *t = round ? reader : writer;
        for (unsigned i = 0; i < 2; i++) {
            touch(t, i ? OTHER : DATA, EV_READ, 0x100 + round * 64 + i * 16);
            touch(t, i ? OTHER : DATA, EV_WRITE, 0x200 + round * 64 + i * 16);
        }
    }
    cr_assert_geq(count_records(RECORD_RACE), 4);
    for (unsigned i = 0; i < count_records(RECORD_RACE); i++) {
        cr_assert_not(order_of(i)->follows, "race %u", i);
    }
}

Test(follow, what_came_before_an_earlier_publication_follows_too) {
    start_two();
    touch(reader, FLAG, EV_READ, 0x10);
    touch(writer, DATA, EV_WRITE, 0x20);
    det_release(writer, SYNC);
    touch(writer, FLAG, EV_WRITE, 0x30);
    touch(reader, FLAG, EV_READ, 0x40);
    touch(reader, DATA, EV_WRITE, 0x50);
    cr_assert(order_of(2)->follows && order_of(2)->a_published);
}

Test(follow, a_child_of_the_reader_follows_it) {
    start_two();
    publish_by_flag();
    struct det_task *child = fake_go(reader, 9);
    touch(child, DATA, EV_READ, 0x50);
    cr_assert(order_of(2)->follows);
}

Test(follow, a_racing_write_publishes_nothing) {
    start_two();
    publish_by_flag();
    touch(reader, DATA, EV_READ, 0x50);
    cr_assert_not(order_of(2)->a_published);
    det_acquire(reader, SYNC);
    det_release(writer, SYNC);
    touch(reader, DATA, EV_WRITE, 0x80);
    cr_assert(order_of(3)->a_published);
}

Test(follow, an_order_that_is_real_is_not_touched) {
    start_two();
    publish_by_flag();
    det_release(writer, SYNC);
    det_acquire(reader, SYNC);
    touch(reader, DATA, EV_WRITE, 0x50);
    cr_assert_eq(count_records(RECORD_RACE), 2, "the epochs that races ended are published as any");
}

Test(follow, a_hot_race_uses_up_no_segments) {
    start_two();
    for (unsigned i = 0; i < 100 * FOLLOW_TIMES; i++) {
        touch(i % 2 ? reader : writer, FLAG, EV_WRITE, 0x10);
    }
    cr_assert_lt(reader->clock.at + writer->clock.at, 3 * FOLLOW_TIMES);
}
