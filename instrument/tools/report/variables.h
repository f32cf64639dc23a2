/* variables.h - which global or static variable lies at this address?
 *
 * By DWARF: name, member path, type, declaration. Without DWARF the ELF symbol and an offset. Units are
 * listed as they are asked, first those whose code was shown, where it mostly is, then those that
 * define the symbol: all of a program of 50 MB are a fifth of a second.
 */
#ifndef RADDLE_TOOLS_REPORT_VARIABLES_H
#define RADDLE_TOOLS_REPORT_VARIABLES_H

#include <stdbool.h>
#include <stdint.h>

#include "instrument/tools/report/dwarf_member.h"
#include "instrument/tools/report/modules.h"

struct variable {
    char *name;     /* "account", "stock::Shelf::items" (variable_name.h) */
    char *path;     /* what of it: "account.balance", "table[3].count"; equals name for the whole */
    char *type;     /* of what path names; NULL without DWARF */
    char *file;     /* of the declaration; NULL without DWARF */
    char *function; /* a static of this function; NULL: a global or file-wide one */
    bool everywhere; /* of a function's: whichever compiler made that knows where it lies */
    int line;
    uint64_t bytes;        /* of the whole variable; 0: not known */
    struct type_part part; /* of what path names, if that is known */
    uint64_t start;        /* where the whole begins, as an ELF address; 0 for what has none */
};

/* Fills *out for the ELF address `address` (bias subtracted), of which `bytes` bytes were touched.
 * Returns false, *out zeroed, when no variable is known there. */
bool variables_find(struct module *module, uint64_t address, uint64_t bytes, struct variable *out);
/* What a variable's DIE tells, of `bytes` bytes at `offset` in it; takes the name. */
void variable_describe(Dwarf_Die *die, char *name, uint64_t offset, uint64_t bytes,
                       struct variable *out);
/* Likewise for the thread-local variable at `offset` from the module's block of them. */
bool variables_find_local_to_thread(struct module *module, uint64_t offset, uint64_t bytes,
                                    struct variable *out);
/* The file that a variable or type is declared in, as its unit names it, and in *unit which that is; NULL: not known. */
const char *declared_in(Dwarf_Die *die, Dwarf_Die *unit);
void variable_clear(struct variable *variable);

struct unit_variables;
void variables_free(struct unit_variables *list); /* NULL allowed */

#endif
