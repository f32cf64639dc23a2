/* function_name.h - what is this function called, whichever compiler made it?
 *
 * By the linkage name where there is one, else by the scopes around it: gcc writes no linkage name for
 * what has internal linkage (anonymous namespaces, lambdas), and "operator()" alone tells nobody
 * anything.
 */
#ifndef RADDLE_TOOLS_REPORT_FUNCTION_NAME_H
#define RADDLE_TOOLS_REPORT_FUNCTION_NAME_H

#include <elfutils/libdw.h>
#include <stdbool.h>

/* The name of a function or inlined call, readable; a new string, or NULL when it has none. */
char *function_name_of_die(Dwarf_Die *die);

/* Likewise of a symbol, without the suffixes that compilers give to copies and parts of functions; a
 * new string. */
char *function_name_of_symbol(const char *symbol);

/* Is what the DIE stands for written in C++? */
bool die_is_cxx(Dwarf_Die *die);
/* `name` behind the names of the namespaces, classes and functions around the DIE; a new string. */
char *die_name_in_scopes(Dwarf_Die *die, const char *name);

/* What a name and its spelling by another compiler have in common: scopes and name, without
 * parameters, template arguments, result, numbers of lambdas. "void (anonymous
 * namespace)::Table<int>::put<char>(int) const" is "(anonymous namespace)::Table::put". A new string. */
char *function_name_key(const char *name);

#endif
