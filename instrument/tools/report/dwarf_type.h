/* dwarf_type.h - types as C spells them, and which member an offset falls on. */
#ifndef RADDLE_TOOLS_REPORT_DWARF_TYPE_H
#define RADDLE_TOOLS_REPORT_DWARF_TYPE_H

#include <elfutils/libdw.h>
#include <stdint.h>

/* "int", "struct account *", "char [16]"; a new string. NULL die: "void". */
char *type_name(Dwarf_Die *type);
/* Bytes of a value of this type; 0: not known. */
uint64_t type_bytes(Dwarf_Die *type);
/* The type of a variable or member. Returns out, or NULL when it has none. */
Dwarf_Die *type_of(Dwarf_Die *die, Dwarf_Die *out);

/* The smallest part of a value of type *type that holds all of [offset, offset + bytes): its path
 * in a new string (".limits[3].low", "" for the whole value); mutexes and the like are not
 * entered. *type and *offset become those of the
 * part. */
char *type_path(Dwarf_Die *type, uint64_t *offset, uint64_t bytes);

#endif
