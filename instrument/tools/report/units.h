/* units.h - which compilation unit of a module holds this address, and where is the rest of it?
 *
 * Split DWARF (-gsplit-dwarf) leaves a skeleton with the lines in the program; names, types and
 * variables are in a .dwo file whose name it tells [DWARF 5, 7.3.2]. Who asks for the whole gets the
 * other half, and asks the skeleton for lines.
 */
#ifndef RADDLE_TOOLS_REPORT_UNITS_H
#define RADDLE_TOOLS_REPORT_UNITS_H

#include <stdbool.h>

#include "instrument/tools/report/modules.h"

struct unit_functions; /* scopes.c */
struct unit_variables; /* variables.c */
struct type_list;      /* known_types.c */

/* What has been made of a unit so far. */
struct unit {
    const void *key;                  /* whole.addr: stays as long as the module is open */
    Dwarf_Die whole;                  /* the half with names and variables */
    struct unit_functions *functions; /* each made at its first question */
    struct unit_variables *variables;
    struct type_list *known; /* by pointers from variables of static duration */
    UT_hash_handle hh;       /* in module->units, in the order of their first questions */
};

/* What is known of a whole unit; never NULL. */
struct unit *unit_of(struct module *module, const Dwarf_Die *whole);
/* Drops all of a module; called by modules_free. */
void units_forget(struct module *module);

/* The unit around an address (as libdwfl knows it), or NULL; *bias is to be subtracted from addresses. */
Dwarf_Die *unit_at(struct module *module, Dwarf_Addr address, Dwarf_Addr *bias);

/* *whole becomes the unit that holds names and variables, mostly the unit itself. False: it stands in
 * a file that cannot be read, and *whole is the unit. */
bool unit_whole(Dwarf_Die *unit, Dwarf_Die *whole);

/* The name of that file, as the compiler wrote it; NULL: none. Borrowed from the unit. */
const char *unit_split_name(Dwarf_Die *unit);

#endif
