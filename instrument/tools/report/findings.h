/* findings.h - one raw record as one finding of the model. */
#ifndef RADDLE_TOOLS_REPORT_FINDINGS_H
#define RADDLE_TOOLS_REPORT_FINDINGS_H

#include <jansson.h>
#include <stdbool.h>

#include "instrument/tools/report/pieces.h"

/* A RECORD_RACE. NULL: the record lacks its two accesses. */
json_t *finding_race(const struct scene *scene);
/* A RECORD_DEADLOCK, with those that stood still in the end because of it. */
json_t *finding_deadlock(const struct scene *scene);
/* A RECORD_DEADLOCK of all goroutines may be what an earlier one led to: the index of that one, which tells of both;
 * RAW_NO_OWNER: it stands for itself. */
size_t finding_deadlock_before(const struct scene *scene);
/* A RECORD_LOCK_ORDER. NULL: no cycle of two tasks or more. portability: what only other systems would do is an
 * error, too. */
json_t *finding_order(const struct scene *scene, bool portability);
/* A RECORD_LEAK. strict: whatever is left at exit is an error [D10]. */
json_t *finding_leak(const struct scene *scene, bool strict);
/* The title of such a finding, if it were of so many tasks. A new string. */
char *finding_leak_title(const json_t *finding, json_int_t tasks);
/* An array of the tasks of a leak's record, with who holds what they wait for: the first one is the leak, the others tell
 * why. Owned by the caller. */
json_t *finding_waiters(const struct scene *scene);
/* A RECORD_TIMEOUT: a note that lists all tasks, those that wait first. */
json_t *finding_timeout(const struct scene *scene);
/* A RECORD_DUMP: no finding, but all tasks with who waits for whom. */
json_t *finding_dump(const struct scene *scene);
/* A RECORD_MISUSE. NULL: it cannot be understood. */
json_t *finding_misuse(const struct scene *scene, bool portability, bool strict);
/* A record that says it in words of its own; kind is "panic" or "misuse". */
json_t *finding_message(const struct scene *scene, const char *kind);

#endif
