/* annotations.h - the edges that a program tells of itself, for any address.
 *
 * Keys     Two for each address: one of its own, above all addresses of the program, and the address
 *          itself, whose clock it shares with atomics there. The first keeps what an atomic store that
 *          is no release takes back from the second; the second meets atomics that release or acquire
 *          where the other side is annotated (`__tsan_acquire` in the place of a fence).
 * Zone     SYNC.
 */
#ifndef RADDLE_INSTRUMENT_ANNOTATIONS_H
#define RADDLE_INSTRUMENT_ANNOTATIONS_H

#include "instrument/front.h"

HIDDEN void annotation_publish(uintptr_t addr);
HIDDEN void annotation_receive(uintptr_t addr);
/* The memory begins anew. Inside event_enter. */
HIDDEN void annotation_forget(struct det_task *t, uintptr_t addr, size_t size);

#endif
