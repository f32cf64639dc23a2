/* units.c - finding compilation units, and their other halves. */
#include "instrument/tools/report/units.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdlib.h>

#include "instrument/tools/report/known_types.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/scopes.h"
#include "instrument/tools/report/variables.h"

/* The index of a module (.debug_aranges) may lack units: not every compiler writes it; then all units
 * are asked. */
Dwarf_Die *unit_at(struct module *module, Dwarf_Addr address, Dwarf_Addr *bias) {
    Dwarf_Die *unit = dwfl_module_addrdie(module->handle, address, bias);
    if (unit != NULL) {
        return unit;
    }
    while ((unit = dwfl_module_nextcu(module->handle, unit, bias)) != NULL) {
        if (dwarf_haspc(unit, address - *bias) == 1) {
            return unit;
        }
    }
    return NULL;
}

bool unit_whole(Dwarf_Die *unit, Dwarf_Die *whole) {
    uint8_t type = 0;
    Dwarf_Die other = {0};
    *whole = *unit;
    if (dwarf_cu_info(unit->cu, NULL, &type, NULL, &other, NULL, NULL, NULL) != 0 ||
        type != DW_UT_skeleton) {
        return true;
    }
    if (other.cu == NULL) {
        return false;
    }
    *whole = other;
    return true;
}

const char *unit_split_name(Dwarf_Die *unit) {
    Dwarf_Attribute attribute;
    const char *name = dwarf_formstring(dwarf_attr(unit, DW_AT_dwo_name, &attribute));
    return name != NULL ? name : dwarf_formstring(dwarf_attr(unit, DW_AT_GNU_dwo_name, &attribute));
}

struct unit *unit_of(struct module *module, const Dwarf_Die *whole) {
    struct unit *unit = NULL;
    HASH_FIND_PTR(module->units, &whole->addr, unit);
    if (unit == NULL) {
        unit = mem_new(1, sizeof *unit);
        unit->key = whole->addr;
        unit->whole = *whole;
        HASH_ADD_PTR(module->units, key, unit);
    }
    return unit;
}

void units_forget(struct module *module) {
    struct unit *unit, *next;
    HASH_ITER(hh, module->units, unit, next) {
        HASH_DEL(module->units, unit);
        scopes_free(unit->functions);
        variables_free(unit->variables);
        type_list_free(unit->known);
        free(unit);
    }
}
