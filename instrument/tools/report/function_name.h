/* function_name.h - what is this function called, whichever compiler made it?
 *
 * By the linkage name where there is one, else by the scopes around it: gcc writes no linkage name for
 * what has internal linkage (anonymous namespaces, lambdas), and "operator()" alone tells nobody
 * anything. Lambdas are counted by where they stand in their function: compilers count them each in its own way.
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

/* A name of what the DIE stands for, as its symbol has it, with the lambdas in it counted as the DIE's
 * scopes have them: "main::$_3::operator()() const" is "main::{lambda#2}::operator()() const". Takes `name`;
 * a new string. */
char *die_count_lambdas(Dwarf_Die *die, char *name);

/* What a name and its spelling by another compiler have in common: scopes and name, without
 * parameters, template arguments, result. Of the innermost lambda the number in its function stays, but not the
 * first's: "main()::{lambda(int)#2}" is "main::{lambda#2}", "main()::{lambda()#1}" is "main::{lambda}". "void (anonymous
 * namespace)::Table<int>::put<char>(int) const" is "(anonymous namespace)::Table::put". A new string. */
char *function_name_key(const char *name);

#endif
