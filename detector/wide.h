/* wide.h - who has read how much of a block that many read?
 *
 * Problem  The word of a set repeats one of its readers only (record.h). Of four tasks that read a table
 *          at random, three would look for themselves in the set, which is another line of memory: half of
 *          all the time of such programs.
 * Model    A word of reads that stands for a set may be wide: it repeats one segment for the whole block,
 *          with a bit for each granule of which it has read all bytes. So up to four readers find
 *          themselves in the line that an access looks at anyway (hot_has_read).
 * Law      While a wide word names the present segment of a task, each byte of its granules has a plain
 *          record of this segment, a read or a write. A record that is dropped because another stands for it
 *          (access.h, Kept) is of a segment that is over. Where others are dropped, because memory changes
 *          hands or a race was reported, every wide word of the block ends.
 * Form     mask: the granules, bit 0 the first. segment: with the low bit set, so that nobody takes the
 *          mask for one of bytes; but when all granules are read without it, and all bits of the mask,
 *          which hot.h may take for either.
 * Cost     Four comparisons in one line.
 */
#ifndef RADDLE_DETECTOR_WIDE_H
#define RADDLE_DETECTOR_WIDE_H

#include "detector/access.h"
#include "detector/block.h"

/* To be called when the read a has been recorded in granule i, whose word was `old`. */
DET_HIDDEN void wide_add(const struct access *a, struct held_block *b, unsigned i, uint64_t old);
/* To be called when records were dropped that nothing stands for. */
DET_HIDDEN void wide_end(struct held_block *b);

#endif
