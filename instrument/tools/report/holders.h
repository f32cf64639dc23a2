/* holders.h - who keeps whom waiting, of the tasks of one finding? */
#ifndef RADDLE_TOOLS_REPORT_HOLDERS_H
#define RADDLE_TOOLS_REPORT_HOLDERS_H

#include <jansson.h>
#include <stdbool.h>

/* Adds to each wait who holds what it waits for; and, where those only read and so does who waits, behind whom. An
 * rwlock of POSIX may let readers in first: of one who waits there that is only known where it is proved that nobody
 * goes on. */
void holders_note(json_t *tasks, bool proved);

#endif
