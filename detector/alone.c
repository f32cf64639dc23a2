/* alone.c - is there nobody whom what this task does could race with? */
#include "detector/alone.h"

#include "detector/core.h"
#include "detector/state.h"

/* Of all bytes of a granule, whoever looks: only the segment is compared. */
static void fill_first_block(uint64_t word) {
    uint64_t *block = (uint64_t *)shadow_base;
    for (int i = 0; i < 8; i++) {
        __atomic_store_n(&block[i], word, __ATOMIC_RELAXED);
    }
}

/* The block last: who finds it meanwhile did what it says. */
static void end(void) {
    det.alone.kept = true;
    __atomic_store_n(&det.alone.now, 0, __ATOMIC_SEQ_CST);
    shadow_hide(false);
    fill_first_block(0);
}

static bool are_others(void) {
    return __atomic_load_n(&det.alone.others, __ATOMIC_SEQ_CST) != 0;
}

/* A thread that nobody created may come between the two looks: it sees `now`, or is seen. */
static void begin(void) {
    __atomic_store_n(&det.alone.now, 1, __ATOMIC_SEQ_CST);
    shadow_hide(true);
    if (are_others()) {
        end();
    }
}

void alone_pass(struct det_task *t) {
    uint32_t segment = task_segment(t);
    fill_first_block(segment ? record_make(0, RECORD_ALL, segment) : 0);
    if (!__atomic_load_n(&det.alone.now, __ATOMIC_SEQ_CST)) { /* it ended meanwhile */
        fill_first_block(0);
    }
}

void det_alone_ends(void) {
    __atomic_fetch_add(&det.alone.others, 1, __ATOMIC_SEQ_CST);
    alone_end();
}

void alone_end(void) {
    if (task_is_alone()) {
        end();
    }
}

static void begin_if_alone(const struct det_task *t) {
    if (det.alone.watched && !are_others() && t->held.n == 0) {
        begin();
    }
}

void det_alone_watched(struct det_task *t) {
    det.alone.watched = true;
    begin_if_alone(t);
}

void det_alone_joined(struct det_task *t) {
    __atomic_fetch_sub(&det.alone.others, 1, __ATOMIC_SEQ_CST);
    begin_if_alone(t);
}

void alone_fork_child(const struct det_task *t) {
    det.alone.others = t == NULL; /* who was not known is one who may be anybody */
    if (t) {
        begin_if_alone(t);
    } else {
        alone_end();
    }
}
