/* whose.h - whose memory is this: a heap block's, a stack's, a thread's own storage?
 *
 * Use      Reports only. Globals are known to the tools by their addresses alone.
 * Cost     All blocks, and all tasks, are looked through: a record asks for a few addresses (WHOSE_AT_MOST).
 */
#ifndef RADDLE_DETECTOR_WHOSE_H
#define RADDLE_DETECTOR_WHOSE_H

#include "detector/findings.h"
#include "detector/task.h"

#define WHOSE_AT_MOST 16u /* of the locks and objects of one record; 1 ms each with 10^6 blocks */

/* Appends the ITEM_BLOCK that addr lies in, with what it owns, to the record that is being written. Of a thread's stack
 * the variable is only looked for where `self`, the caller, is that thread: others may end meanwhile. */
DET_HIDDEN void whose_write(enum item_role role, const struct det_task *self, uintptr_t addr);

#endif
