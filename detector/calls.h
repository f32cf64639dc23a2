/* calls.h - which calls is a task inside now?
 *
 * Model    A shadow stack: one frame per instrumented function that was entered and not yet left.
 *          Its path is the return address and, once the path was needed, FRAME_NODE | node of the
 *          tree (context.h). 0: unknown, left out of the path.
 * Law      Frames below a materialised frame are materialised.
 * Healing  Compiled code tells of every entry, but not of the exits that a jump skips: longjmp, an
 *          exception through functions without cleanups, cancellation, somebody's assembly. What
 *          is left behind lies below the stack pointer of the code that runs now, or below that at
 *          which a later frame was called (the place of its return address):
 *
 *              F  sp 960      F calls G; G is jumped over; F calls H, which is larger than G.
 *              G  sp 920 ✗    H was called with F's stack pointer at 944, where its return
 *              H  sp 880      address lies; G was entered below that, so G is gone.
 *
 *          So every event that needs the path first lets go what was left (calls_heal), each frame
 *          being looked at once. Not found: frames left by a jump that nobody told of (jump.c in
 *          instrument/) when code without hooks then calls back from deeper than they lie.
 * Callback Where code without hooks (qsort) was called by F and calls back, the call that F makes is
 *          read from the stack, so that F is in the path.
 * Stacks   Only frames on the machine stack that the code runs on are judged: a handler on an
 *          alternate stack, or a coroutine that nobody told of, keeps what is there. A coroutine
 *          that we are told of has frames of its own (struct call_stack).
 * Thread   the task's own events, on its own stack: what is read there belongs to live frames.
 */
#ifndef RADDLE_DETECTOR_CALLS_H
#define RADDLE_DETECTOR_CALLS_H

#include "detector/arena.h"

#define FRAMES_AT_FIRST 16u /* even; grow_frames keeps that with the slot it takes for itself */

/* The frames of one machine stack. The one in use is in task_hot instead, but for lo and hi. */
struct call_stack {
    struct call_frame *frames;
    uint32_t slots;
    int32_t depth;
    uintptr_t lo, hi;
};

/* The node of t's present path; materialises the frames that were not yet needed. */
DET_HIDDEN uint32_t calls_path(struct det_task *t);

/* The site, of a call that t makes now, with the calls that led there, as far as the host can read them: of code that
 * does not tell of its calls. No lock of the core is held. Cost: of code that does, two loads. */
DET_HIDDEN uint32_t calls_read(struct det_task *t, uint32_t site);

/* The calls that a task is inside of that runs on another thread meanwhile, innermost first: its own place as far as its last
 * call tells it, and what was there at two looks. Returns how many of them are in pcs. Zone COLD. */
#define CALLS_SEEN 64u
DET_HIDDEN size_t calls_seen(const struct det_task *t, uint64_t pcs[CALLS_SEEN]);

/* The call of t's whose frame holds `addr`, an address of its stack, which ends at `stack_hi`; false: none that told of its entry.
 * *cfa: behind its return address; *pc: a return address within it. Another task's frames may change
 * meanwhile, but not that of a living variable; what is told fits to its stack in any case. */
DET_HIDDEN bool calls_frame_of(const struct det_task *t, uintptr_t stack_hi, uintptr_t addr,
                               uintptr_t *cfa, uintptr_t *pc);

/* Gives t its first frames. */
DET_HIDDEN void calls_task_init(struct det_task *t);
DET_HIDDEN void calls_task_drop(struct det_task *t);
/* t's own frames are of the machine stack [lo, hi). */
DET_HIDDEN void calls_set_stack(struct det_task *t, uintptr_t lo, uintptr_t hi);

#endif
