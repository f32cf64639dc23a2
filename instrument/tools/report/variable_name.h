/* variable_name.h - what is this variable called, whichever compiler made it?
 *
 * C: its name. C++: with its namespaces and classes, "stock::Shelf::items", "(anonymous namespace)::n", and
 * what is static in a function with that, without its parameters: "stock::next(int)::last" is
 * "stock::next::last". Two variables of one unit have one name only if they are static in one function.
 */
#ifndef RADDLE_TOOLS_REPORT_VARIABLE_NAME_H
#define RADDLE_TOOLS_REPORT_VARIABLE_NAME_H

#include <elfutils/libdw.h>

/* Of a variable with DWARF, at whose start `symbol` stands (NULL: none). A new string; NULL: it has none. */
char *variable_name_of_die(Dwarf_Die *die, const char *symbol);
/* Of one without; the guard of a variable that is static in a function stands for that. A new string. */
char *variable_name_of_symbol(const char *symbol);

#endif
