/* lockmemo.c - is a lock in a set, and do two sets exclude each other, asked of one set after the other? */
#include "detector/lockmemo.h"

#include "detector/state.h"

void lockmemo_begin(void) {
    det.lock_memo.lock = 0;
    det.lock_memo.with = 0;
}

/* The answer for `set` from an earlier one of the same question; false: there is none. */
static bool is_known(const struct lockmemo_answer *answers, uint64_t question, uint32_t set,
                     uint32_t *answer) {
    const struct lockmemo_answer *at = &answers[set % LOCKMEMO_PLACES];
    *answer = at->answer;
    return at->question == question && at->set == set;
}

/* All from `set` on, up to `end`, have the same answer. */
static void remember(struct lockmemo_answer *answers, uint64_t question, uint32_t set, uint32_t end,
                     uint32_t answer) {
    for (; set != end; set = lockset_at(set)->without) {
        answers[set % LOCKMEMO_PLACES] =
            (struct lockmemo_answer){.question = question, .set = set, .answer = answer};
    }
}

const struct held_lock *lockmemo_holds(uint32_t set, uintptr_t lock, uint64_t *steps) {
    struct lockmemo *memo = &det.lock_memo;
    if (memo->lock != lock) {
        memo->lock = lock;
        memo->holds = ++memo->questions;
    }
    uint32_t at = set, answer = 0;
    while (at && !is_known(memo->held, memo->holds, at, &answer)) {
        ++*steps;
        if (lockset_at(at)->held.lock == lock) {
            answer = at;
            break;
        }
        at = lockset_at(at)->without;
        answer = 0;
    }
    remember(memo->held, memo->holds, set, at, answer);
    return answer ? &lockset_at(answer)->held : NULL;
}

/* -- gates ---------------------------------------------------------------------------------- */

static struct lockmemo_answer *first_place(uintptr_t lock) {
    return &det.lock_memo.gate[mix64(lock) % LOCKMEMO_GATES];
}

static struct lockmemo_answer *next_place(const struct lockmemo_answer *place) {
    return &det.lock_memo.gate[(size_t)(place - det.lock_memo.gate + 1) % LOCKMEMO_GATES];
}

static void compare_with(uint32_t set, uint64_t *steps) {
    struct lockmemo *memo = &det.lock_memo;
    uint32_t n = 0;
    memo->with = set;
    memo->excludes = ++memo->questions;
    for (uint32_t at = set; at && n < LOCKMEMO_GATES / 2; at = lockset_at(at)->without) {
        struct lockmemo_answer *place = first_place(lockset_at(at)->held.lock);
        while (place->question == memo->excludes) {
            place = next_place(place);
        }
        *place = (struct lockmemo_answer){.question = memo->excludes, .set = at};
        n++;
    }
    memo->full = n == LOCKMEMO_GATES / 2;
    *steps += n;
}

static bool excludes(const struct held_lock *a, const struct held_lock *b) {
    return a->lock == b->lock && ((a->mode & b->mode) & EV_LOCK_READ) == 0;
}

/* Whether the lock excludes the set that is compared with. */
static bool is_gate(const struct held_lock *lock) {
    const struct lockmemo_answer *place = first_place(lock->lock);
    while (place->question == det.lock_memo.excludes) {
        if (excludes(&lockset_at(place->set)->held, lock)) {
            return true;
        }
        place = next_place(place);
    }
    return det.lock_memo.full;
}

bool lockmemo_excludes(uint32_t with, uint32_t set, uint64_t *steps) {
    struct lockmemo *memo = &det.lock_memo;
    if (memo->with != with) {
        compare_with(with, steps);
    }
    uint32_t at = set, answer = 0;
    while (at && !is_known(memo->excluded, memo->excludes, at, &answer)) {
        ++*steps;
        if (is_gate(&lockset_at(at)->held)) {
            answer = at;
            break;
        }
        at = lockset_at(at)->without;
        answer = 0;
    }
    remember(memo->excluded, memo->excludes, set, at, answer);
    return answer != 0;
}
