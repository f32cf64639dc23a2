/* lock_labels.h - what tasks hold and wait for: by one label wherever it is told, and by another than all others.
 *
 * A lock that is held is known by its address, and by a name if it has one; what is waited for may also be told by
 * where it was made. Where the two are one lock, they are called the same. Different ones that were made at one place
 * get numbers, in the order in which the finding tells them: addresses differ from run to run, titles should not.
 */
#ifndef RADDLE_TOOLS_REPORT_LOCK_LABELS_H
#define RADDLE_TOOLS_REPORT_LOCK_LABELS_H

#include <jansson.h>

/* Of tasks as a finding has them, with "holds" and "wait". */
void lock_labels(json_t *tasks);

/* Of locks that are told together, in no order. */
void lock_labels_apart(json_t *locks);

/* "mutex 2" of "mutex 2 made in f at a.c:7", where that is told in full besides. Borrowed. */
const char *lock_label_short(const json_t *lock);

#endif
