/* lock_labels.h - what the tasks of a deadlock hold and wait for, by one label wherever it is told.
 *
 * A lock that is held is known by its address, and by a name if it has one; what is waited for may also be told by
 * where it was made. Where the two are one lock, they are called the same; and different ones that were
 * made at one place are told apart by their addresses.
 */
#ifndef RADDLE_TOOLS_REPORT_LOCK_LABELS_H
#define RADDLE_TOOLS_REPORT_LOCK_LABELS_H

#include <jansson.h>

/* Of tasks as a finding has them, with "holds" and "wait". */
void lock_labels(json_t *tasks);

#endif
