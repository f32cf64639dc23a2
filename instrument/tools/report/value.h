/* value.h - which value do these bytes hold, as the program's type has it? */
#ifndef RADDLE_TOOLS_REPORT_VALUE_H
#define RADDLE_TOOLS_REPORT_VALUE_H

#include <elfutils/libdw.h>
#include <stddef.h>
#include <stdint.h>

/* The `n` bytes as a number, character, enumerator or pointer of the type, which has that size: "-1", "'a'", "true",
 * "RED", "3.5", "0x7f0c…"; a new string. NULL: the type has no such values, as a structure, or another size. */
char *value_of_type(const Dwarf_Die *type, const uint8_t *bytes, size_t n);
/* 1, 2, 4 or 8 bytes of which nothing is known, as one number: "0x00000029"; a new string. Else NULL. */
char *value_unknown(const uint8_t *bytes, size_t n);

#endif
