/* scopes.h - which function, blocks and inlined calls are around an address of a unit?
 *
 * libdw's own dwarf_getscopes reads the whole unit at each question, and finds nothing where what was
 * inlined is described in another unit, as after gcc's link-time optimisation. Here a unit's functions
 * are listed once, by address, and only the one in question is looked into.
 */
#ifndef RADDLE_TOOLS_REPORT_SCOPES_H
#define RADDLE_TOOLS_REPORT_SCOPES_H

#include <stddef.h>

#include "instrument/tools/report/modules.h"

enum { SCOPES_MOST = 256 }; /* deeper nesting is cut off at its innermost end */

struct scopes {
    Dwarf_Die chain[SCOPES_MOST]; /* outermost first: the function, then blocks and inlined calls */
    size_t n;
    Dwarf_Addr start; /* of the function, or of the part of it that holds the address */
};

/* What is around `address` (the unit's own); n is 0 when no function is. `whole` is a unit as in
 * units.h. */
void scopes_at(struct module *module, Dwarf_Die *whole, Dwarf_Addr address, struct scopes *scopes);

struct unit_functions;
void scopes_free(struct unit_functions *list); /* NULL allowed */

#endif
