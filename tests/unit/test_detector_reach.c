/* test_detector_reach.c - what memory can be got at: the laws one by one, and against a search that goes word by word. */
#include <criterion/criterion.h>

#include "detector/reach.h"
#include "fake_host.h"

#define WORDS 64

static uintptr_t memory[1024];
static struct reach r;

static uintptr_t at(unsigned word) {
    return (uintptr_t)&memory[word];
}

static void begin(void) {
    fake_start();
    zero_bytes(memory, sizeof memory);
    cr_assert(reach_new(&r, 1024));
}

static void block(unsigned from, unsigned to) {
    reach_piece(&r, at(from), at(to), REACH_BLOCK);
}

static void see_memory(uintptr_t lo, uintptr_t hi) {
    reach_see(&r, lo, hi, REACH_FROM_MEMORY);
}

/* Everything that is neither piece nor hole, and what it leads to. */
static void see_all(void) {
    reach_seal(&r);
    reach_each_rest(&r, at(0), at(1024), see_memory);
    reach_follow(&r);
}

static bool has(unsigned word) {
    return reach_has(&r, at(word));
}

Test(reach, follows_pointers_into_blocks) {
    begin();
    memory[0] = at(101);   /* static, into the middle of a block */
    memory[101] = at(200); /* which leads to another */
    memory[300] = at(100); /* of a block that nobody leads to */
    block(100, 110);
    block(200, 210);
    block(300, 310);
    see_all();
    cr_assert(has(105) && has(209) && !has(300));
    cr_assert(has(50), "what is in no piece counts as reached");
    reach_drop(&r);
}

Test(reach, sees_nothing_in_holes) {
    begin();
    memory[20] = at(100);
    memory[110] = at(100); /* freed */
    block(100, 104);
    reach_hole(&r, at(10), at(30));
    reach_hole(&r, at(110), at(120));
    see_all();
    cr_assert(!has(100));
    reach_drop(&r);
}

Test(reach, of_a_block_within_a_hole) {
    begin();
    memory[0] = at(25);
    memory[26] = at(100);
    block(24, 28);
    block(100, 104);
    reach_hole(&r, at(10), at(40));
    see_all();
    cr_assert(has(24) && has(100));
    reach_drop(&r);
}

/* Of the allocator's own words both are what lies behind. */
Test(reach, the_end_and_the_last_word_do_not_count_for_the_allocator) {
    begin();
    block(100, 105);
    block(200, 205);
    reach_seal(&r);
    reach_word(&r, at(105), REACH_FROM_ALLOCATOR);
    reach_word(&r, at(104), REACH_FROM_ALLOCATOR);
    cr_assert(!has(100));
    reach_word(&r, at(104), REACH_FROM_MEMORY);
    reach_word(&r, at(205), REACH_FROM_MEMORY);
    cr_assert(has(100) && has(200));
    reach_drop(&r);
}

Test(reach, upper_bits_may_hold_a_counter) {
    begin();
    block(100, 105);
    reach_seal(&r);
    reach_word(&r, at(100) | (uintptr_t)7 << 48, REACH_FROM_MEMORY);
    cr_assert(has(100));
    reach_drop(&r);
}

Test(reach, a_task_in_hand_counts_for_who_runs) {
    begin();
    reach_piece(&r, at(100), at(104), REACH_TASK);
    reach_seal(&r);
    reach_word(&r, at(100), REACH_FROM_STACK);
    cr_assert(!has(100));
    reach_word(&r, at(100), REACH_FROM_RUNNING);
    cr_assert(has(100));
    reach_drop(&r);
}

Test(reach, blocks_at_one_place_are_both_seen) {
    begin();
    memory[101] = at(200);
    memory[107] = at(300);
    memory[109] = at(400);
    block(100, 110); /* its end was not told */
    block(106, 108);
    for (unsigned i = 200; i <= 400; i += 100) {
        block(i, i + 2);
    }
    see_all();
    cr_assert(has(200) && has(300) && has(400));
    reach_drop(&r);
}

Test(reach, packed_pointers_are_found_exactly) {
    begin();
    *(any_word *)((char *)&memory[0] + 3) = at(100);
    block(100, 104);
    see_all();
    cr_assert(!has(100));
    reach_drop(&r);
    cr_assert(reach_new(&r, 64));
    r.exact = true;
    block(100, 104);
    see_all();
    cr_assert(has(100));
    reach_drop(&r);
}

Test(reach, says_so_when_it_is_full) {
    begin();
    for (unsigned i = 0; i < 1100; i++) {
        reach_piece(&r, 4096 + 64 * (uintptr_t)i, 4096 + 64 * (uintptr_t)i + 8, REACH_BLOCK);
    }
    cr_assert(r.full);
    reach_drop(&r);
}

/* -- against a model ------------------------------------------------------------------------ */

/* Blocks of 1 to 8 words, side by side or apart; 0: none. */
static unsigned start_of[1024];

static void make_blocks(uint64_t seed) {
    for (unsigned i = WORDS; i + 8 < 1024;) {
        seed = mix64(seed + i);
        unsigned n = 1 + seed % 8;
        for (unsigned j = i; j < i + n && (seed >> 8) % 4 != 0; j++) {
            start_of[j] = i;
        }
        if ((seed >> 8) % 4 != 0) {
            block(i, i + n);
        }
        i += n;
    }
}

static void make_pointers(uint64_t seed) {
    for (unsigned i = 0; i < 1024; i++) {
        seed = mix64(seed + i);
        memory[i] = seed % (i < WORDS ? 16 : 3) == 0 ? at(seed / 64 % 1024) + seed / 7 % 8 : seed;
    }
}

static bool lead_to(bool *reached, uintptr_t pointer) {
    uintptr_t word = (pointer - at(0)) / 8;
    bool is_new = word < 1024 && start_of[word] != 0 && !reached[start_of[word]];
    if (is_new) {
        reached[start_of[word]] = true;
    }
    return is_new;
}

/* Marks the blocks that words lead to, until nothing changes: a block is reached when its first word is marked. */
static void search(bool *reached) {
    for (bool changed = true; changed;) {
        changed = false;
        for (unsigned i = 0; i < 1024; i++) {
            bool seen = start_of[i] == 0 || reached[start_of[i]];
            changed |= seen && (lead_to(reached, memory[i]) ||
                                (memory[i] % 8 == 0 && lead_to(reached, memory[i] - 1)));
        }
    }
}

Test(reach, as_a_search_of_every_word) {
    fake_start();
    for (uint64_t seed = 1; seed <= 300; seed++) {
        bool reached[1024] = {false};
        zero_bytes(start_of, sizeof start_of);
        cr_assert(reach_new(&r, 1024));
        make_blocks(seed);
        make_pointers(seed * 977);
        search(reached);
        see_all();
        for (unsigned i = 0; i < 1024; i++) {
            cr_assert_eq(has(i), start_of[i] == 0 || reached[start_of[i]], "seed %d, word %u",
                         (int)seed, i);
        }
        reach_drop(&r);
    }
}
