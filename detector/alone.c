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

void alone_pass(struct det_task *t) {
    uint32_t segment = task_segment(t);
    fill_first_block(segment ? record_make(0, RECORD_ALL, segment) : 0);
}

static void begin(void) {
    __atomic_store_n(&det.alone.now, 1, __ATOMIC_RELAXED);
    shadow_hide(true);
}

/* The block last: who finds it meanwhile did what it says. */
void det_alone_ends(void) {
    if (task_is_alone()) {
        __atomic_store_n(&det.alone.now, 0, __ATOMIC_SEQ_CST);
        shadow_hide(false);
        fill_first_block(0);
    }
}

void alone_create(void) {
    __atomic_fetch_add(&det.alone.others, 1, __ATOMIC_RELAXED);
    det_alone_ends();
}

void det_alone_watched(void) {
    det.alone.watched = true;
    if (det.alone.others == 0) {
        begin();
    }
}

void det_alone_joined(void) {
    uint32_t left = __atomic_sub_fetch(&det.alone.others, 1, __ATOMIC_RELAXED);
    if (left == 0 && det.alone.watched) {
        begin();
    }
}

void alone_fork_child(void) {
    det.alone.others = 0;
    if (det.alone.watched) {
        begin();
    }
}
