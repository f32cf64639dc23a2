/* scopes.c - lists of functions by unit, and the way into one. */
#include "instrument/tools/report/scopes.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/say.h"
#include "instrument/tools/report/units.h"

enum { DEEPEST = 200 }; /* nesting of scopes; ends loops in damaged DWARF */

/* One range of a function; functions in parts (.cold) have several. */
struct range {
    Dwarf_Addr low, high;
    Dwarf_Die function;
};

struct unit_functions {
    struct range
        *all; /* by low, then by high downwards: of two that begin together the inner is last */
    size_t n, room;
};

/* -- the list of a unit -- */

static void add_function(struct unit_functions *list, Dwarf_Die *die) {
    Dwarf_Addr base, low, high;
    ptrdiff_t at = 0;
    while ((at = dwarf_ranges(die, at, &base, &low, &high)) > 0) {
        if (low < high) {
            list->all = mem_grow(list->all, list->n, &list->room, sizeof *list->all);
            list->all[list->n++] = (struct range){.low = low, .high = high, .function = *die};
        }
    }
}

/* Functions stand in units and namespaces, and within others: those of local classes, lambdas, nested
 * ones. Classes outside functions hold declarations only. */
static void add_functions(struct unit_functions *list, Dwarf_Die *scope, bool within, int depth) {
    Dwarf_Die die;
    if (depth > DEEPEST || dwarf_child(scope, &die) != 0) {
        return;
    }
    do {
        switch (dwarf_tag(&die)) {
        case DW_TAG_subprogram:
            add_function(list, &die);
            add_functions(list, &die, true, depth + 1);
            break;
        case DW_TAG_namespace:
        case DW_TAG_module:
            add_functions(list, &die, within, depth + 1);
            break;
        case DW_TAG_lexical_block:
        case DW_TAG_structure_type:
        case DW_TAG_class_type:
        case DW_TAG_union_type:
            if (within) {
                add_functions(list, &die, true, depth + 1);
            }
            break;
        default:
            break;
        }
    } while (dwarf_siblingof(&die, &die) == 0);
}

static int by_low(const void *a, const void *b) {
    const struct range *left = a, *right = b;
    if (left->low != right->low) {
        return left->low < right->low ? -1 : 1;
    }
    return left->high > right->high ? -1 : left->high < right->high;
}

static struct unit_functions *functions_of(struct module *module, Dwarf_Die *whole) {
    struct unit *unit = unit_of(module, whole);
    if (unit->functions == NULL) {
        struct unit_functions *list = unit->functions = mem_new(1, sizeof *list);
        add_functions(list, whole, false, 0);
        if (list->n != 0) {
            qsort(list->all, list->n, sizeof *list->all, by_low);
        }
    }
    return unit->functions;
}

void scopes_free(struct unit_functions *list) {
    if (list != NULL) {
        free(list->all);
        free(list);
    }
}

/* -- the way in -- */

/* The last range that begins at or before the address and reaches over it: ranges of functions do not
 * overlap unless one is within the other. */
static const struct range *range_at(const struct unit_functions *list, Dwarf_Addr address) {
    size_t low = 0, high = list->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->all[middle].low <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    while (low-- > 0) {
        if (address < list->all[low].high) {
            return &list->all[low];
        }
    }
    return NULL;
}

/* The lexical block or inlined call of *scope that holds the address becomes *scope. */
static bool enter(Dwarf_Die *scope, Dwarf_Addr address) {
    Dwarf_Die die;
    if (dwarf_child(scope, &die) != 0) {
        return false;
    }
    do {
        int tag = dwarf_tag(&die);
        if ((tag == DW_TAG_lexical_block || tag == DW_TAG_inlined_subroutine) &&
            dwarf_haspc(&die, address) == 1) {
            *scope = die;
            return true;
        }
    } while (dwarf_siblingof(&die, &die) == 0);
    return false;
}

void scopes_at(struct module *module, Dwarf_Die *whole, Dwarf_Addr address, struct scopes *scopes) {
    const struct range *range = range_at(functions_of(module, whole), address);
    scopes->n = 0;
    if (range == NULL) {
        return;
    }
    Dwarf_Die scope = range->function;
    scopes->start = range->low;
    do {
        scopes->chain[scopes->n++] = scope;
    } while (scopes->n < SCOPES_MOST && enter(&scope, address));
}
