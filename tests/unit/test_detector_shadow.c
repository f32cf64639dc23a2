/* test_detector_shadow.c - one table of overlaps, under every placement of the shadow. */
#include <criterion/criterion.h>

#include "fake_host.h"

#define BASE ((uintptr_t)0x7f2000000000)

enum { READ = EV_READ, WRITE = EV_WRITE };

/* Two tasks, one access each, nothing orders them. */
static const struct {
    uintptr_t at_a;
    size_t size_a;
    uintptr_t at_b;
    size_t size_b;
    bool overlap;
} pairs[] = {
    {0, 4, 0, 4, true},     {0, 4, 4, 4, false},     {0, 1, 0, 1, true},    {0, 1, 1, 1, false},
    {3, 1, 4, 1, false},    {3, 2, 4, 1, true},      {3, 2, 2, 1, false},   {0, 8, 4, 4, true},
    {0, 8, 7, 1, true},     {0, 8, 8, 8, false},     {0, 16, 15, 1, true},  {0, 16, 16, 1, false},
    {12, 8, 16, 4, true},   {12, 8, 20, 4, false},   {14, 4, 16, 2, true},  {14, 4, 18, 1, false},
    {1, 2, 0, 1, false},    {1, 2, 3, 1, false},     {1, 2, 2, 2, true},    {0, 3, 3, 1, false},
    {5, 100, 104, 1, true}, {5, 100, 105, 1, false}, {5, 100, 4, 1, false}, {0, 64, 60, 8, true},
};

static void access_by(struct det_task *t, uintptr_t at, size_t size, bool write, bool hot) {
    if (hot && (size & (size - 1)) == 0 && size <= 16 && at % 16 + size <= 16) {
        switch (size) {
        case 1:
            hot_access(t, at, 1, write, 0x10);
            return;
        case 2:
            hot_access(t, at, 2, write, 0x10);
            return;
        case 4:
            hot_access(t, at, 4, write, 0x10);
            return;
        case 8:
            hot_access(t, at, 8, write, 0x10);
            return;
        default:
            hot_access(t, at, 16, write, 0x10);
            return;
        }
    }
    det_access(t, at, size, write ? WRITE : READ, 0x10);
}

static void every_pair(struct det_task *m, uintptr_t base) {
    struct det_task *a = fake_go(m, 2), *b = fake_go(m, 3);
    for (unsigned i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        for (unsigned kinds = 0; kinds < 8; kinds++) {
            bool write_a = kinds & 1, write_b = kinds & 2, hot = kinds & 4;
            det_memory_forget(base, 256);
            uint64_t before = race_found();
            access_by(a, base + pairs[i].at_a, pairs[i].size_a, write_a, hot);
            access_by(a, base + pairs[i].at_a, pairs[i].size_a, write_a, hot);
            cr_assert_eq(race_found(), before);
            access_by(b, base + pairs[i].at_b, pairs[i].size_b, write_b, hot);
            bool expected = pairs[i].overlap && (write_a || write_b);
            cr_assert_eq(race_found() > before, expected, "pair %u kinds %u at %lx", i, kinds,
                         (unsigned long)base);
        }
    }
}

Test(shadow, direct) {
    struct det_task *m = fake_start();
    cr_assert_neq(shadow_mask, 0);
    every_pair(m, BASE);
    every_pair(m, 0x555555554000);
    every_pair(m, 0x400000);
}

Test(shadow, refused) {
    refuse_direct = true;
    struct det_task *m = fake_start();
    cr_assert_eq(shadow_mask, 0);
    every_pair(m, BASE);
    every_pair(m, BASE + 0x10000 - 8); /* across two pieces of the table */
}

Test(shadow, alias_switches_the_fast_path_off) {
    struct det_task *m = fake_start();
    every_pair(m, BASE);
    cr_assert_neq(shadow_mask, 0);
    uintptr_t alias = BASE - ((uintptr_t)1 << SHADOW_FOLD_BITS);
    const uintptr_t *copy = (const uintptr_t *)(HOT_SHADOW + HOT_MASK);
    cr_assert_eq(*copy, shadow_mask, "for the hooks in assembly");
    every_pair(m, alias);
    cr_assert_eq(shadow_mask, 0);
    cr_assert_eq(*copy, 0);
    every_pair(m, BASE);
    /* The two do not see each other. */
    struct det_task *a = fake_go(m, 2), *b = fake_go(m, 3);
    uint64_t before = race_found();
    access_by(a, BASE + 4096, 4, true, true);
    access_by(b, alias + 4096, 4, true, true);
    cr_assert_eq(race_found(), before);
    access_by(b, BASE + 4096, 4, true, true);
    cr_assert_eq(race_found(), before + 1);
}

Test(shadow, folded_zero_stays_empty) {
    struct det_task *m = fake_start();
    every_pair(m, (uintptr_t)5 << SHADOW_FOLD_BITS);
    const uint64_t *zero = (const uint64_t *)shadow_base;
    for (int i = 0; i < 8; i++) {
        cr_assert_eq(zero[i], 0);
    }
    cr_assert_neq(shadow_mask, 0);
}

/* hot_covers is the same question, byte by byte: is all of the access inside what was recorded? */
static void covers_exactly(struct det_task *a, uintptr_t lo, size_t size, bool write) {
    det_memory_forget(BASE, 64);
    det_access(a, lo, size, write ? WRITE : READ, 0x10);
    uint64_t segment = ((const struct task_hot *)a)->segment;
    for (unsigned n = 1; n <= 20; n++) { /* sizes of ranges, too */
        for (uintptr_t at = BASE; at < BASE + 40; at++) {
            bool inside = at >= lo && at + n <= lo + size;
            cr_assert_eq(hot_covers(segment, at, n, write ? 0 : 4), inside, "%u at %lx", n,
                         (unsigned long)at);
            cr_assert_not(hot_covers(segment, at, n, write ? 4 : 0));
            cr_assert_not(hot_covers(segment + 2, at, n, write ? 0 : 4));
        }
    }
}

Test(shadow, covers_exactly_what_was_recorded) {
    struct det_task *m = fake_start(), *a = fake_go(m, 2);
    for (uintptr_t lo = BASE; lo < BASE + 20; lo++) {
        for (size_t size = 1; size <= 24; size++) {
            covers_exactly(a, lo, size, size % 2 == 0);
        }
    }
}

/* Nothing of an earlier life is left, however large the range, and nothing outside is touched. */
static void clear_exactly(struct det_task *m, uintptr_t lo, size_t size) {
    struct det_task *a = fake_go(m, 2), *b = fake_go(m, 3);
    uintptr_t inside[] = {lo, lo + 1, lo + size / 2, lo + size - 2, lo + size - 1};
    uintptr_t outside[] = {lo - 1, lo - 64, lo + size, lo + size + 64};
    for (unsigned i = 0; i < 5; i++) {
        det_access(a, inside[i], 1, WRITE, 0x10 + i);
        det_access(a, inside[i], 1, READ, 0x20 + i);
    }
    for (unsigned i = 0; i < 4; i++) {
        det_access(a, outside[i], 1, WRITE, 0x30 + i);
    }
    det_memory_forget(lo, size);
    uint64_t before = race_found();
    for (unsigned i = 0; i < 5; i++) {
        det_access(b, inside[i], 1, WRITE, 0x40);
    }
    cr_assert_eq(race_found(), before, "%zu bytes at %lx", size, (unsigned long)lo);
    for (unsigned i = 0; i < 4; i++) {
        det_access(b, outside[i], 1, WRITE, 0x50);
        cr_assert_eq(race_found(), before + i + 1, "outside %u of %zu bytes", i, size);
    }
    det_memory_forget(lo - 128, size + 256);
}

static void clear_all_sizes(struct det_task *m) {
    static const size_t sizes[] = {5,     16,      100,           4096,           65536,
                                   70001, 1 << 20, (1 << 20) + 3, (size_t)3 << 20};
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        clear_exactly(m, BASE + 0x1000, sizes[i]);
        clear_exactly(m, BASE + 0x3007, sizes[i]);
    }
    clear_exactly(m, ((uintptr_t)0x7f3 << 32) + ((uintptr_t)1 << 30) - 100000,
                  200000); /* a GiB's end */
}

Test(shadow, clear_direct) {
    clear_all_sizes(fake_start());
}

Test(shadow, clear_two_level) {
    refuse_direct = true;
    clear_all_sizes(fake_start());
}

/* A discarded range gives its sets of records back. */
Test(shadow, clearing_frees_sets) {
    struct det_task *m = fake_start();
    struct det_task *a = fake_go(m, 2), *b = fake_go(m, 3);
    uint64_t after_first = 0;
    for (unsigned round = 0; round < 50; round++) {
        for (uintptr_t at = 0; at < 200000; at += 1024) {
            det_access(a, BASE + at, 4, READ, 0x10);
            det_access(b, BASE + at, 4, READ, 0x20);
        }
        det_memory_forget(BASE, 1 << 20);
        after_first = round ? after_first : det.recsets.table.next;
    }
    cr_assert_eq(det.recsets.table.next, after_first);
}

Test(shadow, no_address_of_user_space) {
    struct det_task *m = fake_start();
    det_access(m, UINTPTR_MAX - 3, 8, WRITE, 0x10);
    det_access(m, (uintptr_t)1 << 47, 8, WRITE, 0x10);
    det_access(m, BASE, 0, WRITE, 0x10);
    det_memory_forget(UINTPTR_MAX - 100, 1000);
    det_memory_forget(BASE, 0);
    cr_assert_eq(race_found(), 0);
}

Test(record, packing) {
    uint64_t rec = record_make(RECORD_SITE_MAX - 1, 0x85, 0x3ffffffe);
    cr_assert_eq(record_site(rec), RECORD_SITE_MAX - 1);
    cr_assert_eq(record_mask(rec), 0x85);
    cr_assert_eq(record_segment(rec), 0x3ffffffe);
    cr_assert_not(record_is_shared(rec));
    cr_assert_not(record_is_locked(rec));
    cr_assert(record_is_locked(RECORD_LOCKED | 3));
    cr_assert(record_is_shared(record_of_set(9, rec)));
    cr_assert_eq(record_set(record_of_set(9, rec)), 9);
    cr_assert_eq(record_mask(record_of_set(9, rec)), 0x85);
    cr_assert_eq(record_bytes(8, 9, 2), 0x6);
    cr_assert_eq(record_bytes(8, 0, 100), 0xff);
    cr_assert_eq(record_bytes(8, 15, 4), 0x80);
    cr_assert_eq(record_bytes(8, 4, 5), 0x1);
}
