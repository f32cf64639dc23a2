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

/* Fills chain[0…] with the DIEs around `address` (the unit's own), outermost first: the function, then
 * lexical blocks and inlined calls within. Returns how many. `unit` is a whole one (units.h). */
size_t scopes_at(struct module *module, Dwarf_Die *unit, Dwarf_Addr address,
                 Dwarf_Die chain[SCOPES_MOST]);

/* Drops the lists of a module; called by modules_free. */
void scopes_forget(struct module *module);

#endif
