/* test_detector_shadow_modes.c - the same verdicts, ordered or not, where ranges straddle a block, a
 * piece, a GiB or a window, in each placement. test_detector_shadow.c has the table of overlaps. */
#include <criterion/criterion.h>

#include "fake_host.h"

#define KEY    ((uintptr_t)0x5000)
#define WINDOW ((uintptr_t)1 << SHADOW_FOLD_BITS)

struct visit {
    unsigned at, size; /* from the base */
    bool write;
};

static const struct {
    struct visit a, b;
    bool races; /* when nothing orders them; never, when b is ordered after a */
} rows[] = {
    {{0, 4, true}, {0, 4, true}, true},      {{0, 4, true}, {3, 1, false}, true},
    {{0, 4, true}, {4, 4, true}, false},     {{0, 8, true}, {4, 4, false}, true},
    {{0, 8, true}, {8, 8, true}, false},     {{0, 8, false}, {7, 1, true}, true},
    {{0, 8, false}, {8, 8, false}, false},   {{0, 16, true}, {15, 1, true}, true},
    {{0, 16, true}, {16, 16, true}, false},  {{0, 16, false}, {8, 8, true}, true},
    {{0, 16, false}, {0, 16, false}, false}, {{1, 4, true}, {0, 1, true}, false},
    {{1, 4, true}, {4, 1, true}, true},      {{3, 2, true}, {4, 4, false}, true},
    {{3, 2, true}, {5, 2, true}, false},     {{12, 8, true}, {16, 4, false}, true},
    {{12, 8, true}, {20, 4, true}, false},   {{13, 8, true}, {20, 1, true}, true},
    {{13, 8, true}, {21, 1, true}, false},   {{9, 16, false}, {24, 1, true}, true},
    {{9, 16, false}, {25, 1, true}, false},  {{15, 2, true}, {14, 1, true}, false},
    {{15, 2, true}, {16, 1, true}, true},    {{0, 100, true}, {99, 1, false}, true},
    {{0, 100, true}, {100, 1, true}, false},
};
#define ROWS (sizeof rows / sizeof *rows)

/* Twice, as a loop would: the second goes the fast path where there is one. */
static void touch(struct det_task *t, uintptr_t base, struct visit how) {
    uintptr_t at = base + how.at;
    uintptr_t pc = 0x400000 + t->id;
    for (int i = 0; i < 2; i++) {
        switch (how.size) {
        case 1:
            hot_access(t, at, 1, how.write, pc);
            break;
        case 2:
            hot_access(t, at, 2, how.write, pc);
            break;
        case 4:
            hot_access(t, at, 4, how.write, pc);
            break;
        case 8:
            hot_access(t, at, 8, how.write, pc);
            break;
        case 16:
            hot_access(t, at, 16, how.write, pc);
            break;
        default:
            det_access(t, at, how.size, how.write ? EV_WRITE : EV_READ, pc);
        }
    }
}

static bool race_in(uintptr_t base_a, uintptr_t base_b, size_t row, bool ordered) {
    static uint64_t id = 1;
    uint64_t before = race_found();
    struct det_task *a = fake_go(NULL, ++id);
    struct det_task *b = fake_go(NULL, ++id);
    touch(a, base_a, rows[row].a);
    if (ordered) {
        det_release(a, KEY);
        det_acquire(b, KEY);
    }
    touch(b, base_b, rows[row].b);
    det_memory_forget(base_a, 128);
    det_memory_forget(base_b, 128);
    return race_found() > before;
}

/* Bases whose rows straddle a block, a piece, a GiB, or stand in the block that is never direct. */
static void check_rows_from(uintptr_t window) {
    const uintptr_t bases[] = {
        window + 0x10000040,
        window + 0x20000000 - 16,
        window + ((uintptr_t)1 << 30) - 16,
        window,
        window + 16,
        window + ((uintptr_t)3 << 30) - 64,
    };
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++) {
        for (size_t row = 0; row < ROWS; row++) {
            cr_assert_eq(race_in(bases[i], bases[i], row, false), rows[row].races,
                         "row %zu at %#lx", row, bases[i]);
            cr_assert_not(race_in(bases[i], bases[i], row, true), "row %zu at %#lx, ordered", row,
                          bases[i]);
        }
    }
}

Test(shadow, direct) {
    fake_start();
    cr_assert_neq(det.shadow.direct, 0);
    check_rows_from(0);
    cr_assert_neq(shadow_mask, 0, "no alias was seen");
}

Test(shadow, reservation_refused) {
    refuse_direct = true;
    fake_start();
    cr_assert_eq(det.shadow.direct, 0);
    check_rows_from(0);
    check_rows_from(31 * WINDOW); /* the window of the stack and the libraries */
}

Test(shadow, alias_of_the_fold) {
    fake_start();
    check_rows_from(2 * WINDOW);
    check_rows_from(9 * WINDOW);
    cr_assert_eq(shadow_mask, 0, "the fast path cannot tell windows apart");
    check_rows_from(2 * WINDOW); /* the direct shadow still holds its owner's records */
}

Test(shadow, aliases_do_not_meet) {
    fake_start();
    uintptr_t base = 0x10000040;
    for (size_t row = 0; row < ROWS; row++) {
        cr_assert_not(race_in(base, base + WINDOW, row, false), "row %zu", row);
        cr_assert_not(race_in(base + WINDOW, base, row, false), "row %zu", row);
        cr_assert_not(race_in(base + WINDOW, base + 2 * WINDOW, row, false), "row %zu", row);
    }
}

Test(shadow, across_windows) {
    fake_start();
    uintptr_t base = 5 * WINDOW - 16; /* ends in the block that is never direct */
    for (size_t row = 0; row < ROWS; row++) {
        cr_assert_eq(race_in(base, base, row, false), rows[row].races, "row %zu", row);
    }
}
