/* reason.h - the sentence that says why nothing orders two accesses, and the one about their locks.
 *
 * Only facts that the record carries are told: what each task published and learnt [struct
 * raw_order], the locks they held, how the tasks are related. No guess about what the program meant.
 */
#ifndef RADDLE_TOOLS_REPORT_REASON_H
#define RADDLE_TOOLS_REPORT_REASON_H

#include <jansson.h>

#include "detector/findings.h"

/* later and earlier: accesses of the model; tasks: the finding's tasks. A new string. order may be
 * NULL (not recorded): then only what the locks and the tasks say. */
char *reason_unordered(const json_t *later, const json_t *earlier, const json_t *tasks,
                       const struct raw_order *order);
/* "No lock protects both: goroutine 7 held `mu`, goroutine 8 held none." A new string. */
char *reason_locks(const json_t *later, const json_t *earlier);

#endif
