/* maker.h - which function has a heap block made?
 *
 * The one that called malloc, and what the block is of is its own matter only if it did so itself: a container of C++ that
 * lies in between has blocks of its own. But a function like xmalloc, which takes so many bytes and results in nothing in particular, allocates for its callers.
 */
#ifndef RADDLE_TOOLS_REPORT_MAKER_H
#define RADDLE_TOOLS_REPORT_MAKER_H

#include "instrument/tools/report/site.h"

enum { MAKER_WRAPPERS = 3 }; /* of one in the other */

struct maker {
    struct site site;                     /* its call */
    struct site wrappers[MAKER_WRAPPERS]; /* those like xmalloc, the one that calls malloc first */
    size_t n_wrappers;
    bool is_direct;
    const json_t *frame; /* its frame, if there are wrappers; else NULL. Borrowed from the stack */
};

/* `allocated`: the stack of a block. False: nothing is known of it. */
bool maker_find(const struct scene *scene, const json_t *allocated, struct maker *out);

#endif
