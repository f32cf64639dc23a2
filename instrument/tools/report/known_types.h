/* known_types.h - which types does a function know by pointers to them?
 *
 * Those of its variables, parameters and result, of the members that these lead to, and of its unit's variables of
 * static duration: of each compiler the same, as they are the source's, not the code's.
 */
#ifndef RADDLE_TOOLS_REPORT_KNOWN_TYPES_H
#define RADDLE_TOOLS_REPORT_KNOWN_TYPES_H

#include "instrument/tools/report/site.h"

struct known_type {
    Dwarf_Die type;   /* with the name of a typedef, if it has one */
    bool by_function; /* not only by a variable of the unit */
};

/* Valid when zeroed; free with known_types_free. */
struct known_types {
    struct known_type *all; /* each once (is_same_type) */
    size_t n, room;
    struct type_visit *visits; /* where the search has been */
    size_t n_visits, visits_room;
    bool cut_off; /* there are more than are looked at */
};

/* Adds what the function of the site knows. */
void known_types_add(struct known_types *known, struct site *site);
/* The entry for a type; NULL: it is not known. */
const struct known_type *known_types_find(const struct known_types *known, const Dwarf_Die *type);
void known_types_free(struct known_types *known);

/* One type by name and size, whichever unit describes it. */
bool is_same_type(const Dwarf_Die *a, const Dwarf_Die *b);

#endif
