/* locals.h - which variable of a function lies at this address of its frame? */
#ifndef RADDLE_TOOLS_REPORT_LOCALS_H
#define RADDLE_TOOLS_REPORT_LOCALS_H

#include "instrument/tools/report/variables.h"

/* A frame in use: `pc` is a return address within its function (an ELF address: bias subtracted), `cfa`
 * the address behind the function's own return address [DWARF 5, 6.4]. Fills *out for `bytes` bytes at
 * `address`. Returns false, *out zeroed, when no variable is known to lie there at pc: one that the
 * optimiser keeps elsewhere, or that is of another function. */
bool locals_find(struct module *module, uint64_t pc, uint64_t cfa, uint64_t address, uint64_t bytes,
                 struct variable *out);

#endif
