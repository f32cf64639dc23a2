/* test_detector_wide.c - who has read how much of a block that many read?
 * What a wide word says must stay true: a reader that believes it records nothing. */
#include <criterion/criterion.h>

#include "detector/hot.h"
#include "detector/wide.h"
#include "fake_host.h"

#define X ((uintptr_t)0x7f2000000000)
#define F ((uintptr_t)0x7f2000001000) /* a sync object */

static bool shows(const struct det_task *t, uintptr_t addr, unsigned size) {
    return hot_has_read(shadow_block(addr), addr, size, t->hot.segment);
}

static void read_all(struct det_task *t) {
    for (uintptr_t at = X; at < X + 32; at += 8) {
        det_access(t, at, 8, EV_READ, 0x100);
    }
}

/* As a hook does when a read was found in a set. */
static void read_again(struct det_task *t) {
    for (uintptr_t at = X; at < X + 32; at += 8) {
        if (!shows(t, at, 8)) {
            wide_find(t, at, false);
        }
    }
}

Test(wide, four_readers_find_themselves_in_the_line) {
    struct det_task *m = fake_start();
    struct det_task *t[4];
    for (unsigned i = 0; i < 4; i++) {
        t[i] = fake_go(m, i + 2);
        read_all(t[i]);
    }
    for (unsigned i = 0; i < 4; i++) {
        read_again(t[i]);
    }
    for (unsigned i = 0; i < 4; i++) {
        for (uintptr_t at = X; at < X + 32; at += 8) {
            cr_assert(shows(t[i], at, 8), "reader %u, byte %u", i, (unsigned)(at - X));
        }
        cr_assert(shows(t[i], X, 16));
    }
}

/* What was not read is not shown, nor is a granule of which only bytes were read. */
Test(wide, shows_what_was_read_only) {
    struct det_task *m = fake_start();
    struct det_task *t[2] = {fake_go(m, 2), fake_go(m, 3)};
    for (unsigned i = 0; i < 2; i++) {
        det_access(t[i], X + 8, 8, EV_READ, 0x100);
        det_access(t[i], X + 16, 1, EV_READ, 0x101);
    }
    for (unsigned i = 0; i < 2; i++) {
        wide_find(t[i], X + 8, true);
        wide_find(t[i], X + 16, true);
        wide_find(t[i], X + 24, true);
        cr_assert(shows(t[i], X + 8, 8));
        cr_assert(shows(t[i], X + 9, 1));
        cr_assert_not(shows(t[i], X, 8));
        cr_assert_not(shows(t[i], X + 16, 8));
        cr_assert_not(shows(t[i], X + 17, 1));
        cr_assert_not(shows(t[i], X + 16, 16));
        cr_assert_not(shows(t[i], X + 24, 8));
    }
}

/* Who is ordered before a reader stands in nobody's way: rounds of tasks that read the same. One look is
 * enough for all that an access touches. */
Test(wide, readers_of_earlier_rounds_give_way) {
    struct det_task *m = fake_start();
    for (unsigned round = 0; round < 5; round++) {
        struct det_task *t[4];
        for (unsigned i = 0; i < 4; i++) {
            t[i] = fake_go(m, 10 * round + i + 2);
            read_all(t[i]);
        }
        for (unsigned i = 0; i < 4; i++) {
            wide_find(t[i], X, false);
            cr_assert(shows(t[i], X, 8), "reader %u of round %u", i, round);
            cr_assert(shows(t[i], X, 16));
        }
        for (unsigned i = 0; i < 4; i++) {
            det_release(t[i], F + 8 * i);
            det_task_end(t[i]);
            det_acquire(m, F + 8 * i);
        }
    }
    cr_assert_eq(race_found(), 0);
}

/* A new segment has read nothing yet, and takes the place of the one before. */
Test(wide, a_new_segment_begins_anew) {
    struct det_task *m = fake_start();
    struct det_task *t[4];
    for (unsigned i = 0; i < 4; i++) {
        t[i] = fake_go(m, i + 2);
        read_all(t[i]);
    }
    det_release(t[0], F);
    read_all(t[0]);
    for (unsigned i = 0; i < 4; i++) {
        read_again(t[i]);
        cr_assert(shows(t[i], X + 24, 8), "reader %u", i);
    }
    det_release(t[1], F + 8);
    det_access(t[1], X + 64, 8, EV_READ, 0x100);
    cr_assert_not(shows(t[1], X, 8));
}

/* Five readers take turns for four words: who was driven out comes back if he insists. */
Test(wide, a_reader_without_a_word_gets_one_again) {
    struct det_task *m = fake_start();
    struct det_task *t[5];
    for (unsigned i = 0; i < 5; i++) {
        t[i] = fake_go(m, i + 2);
        read_all(t[i]);
    }
    unsigned shown = 0, out = 0;
    for (unsigned i = 0; i < 5; i++) {
        read_again(t[i]);
        shown += shows(t[i], X, 8);
        out = shows(t[i], X, 8) ? out : i;
    }
    cr_assert_eq(shown, 4);
    wide_find(t[out], X, true);
    cr_assert(shows(t[out], X, 8));
}

/* A reported race drops the reader's record, so that what it reads then is recorded, and races, again. */
Test(wide, a_race_ends_it) {
    struct det_task *m = fake_start();
    struct det_task *t[2] = {fake_go(m, 2), fake_go(m, 3)};
    read_all(t[0]);
    read_all(t[1]);
    det_access(m, X + 8, 8, EV_WRITE, 0x200);
    cr_assert_not(shows(t[0], X + 8, 8));
    cr_assert_not(shows(t[1], X + 8, 8));
    uint64_t before = race_found();
    det_access(t[0], X + 8, 8, EV_READ, 0x300);
    cr_assert_gt(race_found(), before);
}

/* Memory that changes hands takes the records of its bytes along, those of its neighbours not. */
Test(wide, memory_that_changes_hands_ends_it) {
    struct det_task *m = fake_start();
    struct det_task *t[2] = {fake_go(m, 2), fake_go(m, 3)};
    read_all(t[0]);
    read_all(t[1]);
    shadow_clear(X + 8, 8);
    cr_assert_not(shows(t[0], X + 8, 8));
    cr_assert_not(shows(t[1], X + 8, 8));
    det_access(m, X + 8, 8, EV_WRITE, 0x200); /* nobody has read it since */
    cr_assert_eq(race_found(), 0);
    det_access(m, X, 8, EV_WRITE, 0x200);
    cr_assert_eq(race_found(), 1);
}
