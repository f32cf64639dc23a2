/* hint.h - what would mend this? One sentence, by the pattern that the accesses or waits make.
 *
 * A proposal, not a fact: it says which places would have to change and how programs of this pattern
 * are mended mostly. Nothing is proposed for what follows from another race, nor where no pattern fits.
 */
#ifndef RADDLE_TOOLS_REPORT_HINT_H
#define RADDLE_TOOLS_REPORT_HINT_H

#include <jansson.h>
#include <stdbool.h>

/* Of a finding with its accesses, object and tasks. A new string, or NULL. */
char *hint_race(const json_t *finding);

/* Of one with its tasks, who holds what noted; of a leak with its severity, and all tasks that its record tells of; of
 * one with its cycle. Likewise. in_handler: one of the tasks waits in the handler of a signal. */
char *hint_deadlock(const json_t *finding, bool in_handler);
char *hint_leak(const json_t *finding, const json_t *tasks);
char *hint_order(const json_t *finding);

#endif
