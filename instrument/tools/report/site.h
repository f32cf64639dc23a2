/* site.h - the function, or inlined call, that a frame of a stack is of, as debug information describes it. */
#ifndef RADDLE_TOOLS_REPORT_SITE_H
#define RADDLE_TOOLS_REPORT_SITE_H

#include "instrument/tools/report/pieces.h"
#include "instrument/tools/report/scopes.h"

struct site {
    struct module *module;
    Dwarf_Die unit;       /* the whole one (units.h) */
    Dwarf_Addr pc;        /* in the call that the frame is in, as libdwfl has it */
    Dwarf_Addr address;   /* likewise as the unit has it */
    struct scopes scopes; /* around it */
    size_t level;         /* of them the function, or inlined call */
    Dwarf_Die
        described;   /* what it is, whichever copy of it ran: names and types of its variables */
    json_int_t line; /* of the call; 0: not known */
};

/* Frame `index` of a stack of the model. False: nothing is known of its function. */
bool site_of_frame(const struct scene *scene, const json_t *stack, size_t index, struct site *out);

/* What a function or inlined call is a copy of, which may have more variables; it itself, if it is none. */
Dwarf_Die site_original(const Dwarf_Die *copy);

/* Calls `each` for every variable and parameter that the function declares, in all its blocks, until it returns false. */
void site_each_variable(const struct site *site, bool (*each)(Dwarf_Die *variable, void *argument),
                        void *argument);

/* Was this variable declared on the line of the call? */
bool site_is_on_line(const struct site *site, Dwarf_Die *variable);

#endif
