/* test_detector_readers.c - no reader is forgotten: any number of them, in any position, at any
 * distance [DESIGN D3]. */
#include <criterion/criterion.h>

#include "fake_host.h"

#define X ((uintptr_t)0x7f2000000000)

/* Sixteen readers, all but one ordered before the writer. */
Test(readers, one_of_sixteen_in_every_position) {
    struct det_task *m = fake_start();
    for (unsigned unordered = 0; unordered < 16; unordered++) {
        uintptr_t x = X + unordered * 64;
        struct det_task *t[16];
        for (unsigned i = 0; i < 16; i++) {
            t[i] = fake_go(m, i + 2);
            det_access(t[i], x, 4, EV_READ, 0x100 + unordered * 16 + i);
            if (i != unordered) {
                det_release_merge(t[i], x + 8);
            }
        }
        uint64_t before = race_found();
        det_acquire(m, x + 8);
        det_access(m, x, 4, EV_WRITE, 0x900 + unordered);
        cr_assert_eq(race_found(), before + 1, "unordered reader %u", unordered);
        const struct record_head *r = find_record(RECORD_RACE, unordered);
        const struct raw_access *earlier = find_item(r, ITEM_ACCESS, 1, NULL);
        cr_assert_eq(earlier->task, t[unordered]->id);
    }
}

static uint32_t set_of(uintptr_t addr, int kind) {
    uint64_t word = shadow_block(addr)[kind + addr / HOT_GRANULE % 4];
    return record_is_shared(word) ? record_set(word) : 0;
}

/* Rounds of tasks that read, each after the last, beside one that reads in all of them: whoever is new
 * may drop those of earlier rounds, and he who stands there already must not make room instead. */
Test(readers, rounds_of_readers_stay_few) {
    struct det_task *m = fake_start();
    struct det_task *always = fake_go(m, 2);
    uint32_t most = 0;
    for (unsigned round = 0; round < 2000; round++) {
        struct det_task *t[10];
        for (unsigned i = 0; i < 10; i++) {
            t[i] = fake_go(m, 3 + i);
            det_access(t[i], X, 4, EV_READ, 0x100);
            det_release_merge(t[i], X + 64);
            det_access(always, X, 4, EV_READ, 0x200);
            det_release(always, X + 128);
        }
        det_acquire(m, X + 64);
        det_acquire(always, X + 64);
        uint32_t set = set_of(X, SHADOW_READS);
        uint32_t now = set ? recset_records(set) : 0;
        most = now > most ? now : most;
        for (unsigned i = 0; i < 10; i++) {
            det_task_end(t[i]);
        }
    }
    cr_assert_lt(most, 50u);
}

Test(readers, thousands_then_a_writer) {
    struct det_task *m = fake_start();
    static struct det_task *t[5000];
    for (unsigned i = 0; i < 5000; i++) {
        t[i] = fake_go(m, i + 2);
        det_access(t[i], X, 4, EV_READ, 0x100);
        if (i > 1 && i % 500 == 0) {
            cr_assert_null(recset_check(set_of(X, SHADOW_READS)));
            cr_assert_eq(recset_records(set_of(X, SHADOW_READS)), i + 1);
        }
    }
    for (unsigned i = 0; i < 5000; i++) {
        det_release_merge(t[i], X + 64);
    }
    det_acquire(m, X + 64);
    det_access(m, X, 4, EV_WRITE, 0x200);
    cr_assert_eq(race_found(), 0);
    cr_assert_eq(set_of(X, SHADOW_READS), 0, "the write has made all readers superfluous");
    det_access(t[4321], X, 4, EV_READ, 0x100);
    cr_assert_eq(race_found(), 1,
                 "a reader of the same segment is not mistaken for a recorded one");
}

/* Ordered generations of readers do not pile up. */
Test(readers, ordered_ones_are_purged) {
    struct det_task *m = fake_start();
    for (unsigned i = 0; i < 20000; i++) {
        struct det_task *t = fake_go(m, i + 2);
        det_acquire(t, X + 64);
        det_access(t, X, 4, EV_READ, 0x100);
        det_release_merge(t, X + 64);
        det_task_end(t);
    }
    uint32_t set = set_of(X, SHADOW_READS);
    cr_assert(set == 0 || recset_records(set) < 64);
}

/* Bytes of one granule written from different places keep their own places. */
Test(readers, each_byte_its_own_site) {
    struct det_task *m = fake_start();
    struct det_task *a = fake_go(m, 2), *b = fake_go(m, 3);
    for (unsigned i = 0; i < 4; i++) {
        det_access(a, X + i, 1, EV_WRITE, 0x100 + i);
    }
    for (unsigned i = 0; i < 4; i++) {
        det_access(b, X + i, 1, EV_WRITE, 0x200 + i);
        const struct record_head *r = find_record(RECORD_RACE, i);
        cr_assert_not_null(r);
        const uint64_t *later = find_item(r, ITEM_STACK, 0, NULL);
        const uint64_t *earlier = find_item(r, ITEM_STACK, 1, NULL);
        cr_assert_eq(later[0], 0x200 + i);
        cr_assert_eq(earlier[0], 0x100 + i);
    }
}

/* 10^7 accesses after the first one, both stacks are whole. */
Test(readers, ten_million_accesses_later) {
    struct det_task *m = fake_start();
    struct det_task *a = fake_go(m, 2), *b = fake_go(m, 3);
    hot_call_enter(a, 0x11);
    hot_call_enter(a, 0x12);
    hot_call_enter(a, 0x13);
    hot_access(a, X, 4, true, 0x14);
    hot_call_exit(a);
    hot_call_exit(a);
    for (unsigned i = 0; i < 10000000; i++) {
        hot_call_enter(a, 0x20 + i % 5);
        hot_access(a, X + 4096 + i % 100000 * 4, 4, i & 1, 0x30 + i % 7);
        hot_call_exit(a);
        if (i % 1000 == 0) {
            det_release(a, X + 64);
        }
    }
    hot_call_enter(b, 0x91);
    hot_access(b, X, 4, false, 0x92);
    cr_assert_eq(race_found(), 1);
    const struct record_head *r = find_record(RECORD_RACE, 0);
    const struct item_head *head = NULL;
    const uint64_t *later = find_item(r, ITEM_STACK, 0, &head);
    cr_assert_eq(head->bytes, 16);
    cr_assert(later[0] == 0x92 && later[1] == 0x91);
    const uint64_t *earlier = find_item(r, ITEM_STACK, 1, &head);
    cr_assert_eq(head->bytes, 32);
    cr_assert(earlier[0] == 0x14 && earlier[1] == 0x13 && earlier[2] == 0x12 && earlier[3] == 0x11);
}
