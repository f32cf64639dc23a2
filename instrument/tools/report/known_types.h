/* known_types.h - which types does a function know by pointers to them?
 *
 * Those of its variables, parameters and result, of the members that these lead to, and of its unit's variables of
 * static duration: of each compiler the same, as they are the source's, not the code's. A unit's are listed once.
 */
#ifndef RADDLE_TOOLS_REPORT_KNOWN_TYPES_H
#define RADDLE_TOOLS_REPORT_KNOWN_TYPES_H

#include "instrument/tools/report/site.h"

/* What tells a type from others, whichever unit describes it. */
struct known_type {
    Dwarf_Die type; /* with the name of a typedef, if it has one */
    const char *
        name; /* of its tag, or of the typedef where it has none; NULL: of a pointer and the like */
    uint64_t bytes;
    int tag, line;    /* of the declaration: scopes, and files, have types of one name */
    bool is_flexible; /* (dwarf_member.h); of those in lists */
};

struct type_list {
    struct known_type *all; /* each once */
    size_t n, room;
    struct type_visit *visits; /* where the search has been */
    size_t n_visits, visits_room;
    bool cut_off; /* there are more than are looked at */
};

/* Valid when zeroed: nothing is known. */
struct known_types {
    struct type_list by_function;
    const struct type_list *by_unit; /* the unit's (units.h) */
};

void known_types_of(struct known_types *known, struct site *site);
void known_types_free(struct known_types *known);

/* Is it among them; of the second, by a variable, parameter or result of the function itself? */
bool is_known(const struct known_types *known, const Dwarf_Die *type);
bool is_known_by_function(const struct known_types *known, const Dwarf_Die *type);

/* One type by name and size. */
bool is_same_type(const Dwarf_Die *a, const Dwarf_Die *b);
/* Likewise, and all but is_flexible, of types that are looked at more than once. */
struct known_type known_type_of(const Dwarf_Die *type);
bool is_same_known(const struct known_type *a, const struct known_type *b);
bool known_is_aggregate(const struct known_type *known);

void type_list_free(struct type_list *list); /* and the list itself; NULL allowed */

#endif
