/* allocations.h - which of its function's calls that allocate memory is this one?
 *
 * By the machine code: calls are looked for in all copies of the function, inlined ones too, and counted by their
 * lines, so that it does not matter how a compiler lays them out. x86-64 only, as all that runs is.
 */
#ifndef RADDLE_TOOLS_REPORT_ALLOCATIONS_H
#define RADDLE_TOOLS_REPORT_ALLOCATIONS_H

#include "instrument/tools/report/site.h"

/* How many lines of the function allocate before that of the site does. `wrappers`: the functions between the site and malloc,
 * whose calls count. 0 as well when that is not known, or when one of its lines calls realloc: then a block may be of either. */
size_t allocations_before(const struct site *site, const struct site *wrappers, size_t n_wrappers);

#endif
