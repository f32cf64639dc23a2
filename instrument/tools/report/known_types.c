/* known_types.c - walking from variables to what they point to. */
#include "instrument/tools/report/known_types.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/dwarf_member.h"
#include "instrument/tools/report/dwarf_type.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/units.h"

enum {
    MOST_HOPS =
        3, /* pointers on the way: from an argument to its job, to the job's queue, to its items */
    MOST_VISITS = 2000, /* structures on the way */
    DEEPEST_MEMBER = 64 /* of structures in one another */
};

struct type_visit {
    const void *type; /* of its DIE */
    int hops;         /* the fewest it was reached by */
};

/* -- lists -- */

struct known_type known_type_of(const Dwarf_Die *type) {
    struct known_type key = {.type = *type};
    Dwarf_Die peeled = *type, named = *type;
    if (type_peel(&peeled)) {
        key.tag = dwarf_tag(&peeled);
        key.bytes = type_bytes(&peeled);
        (void)dwarf_decl_line(&peeled, &key.line);
        key.name = dwarf_diename(&peeled);
        key.name =
            key.name == NULL && key.tag != DW_TAG_pointer_type ? dwarf_diename(&named) : key.name;
    }
    return key;
}

bool is_same_known(const struct known_type *a, const struct known_type *b) {
    if (a->bytes != b->bytes || a->tag != b->tag || a->line != b->line) {
        return false;
    }
    if (a->name == NULL || b->name == NULL) {
        bool are_pointers = a->name == b->name && a->tag == DW_TAG_pointer_type;
        return are_pointers || a->type.addr == b->type.addr;
    }
    return strcmp(a->name, b->name) == 0;
}

bool known_is_aggregate(const struct known_type *known) {
    return known->tag == DW_TAG_structure_type || known->tag == DW_TAG_class_type ||
           known->tag == DW_TAG_union_type;
}

bool is_same_type(const Dwarf_Die *a, const Dwarf_Die *b) {
    struct known_type left = known_type_of(a), right = known_type_of(b);
    return is_same_known(&left, &right);
}

static bool holds(const struct type_list *list, const struct known_type *key) {
    for (size_t i = 0; list != NULL && i < list->n; i++) {
        if (is_same_known(&list->all[i], key)) {
            return true;
        }
    }
    return false;
}

static void add_type(struct type_list *list, const Dwarf_Die *type) {
    struct known_type key = known_type_of(type);
    if (key.bytes != 0 && !holds(list, &key)) {
        list->all = mem_grow(list->all, list->n, &list->room, sizeof *list->all);
        key.is_flexible = type_is_flexible(&key.type);
        list->all[list->n++] = key;
    }
}

void type_list_free(struct type_list *list) {
    if (list != NULL) {
        free(list->all);
        free(list->visits);
        free(list);
    }
}

/* -- the search -- */

/* Is there something behind this structure that the search has not seen? */
static bool enter(struct type_list *list, const Dwarf_Die *type, int hops) {
    for (size_t i = 0; i < list->n_visits; i++) {
        struct type_visit *visit = &list->visits[i];
        if (visit->type == type->addr) {
            bool is_new = hops < visit->hops;
            visit->hops = is_new ? hops : visit->hops;
            return is_new;
        }
    }
    if (list->n_visits == MOST_VISITS) {
        list->cut_off = true;
        return false;
    }
    list->visits = mem_grow(list->visits, list->n_visits, &list->visits_room, sizeof *list->visits);
    list->visits[list->n_visits++] = (struct type_visit){type->addr, hops};
    return true;
}

static void look_at(struct type_list *list, Dwarf_Die type, int hops, int depth);

static void look_at_members(struct type_list *list, Dwarf_Die *type, int hops, int depth) {
    Dwarf_Die member, of_member;
    if (!enter(list, type, hops) || dwarf_child(type, &member) != 0) {
        return;
    }
    do {
        int tag = dwarf_tag(&member);
        if ((tag == DW_TAG_member || tag == DW_TAG_inheritance) &&
            type_of(&member, &of_member) != NULL) {
            look_at(list, of_member, hops, depth + 1);
        }
    } while (dwarf_siblingof(&member, &member) == 0);
}

static void look_at(struct type_list *list, Dwarf_Die type, int hops, int depth) {
    Dwarf_Die target;
    if (depth > DEEPEST_MEMBER || !type_peel(&type)) {
        return;
    }
    switch (dwarf_tag(&type)) {
    case DW_TAG_pointer_type:
    case DW_TAG_reference_type:
    case DW_TAG_rvalue_reference_type:
        if (hops < MOST_HOPS && type_of(&type, &target) != NULL) {
            add_type(list, &target);
            look_at(list, target, hops + 1, depth + 1);
        }
        break;
    case DW_TAG_array_type:
        if (type_of(&type, &target) != NULL) {
            look_at(list, target, hops, depth + 1);
        }
        break;
    case DW_TAG_structure_type:
    case DW_TAG_class_type:
    case DW_TAG_union_type:
        look_at_members(list, &type, hops, depth);
        break;
    default:
        break;
    }
}

static bool look_at_variable(Dwarf_Die *variable, void *list) {
    Dwarf_Die type;
    if (type_of(variable, &type) != NULL) {
        look_at(list, type, 0, 0);
    }
    return true;
}

/* What other units define is declared here by one compiler, and not by another. */
static void look_at_unit(struct type_list *list, Dwarf_Die *scope, int depth) {
    Dwarf_Die die;
    if (depth > DEEPEST_MEMBER || dwarf_child(scope, &die) != 0) {
        return;
    }
    do {
        if (dwarf_tag(&die) == DW_TAG_variable && dwarf_hasattr(&die, DW_AT_declaration) == 0) {
            look_at_variable(&die, list);
        } else if (dwarf_tag(&die) == DW_TAG_namespace) {
            look_at_unit(list, &die, depth + 1);
        }
    } while (dwarf_siblingof(&die, &die) == 0);
}

static const struct type_list *list_of_unit(struct site *site) {
    struct unit *unit = unit_of(site->module, &site->unit);
    if (unit->known == NULL) {
        unit->known = mem_new(1, sizeof *unit->known);
        look_at_unit(unit->known, &unit->whole, 0);
    }
    return unit->known;
}

void known_types_of(struct known_types *known, struct site *site) {
    site_each_variable(site, look_at_variable, &known->by_function);
    look_at_variable(&site->described, &known->by_function); /* its result */
    known->by_unit = list_of_unit(site);
}

bool is_known_by_function(const struct known_types *known, const Dwarf_Die *type) {
    struct known_type key = known_type_of(type);
    return holds(&known->by_function, &key);
}

bool is_known(const struct known_types *known, const Dwarf_Die *type) {
    struct known_type key = known_type_of(type);
    return holds(&known->by_function, &key) || holds(known->by_unit, &key);
}

void known_types_free(struct known_types *known) {
    free(known->by_function.all);
    free(known->by_function.visits);
    memset(known, 0, sizeof *known);
}
