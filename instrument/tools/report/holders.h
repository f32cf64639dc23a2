/* holders.h - who keeps whom waiting, of the tasks of one finding? */
#ifndef RADDLE_TOOLS_REPORT_HOLDERS_H
#define RADDLE_TOOLS_REPORT_HOLDERS_H

#include <jansson.h>
#include <stdbool.h>

/* Adds to each wait who holds what it waits for; and, where those only read and so does who waits, behind whom. An
 * rwlock of POSIX may let readers in first: of one who waits there that is only known where it is proved that nobody
 * goes on. */
void holders_note(json_t *tasks, bool proved);

/* Of a task whose wait nobody in particular ends: one of `tasks` that waits for what it holds meanwhile, or runs, and so
 * may be who would end it; *how: as it stands in the "held_by" of that one. NULL: nobody does. */
const json_t *holders_kept_out(const json_t *tasks, const json_t *task, const json_t **how);

#endif
