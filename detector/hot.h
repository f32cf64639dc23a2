/* hot.h - the paths of an access and a call that run in every instrumented instruction.
 *
 * Model    Shadow: every 32 bytes of the program have a 64-byte block of eight words, w[0..3] then
 *          r[0..3]: the last write and the last read of each 8-byte granule, see record.h. An access
 *          that this task has recorded in this segment already is found by one load and one compare
 *          and needs nothing else [FT09 "same epoch"]; everything else is access_slow's.
 * Zone     HOT: no call but the cold one in tail position, no lock, no loop.
 * Budget   write of 4 bytes: 3 loads (base, mask, segment), 1 shadow load, 9 ALU, 1 branch, no
 *          store; a read that misses r loads w as well. call_enter: 3 loads, 3 stores, 1 branch. The
 *          benchmark that guards them is tests/bench; tests/style looks at the object code.
 * Signals  A handler may run at any instruction here. Accesses only read. call_enter raises depth
 *          before it stores its frame, so that the frames of a handler that interrupts the core land
 *          above it; the hook of calls, which no guard protects, is completed for it (signals.c in
 *          instrument/).
 */
#ifndef RADDLE_DETECTOR_HOT_H
#define RADDLE_DETECTOR_HOT_H

/* For hooks written in assembly. Law: when shadow_base is HOT_SHADOW, the word HOT_MASK bytes from
 * there is equal to shadow_mask at all times. */
#define HOT_SHADOW 0x600000000000
#define HOT_MASK   (-8)
/* Of records and blocks (record.h, shadow.h). */
#define HOT_GRANULE    8
#define HOT_BLOCK      32 /* bytes of the program */
#define HOT_SHIFT      1  /* bytes of shadow for each of them, log2 */
#define RECORD_MASK_AT 30
#define RECORD_SITE_AT 38
#define RECORD_ALL     0xff /* the mask of a whole granule */

#ifndef __ASSEMBLER__

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "detector/event.h"

#define DET_HIDDEN __attribute__((visibility("hidden")))
#define DET_COLD   __attribute__((noinline, cold))

/* The part of a task that these paths use; the first member of struct det_task. */
struct task_hot {
    uint64_t segment; /* segment of my plain records, even; 0: none yet in this epoch */
    int32_t depth;    /* frames on the shadow stack; may pass frame_slots (unknown frames), and
                         may be negative after more exits than entries */
    uint32_t frame_slots;
    struct call_frame *frames;    /* frames[0] is the outermost; see calls.h */
    uintptr_t stack_lo, stack_hi; /* the machine stack that they are of; 0: not known */
};

#define FRAME_NODE ((uint64_t)1 << 63) /* in a path: the rest is a node */
#define FRAME_SEEN ((uint64_t)1 << 62) /* looked at by calls_heal */

/* One frame of a shadow stack. */
struct call_frame {
    uint64_t path; /* return address into the caller, or a node of the tree of paths: calls.h */
    uintptr_t sp;  /* the stack pointer when the callee told of its entry; 0: not known */
};

/* Law      base never changes once set; mask is what it is, or 0, which sends every access to the block at base + 0. That
 *          is no address's, and zero, so that all go on to the slow path; but while a task is alone it has what
 *          ends them here (alone.h). */
extern DET_HIDDEN uintptr_t shadow_base;
extern DET_HIDDEN uintptr_t shadow_mask;

/* What the fast path could not decide. bits: enum ev_access. */
DET_HIDDEN DET_COLD void access_slow(struct det_task *t, uintptr_t addr, size_t size, uint32_t bits,
                                     uintptr_t pc);
/* An access in a width of its own, that the fast path could not decide. _has_: whether it is recorded
 * already; any time, even in a handler that interrupted the core. The others are access_slow. */
#define HOT_WIDTH(n)                                                                               \
    DET_HIDDEN bool access_has_read##n(const struct det_task *t, uintptr_t addr);                  \
    DET_HIDDEN bool access_has_write##n(const struct det_task *t, uintptr_t addr);                 \
    DET_HIDDEN void access_read##n(struct det_task *t, uintptr_t addr, uintptr_t pc);              \
    DET_HIDDEN void access_write##n(struct det_task *t, uintptr_t addr, uintptr_t pc);
HOT_WIDTH(1)
HOT_WIDTH(2)
HOT_WIDTH(4)
HOT_WIDTH(8)
HOT_WIDTH(16)
#undef HOT_WIDTH
/* t found its read at addr in a set: the block shall say so, from now on (wide.h); if t insists, even where
 * that drives another reader out, who may have ended. */
DET_HIDDEN void wide_find(struct det_task *t, uintptr_t addr, bool insists);
/* The stack has no room for the frame just entered, or too many exits were seen. */
DET_HIDDEN DET_COLD void calls_enter_slow(struct det_task *t, uintptr_t pc, uintptr_t sp);
/* t's code runs with this stack pointer: frames below it were left without an exit, and go. */
DET_HIDDEN void calls_heal(struct det_task *t, uintptr_t sp);

static inline uint64_t hot_word(const uint64_t *word) {
    /* Relaxed: a hit only says what this task itself did. */
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static inline __attribute__((always_inline)) const uint64_t *hot_block(uintptr_t addr) {
    return (const uint64_t *)(shadow_base + ((addr & shadow_mask) << HOT_SHIFT));
}

/* Which granule of its block addr is in. */
static inline __attribute__((always_inline)) unsigned hot_place(uintptr_t addr) {
    return (unsigned)(addr / HOT_GRANULE) % (HOT_BLOCK / HOT_GRANULE);
}

/* Zero when the record `word` is of segment `seg` and covers the bytes of a `size`-byte access at
 * addr within its granule (all, for larger sizes). Layout: record.h. */
static inline uint64_t hot_miss(uint64_t word, uint64_t seg, uintptr_t addr, unsigned size) {
    uint64_t differs = word ^ (seg | (uint64_t)RECORD_ALL << RECORD_MASK_AT);
    if (size >= HOT_GRANULE) {
        return differs << (64 - RECORD_SITE_AT);
    }
    uint64_t bytes = (uint64_t)((1u << size) - 1) << (RECORD_MASK_AT + (addr & 7));
    return differs & (bytes | ((1u << RECORD_MASK_AT) - 1));
}

/* Whether the records at `words` (of one kind, w or r) cover the whole access. */
static inline bool hot_hit(const uint64_t *words, uint64_t seg, uintptr_t addr, unsigned size) {
    uint64_t miss;
    if (size <= HOT_GRANULE) {
        miss = hot_miss(hot_word(words + hot_place(addr)), seg, addr, size);
    } else {
        const uint64_t *pair = words + (hot_place(addr) & 2);
        miss =
            hot_miss(hot_word(pair), seg, addr, 16) | hot_miss(hot_word(pair + 1), seg, addr, 16);
    }
    return (miss | (addr & (size - 1))) == 0; /* misaligned: never a hit */
}

/* Whether some word of an access that misses stands for a set, which may have what no word shows. */
static inline __attribute__((always_inline)) bool hot_has_set(uintptr_t addr, unsigned size) {
    const uint64_t *block = hot_block(addr);
    unsigned first = hot_place(addr) & (size == 16 ? 2 : 3);
    uint64_t any = 0;
#pragma GCC unroll 2
    for (unsigned i = first; i < first + (size + 7) / 8; i++) {
        any |= hot_word(block + i) | hot_word(block + 4 + i);
    }
    return any >> 63 != 0;
}

/* Whether the records of one kind (words: 0 the writes, 4 the reads) cover an access that may be misaligned,
 * and lie in several blocks. Layout: record.h. */
static inline bool hot_covers(uint64_t seg, uintptr_t addr, size_t size, unsigned words) {
    if (shadow_mask == 0) { /* the first block stands for all, or for nothing (alone.h) */
        return hot_miss(hot_word((const uint64_t *)shadow_base + words), seg, 0, HOT_GRANULE) == 0;
    }
    uint64_t miss = 0;
    for (uintptr_t at = addr & ~(uintptr_t)7; at < addr + size && miss == 0; at += HOT_GRANULE) {
        uint64_t bytes = RECORD_ALL;
        bytes = at < addr ? bytes << (addr - at) & RECORD_ALL : bytes;
        bytes = at + 8 > addr + size ? bytes & (RECORD_ALL >> (at + 8 - addr - size)) : bytes;
        uint64_t differs = hot_word(hot_block(at) + words + hot_place(at)) ^
                           (seg | (uint64_t)RECORD_ALL << RECORD_MASK_AT);
        miss |= differs & (bytes << RECORD_MASK_AT | ((1u << RECORD_MASK_AT) - 1));
    }
    return miss == 0;
}

/* Whether a wide word of the block shows that this segment has read the whole access (wide.h). */
static inline __attribute__((always_inline)) bool
hot_has_read(const uint64_t *block, uintptr_t addr, unsigned size, uint64_t seg) {
    uint64_t granules = (uint64_t)((1u << (size + 7) / 8) - 1)
                        << (RECORD_MASK_AT + hot_place(addr));
    uint64_t looked_at = (uint64_t)3 << 62 | granules | ((1u << RECORD_MASK_AT) - 2);
    uint64_t shown = (uint64_t)3 << 62 | granules | seg;
    bool found = false;
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        found |= ((hot_word(block + 4 + i) ^ shown) & looked_at) == 0;
    }
    return found && (addr & (size - 1)) == 0;
}

/* A plain access of `size` (1, 2, 4, 8 or 16: a constant) bytes. t is not NULL. A misaligned
 * address is legal and slow. */
static inline __attribute__((always_inline)) void
hot_access(struct det_task *t, uintptr_t addr, unsigned size, bool write, uintptr_t pc) {
    const uint64_t *block = hot_block(addr);
    uint64_t seg = ((const struct task_hot *)t)->segment;
    if (write) {
        if (__builtin_expect(hot_hit(block, seg, addr, size), 1)) {
            return;
        }
    } else if (__builtin_expect(hot_hit(block + 4, seg, addr, size), 1) ||
               hot_hit(block, seg, addr, size)) {
        return; /* an own write of this segment covers the read */
    }
    access_slow(t, addr, size, write ? EV_WRITE : EV_READ, pc);
}

/* A call: pc is the return address into the caller, sp as in struct call_frame. t is not NULL. */
static inline __attribute__((always_inline)) void hot_call_enter_at(struct det_task *t,
                                                                    uintptr_t pc, uintptr_t sp) {
    struct task_hot *hot = (struct task_hot *)t;
    int32_t at = hot->depth;
    hot->depth = at + 1;
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    if (__builtin_expect((uint32_t)at < hot->frame_slots, 1)) {
        hot->frames[at].path = pc;
        hot->frames[at].sp = sp;
        return;
    }
    calls_enter_slow(t, pc, sp);
}

static inline __attribute__((always_inline)) void hot_call_enter(struct det_task *t, uintptr_t pc) {
    hot_call_enter_at(t, pc, 0);
}

static inline __attribute__((always_inline)) void hot_call_exit(struct det_task *t) {
    ((struct task_hot *)t)->depth -= 1;
}

/* Before an event that needs t's path: sp is t's stack pointer at the event, or anything lower, which
 * finds less. Nearly always the innermost frame has been looked at, and is alive. */
static inline void hot_call_at(struct det_task *t, uintptr_t sp) {
    const struct task_hot *hot = (const struct task_hot *)t;
    uint32_t at = (uint32_t)hot->depth - 1;
    if (at < hot->frame_slots) {
        const struct call_frame *frame = &hot->frames[at];
        if (frame->path < FRAME_SEEN || frame->sp - sp >= hot->stack_hi - sp) {
            calls_heal(t, sp);
        }
    }
}

#endif
#endif
