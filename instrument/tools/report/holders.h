/* holders.h - who keeps whom waiting, of the tasks of one finding? */
#ifndef RADDLE_TOOLS_REPORT_HOLDERS_H
#define RADDLE_TOOLS_REPORT_HOLDERS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Adds to each wait who holds what it waits for; and, where those only read and so does who waits, behind whom. An
 * rwlock of POSIX may let readers in first: of one who waits there that is only known where it is proved that nobody
 * goes on. */
void holders_note(json_t *tasks, bool proved);

/* What stands behind the wait of the task of its i-th holder: ", held by thread 3 for reading". A new string. */
char *holders_words(const json_t *task, size_t i);
/* How it is held, of one of the "held_by": " for reading", or "". */
const char *holders_as(const json_t *by);

/* What was done to a lock that a task "holds", or to a once that it runs: "taken for reading". */
const char *holders_taken(const json_t *lock);

/* Its own share of the lock that the task waits to write; NULL: it has none. */
const json_t *holders_own_share(const json_t *task);

/* Of a task whose wait nobody in particular ends: one of `tasks` that waits for what it holds meanwhile, or runs, and so
 * may be who would end it; *how: as it stands in the "held_by" of that one. NULL: nobody does. */
const json_t *holders_kept_out(const json_t *tasks, const json_t *task, const json_t **how);

#endif
