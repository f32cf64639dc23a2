/* stacks.h - where do two stacks of one task part? */
#ifndef RADDLE_TOOLS_REPORT_STACKS_H
#define RADDLE_TOOLS_REPORT_STACKS_H

#include <jansson.h>
#include <stdbool.h>

/* Whether two frames are at one place: by their lines where they have any, for calls that were inlined into one
 * function have an offset each. */
bool stacks_is_same_frame(const json_t *a, const json_t *b);

/* Whether both are one path. */
bool stacks_are_same(const json_t *a, const json_t *b);

/* Had the user's call that made the stack `before` returned when `now` was made? False, too, where that is not known,
 * as of a stack that lacks frames. One function, called from one place, counts as one call; but one that is at the very
 * place again was called again, or has a loop. */
bool stacks_has_returned(const json_t *before, const json_t *now);

#endif
