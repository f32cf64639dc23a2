/* dwarf_member.h - which member of a type an offset falls on. */
#ifndef RADDLE_TOOLS_REPORT_DWARF_MEMBER_H
#define RADDLE_TOOLS_REPORT_DWARF_MEMBER_H

#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stdint.h>

/* The smallest part of a value of this type that holds all of [offset, offset + bytes): its path in a new
 * string (".limits[3].low", ".first..last" for adjacent bit-fields, "" for the whole value); mutexes and the
 * like are not entered. *called: the part's type, a new string. */
char *type_path(Dwarf_Die *type, uint64_t offset, uint64_t bytes, char **called);

/* That part. */
struct type_part {
    Dwarf_Die type;  /* without address: not known */
    uint64_t offset; /* of what was asked about, in it */
    bool is_field;   /* a bit-field, or a run of them: type is that of the first */
};
void type_part(Dwarf_Die *type, uint64_t offset, uint64_t bytes, struct type_part *out);

/* Is what lies there one value, a number or a pointer, or a bit-field? */
bool type_has_value(Dwarf_Die *type, uint64_t offset, uint64_t bytes);
/* Does it end in an array without bound? Its objects are as large as their symbols say. */
bool type_is_flexible(Dwarf_Die *type);

#endif
