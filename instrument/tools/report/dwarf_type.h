/* dwarf_type.h - types as C spells them. */
#ifndef RADDLE_TOOLS_REPORT_DWARF_TYPE_H
#define RADDLE_TOOLS_REPORT_DWARF_TYPE_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stdint.h>

/* "int", "struct account *", "char [16]"; a new string. NULL die: "void". */
char *type_name(Dwarf_Die *type);
/* Bytes of a value of this type; 0: not known. */
uint64_t type_bytes(Dwarf_Die *type);
/* The type of a variable or member. Returns out, or NULL when it has none. */
Dwarf_Die *type_of(Dwarf_Die *die, Dwarf_Die *out);

/* More nesting than any compiler accepts; ends loops in damaged DWARF. */
#define DEEPEST_TYPE 64
/* Takes typedefs and qualifiers off. */
bool type_peel(Dwarf_Die *type);
/* Is it a structure, class or union, by any name? */
bool type_is_aggregate(const Dwarf_Die *type);
/* May a variable of this type, without its names, hold a block of memory: a pointer, or what has members? */
bool type_may_hold(const Dwarf_Die *type);
/* The element counts of all dimensions of an array, outermost first, 0 for one that has no bound; returns how many. */
size_t type_dimensions(Dwarf_Die *array, uint64_t *counts, size_t most);
/* Does it stand in a unit of C? */
bool type_is_of_c(Dwarf_Die *die);

#endif
