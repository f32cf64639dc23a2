/* given.h - pointers that the program has given away by bytes: memory that they lead to may come back.
 *
 * Model    Words that were written into pipes, sockets and queues, or given to the kernel to be handed back later. Never
 *          taken out: whether they were read is not known. So what they lead to counts as reachable for ever.
 *          Kept are words that lie where the heap, mappings and stacks are, at most GIVEN_AT_MOST of them; of bytes at
 *          each offset at first, then at each fourth, the first MiB.
 *          Not seen: pointers in files; those that a system call of the program's own assembly takes (io_uring); memory
 *          mapped below the heap.
 * Thread   any; the reader too: a word is there before its giver's call returns.
 * Zone     SYNC. Leaves errno alone. fork's child has those of its parent.
 */
#ifndef RADDLE_INSTRUMENT_GIVEN_H
#define RADDLE_INSTRUMENT_GIVEN_H

#include "instrument/front.h"

#include <sys/uio.h>

#define GIVEN_SLOTS   16384u
#define GIVEN_AT_MOST (GIVEN_SLOTS / 4 * 3)

HIDDEN void given_word(uintptr_t word);
/* Memory that a call is about to read: it need not be readable. Cost: a system call a page. */
HIDDEN void given_bytes(const void *at, size_t n);
/* The list can be read. NULL: none. */
HIDDEN void given_parts(const struct iovec *part, size_t parts);

HIDDEN void given_each(void (*see)(uintptr_t word));
/* There were more than can be kept: what can be reached is not known any more. */
HIDDEN bool given_is_full(void);

/* From modules.c, for the program itself: the heap begins behind it. */
HIDDEN void given_heap_begins(uintptr_t at);

#endif
