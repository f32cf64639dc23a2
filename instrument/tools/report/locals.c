/* locals.c - variables and parameters of functions, by their places on the stack. */
#include "instrument/tools/report/locals.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/dwarf_type.h"
#include "instrument/tools/report/function_name.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/scopes.h"
#include "instrument/tools/report/units.h"

/* A frame whose variables are looked through. */
struct frame_places {
    struct module *module;
    Dwarf_Addr pc; /* the unit's own */
    uint64_t cfa, address, bytes;
    uint64_t base; /* what DW_OP_fbreg counts from */
};

/* -- the frame's base -- */

/* The register that the CFA is counted from at pc, and how far it is from there. */
static bool cfa_rule(struct frame_places *frame, int *reg, int64_t *offset) {
    Dwarf_Frame *rule = NULL;
    Dwarf_Op *ops;
    size_t n;
    Dwarf_Addr bias = 0;
    Dwarf_CFI *cfi = dwfl_module_eh_cfi(frame->module->handle, &bias);
    if (cfi == NULL || dwarf_cfi_addrframe(cfi, frame->pc, &rule) != 0) {
        return false;
    }
    bool known = dwarf_frame_cfa(rule, &ops, &n) == 0 && n == 1;
    if (known && ops[0].atom == DW_OP_bregx) {
        *reg = (int)ops[0].number;
        *offset = (int64_t)ops[0].number2;
    } else if (known && ops[0].atom >= DW_OP_breg0 && ops[0].atom <= DW_OP_breg31) {
        *reg = ops[0].atom - DW_OP_breg0;
        *offset = (int64_t)ops[0].number;
    } else {
        known = false;
    }
    free(rule);
    return known;
}

/* gcc counts from the CFA; clang from the frame or stack pointer, which the CFA rule leads back to. */
static bool find_base(struct frame_places *frame, Dwarf_Die *function) {
    Dwarf_Attribute attribute;
    Dwarf_Op *ops;
    size_t n;
    int reg;
    int64_t offset;
    if (dwarf_getlocation_addr(dwarf_attr_integrate(function, DW_AT_frame_base, &attribute),
                               frame->pc, &ops, &n, 1) != 1 ||
        n != 1) {
        return false;
    }
    if (ops[0].atom == DW_OP_call_frame_cfa) {
        frame->base = frame->cfa;
        return true;
    }
    bool is_register = ops[0].atom >= DW_OP_reg0 && ops[0].atom <= DW_OP_reg31;
    if (!is_register || !cfa_rule(frame, &reg, &offset) || ops[0].atom - DW_OP_reg0 != reg) {
        return false;
    }
    frame->base = frame->cfa - (uint64_t)offset;
    return true;
}

/* -- variables -- */

static bool lies_there(const struct frame_places *frame, Dwarf_Die *variable, uint64_t *start) {
    Dwarf_Attribute attribute;
    Dwarf_Op *ops;
    Dwarf_Die type;
    size_t n;
    if (dwarf_getlocation_addr(dwarf_attr_integrate(variable, DW_AT_location, &attribute),
                               frame->pc, &ops, &n, 1) != 1 ||
        n != 1 || ops[0].atom != DW_OP_fbreg || type_of(variable, &type) == NULL) {
        return false;
    }
    *start = frame->base + ops[0].number;
    return frame->address >= *start && frame->address - *start < type_bytes(&type);
}

/* In *scope and the blocks and inlined calls within that are entered at pc. */
static bool find_variable(const struct frame_places *frame, Dwarf_Die *scope, Dwarf_Die *found,
                          uint64_t *start) {
    Dwarf_Die die;
    if (dwarf_child(scope, &die) != 0) {
        return false;
    }
    do {
        int tag = dwarf_tag(&die);
        if ((tag == DW_TAG_variable || tag == DW_TAG_formal_parameter) &&
            lies_there(frame, &die, start)) {
            *found = die;
            return true;
        }
    } while (dwarf_siblingof(&die, &die) == 0);
    return false;
}

/* Of optimised code each compiler knows the places of some variables, and of the same ones others do not: of clang's by
 * default those that hold a constant have none. clang marks its functions, gcc tells its options. */
static bool is_optimised(Dwarf_Die *function) {
    Dwarf_Attribute attribute;
    Dwarf_Die unit;
    const char *producer = dwarf_diecu(function, &unit, NULL, NULL) == NULL
                               ? NULL
                               : dwarf_formstring(dwarf_attr(&unit, DW_AT_producer, &attribute));
    const char *level = producer == NULL ? NULL : strstr(producer, " -O");
    return producer == NULL || (level != NULL && level[3] != '0') ||
           dwarf_hasattr(function, DW_AT_call_all_calls) != 0 ||
           dwarf_hasattr(function, DW_AT_GNU_all_call_sites) != 0;
}

static bool fill(const struct frame_places *frame, Dwarf_Die *die, Dwarf_Die *function,
                 uint64_t start, struct variable *out) {
    const char *name = dwarf_diename(die);
    if (name == NULL) {
        return false;
    }
    variable_describe(die, str_copy(name), frame->address - start, frame->bytes, out);
    out->function = function_name_of_die(function);
    out->everywhere = !is_optimised(function);
    return true;
}

bool locals_find(struct module *module, uint64_t pc, uint64_t cfa, uint64_t address, uint64_t bytes,
                 struct variable *out) {
    Dwarf_Addr bias = 0;
    Dwarf_Die whole, found;
    struct scopes scopes;
    uint64_t start;
    memset(out, 0, sizeof *out);
    if (module->state != MODULE_READABLE || pc == 0) {
        return false;
    }
    Dwarf_Die *unit = unit_at(module, pc - 1 + module->shift, &bias);
    if (unit == NULL || !unit_whole(unit, &whole)) {
        return false;
    }
    struct frame_places frame = {.module = module,
                                 .pc = pc - 1 + module->shift - bias,
                                 .cfa = cfa,
                                 .address = address,
                                 .bytes = bytes};
    scopes_at(module, &whole, frame.pc, &scopes);
    if (scopes.n == 0 || !find_base(&frame, &scopes.chain[0])) {
        return false;
    }
    for (size_t n = scopes.n; n-- > 0;) { /* the innermost block first */
        if (find_variable(&frame, &scopes.chain[n], &found, &start)) {
            return fill(&frame, &found, &scopes.chain[0], start, out);
        }
    }
    return false;
}
