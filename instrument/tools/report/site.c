/* site.c - from a frame of the model back to what debug information says of its function. */
#include "instrument/tools/report/site.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/units.h"

enum { DEEPEST_BLOCK = 200 }; /* ends loops in damaged DWARF */

/* How many frames before this one were folded into its code. */
static size_t inlined_before(const json_t *stack, size_t index) {
    size_t n = 0;
    while (n < index && field_is_set(json_array_get(stack, index - n - 1), "inlined")) {
        n++;
    }
    return n;
}

/* Of the scopes the innermost function but `n`. */
static bool find_level(struct site *site, size_t n) {
    for (size_t at = site->scopes.n; at-- > 0;) {
        if (dwarf_tag(&site->scopes.chain[at]) != DW_TAG_lexical_block && n-- == 0) {
            site->level = at;
            return true;
        }
    }
    return false;
}

Dwarf_Die site_original(const Dwarf_Die *copy) {
    Dwarf_Die die = *copy, origin;
    Dwarf_Attribute attribute;
    for (int hops = 0; hops < 8 && dwarf_attr(&die, DW_AT_abstract_origin, &attribute) != NULL &&
                       dwarf_formref_die(&attribute, &origin) != NULL;
         hops++) {
        die = origin;
    }
    return die;
}

bool site_of_frame(const struct scene *scene, const json_t *stack, size_t index, struct site *out) {
    const json_t *frame = json_array_get(stack, index);
    uint64_t pc = strtoull(field_text(frame, "pc"), NULL, 16);
    const struct loaded_module *loaded =
        pc == 0 ? NULL : process_module_at(scene->processes, scene->process, scene->index, pc - 1);
    Dwarf_Addr bias = 0;
    memset(out, 0, sizeof *out);
    if (loaded == NULL || loaded->module->state != MODULE_READABLE) {
        return false;
    }
    out->module = loaded->module;
    out->line = field_number(frame, "line");
    out->pc = pc - loaded->raw.bias - 1 + out->module->shift;
    Dwarf_Die *unit = unit_at(out->module, out->pc, &bias);
    if (unit == NULL || !unit_whole(unit, &out->unit)) {
        return false;
    }
    out->address = out->pc - bias;
    scopes_at(out->module, &out->unit, out->address, &out->scopes);
    if (!find_level(out, inlined_before(stack, index))) {
        return false;
    }
    out->described = site_original(&out->scopes.chain[out->level]);
    return true;
}

static bool each_in(Dwarf_Die *scope, bool (*each)(Dwarf_Die *variable, void *argument),
                    void *argument, int depth) {
    Dwarf_Die die;
    if (depth > DEEPEST_BLOCK || dwarf_child(scope, &die) != 0) {
        return true;
    }
    do {
        int tag = dwarf_tag(&die);
        bool goes_on = true;
        if (tag == DW_TAG_variable || tag == DW_TAG_formal_parameter) {
            goes_on = each(&die, argument);
        } else if (tag == DW_TAG_lexical_block) {
            goes_on = each_in(&die, each, argument, depth + 1);
        }
        if (!goes_on) {
            return false;
        }
    } while (dwarf_siblingof(&die, &die) == 0);
    return true;
}

void site_each_variable(const struct site *site, bool (*each)(Dwarf_Die *variable, void *argument),
                        void *argument) {
    Dwarf_Die function = site->described;
    each_in(&function, each, argument, 0);
}

/* A number that an attribute of the DIE has; 0: none. */
static Dwarf_Word number_of(Dwarf_Die *die, unsigned name) {
    Dwarf_Attribute attribute;
    Dwarf_Word number = 0;
    return dwarf_formudata(dwarf_attr_integrate(die, name, &attribute), &number) == 0 ? number : 0;
}

bool site_is_on_line(const struct site *site, Dwarf_Die *variable) {
    Dwarf_Die function = site->described;
    return site->line > 0 && number_of(variable, DW_AT_decl_line) == (Dwarf_Word)site->line &&
           number_of(variable, DW_AT_decl_file) == number_of(&function, DW_AT_decl_file);
}
