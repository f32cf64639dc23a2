/* ending.h - how the command itself ended, where the verdict is not the reason of the status.
 *
 * A run without findings passes the command's own status on. Then the last line says so, and why, where
 * that is known: a deadlock ends its process (-o on_deadlock=exit), whoever has accepted it.
 */
#ifndef RADDLE_TOOLS_REPORT_ENDING_H
#define RADDLE_TOOLS_REPORT_ENDING_H

#include "instrument/tools/report/model.h"

#define CONDITION_ENDING "ended"

struct ending {
    int own;         /* the command's status as a shell says it */
    int signo;       /* of the signal that ended the command itself; 0: none */
    int of_deadlock; /* the status of a process that the detector ended for a deadlock */
};

/* "the command itself ended with status 3"; a new string. own is not 0. */
char *ending_text(const struct ending *ending);

/* ", because a deadlock ended it (ID, which is in the baseline): DO" where that is the reason, or of a process that the
 * command started; else "". A new string. */
char *ending_reason(const struct model *model, const struct ending *ending);

#endif
