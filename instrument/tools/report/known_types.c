/* known_types.c - walking from variables to what they point to. */
#include "instrument/tools/report/known_types.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/dwarf_type.h"
#include "instrument/tools/report/say.h"

enum {
    MOST_HOPS =
        3, /* pointers on the way: from an argument to its job, to the job's queue, to its items */
    MOST_VISITS = 2000, /* structures on the way */
    DEEPEST_MEMBER = 64 /* of structures in one another */
};

struct type_visit {
    const void *type; /* of its DIE */
    int hops;         /* the fewest it was reached by */
    bool by_function;
};

/* A walk, from one variable. */
struct walk {
    struct known_types *known;
    bool by_function;
};

bool is_same_type(const Dwarf_Die *a, const Dwarf_Die *b) {
    Dwarf_Die left = *a, right = *b;
    if (!type_peel(&left) || !type_peel(&right)) {
        return false;
    }
    if (left.addr == right.addr) {
        return true;
    }
    const char *of_left = dwarf_diename(&left), *of_right = dwarf_diename(&right);
    if (of_left == NULL && of_right == NULL && dwarf_tag(&left) != DW_TAG_pointer_type) {
        left = *a; /* a structure without a tag, by its typedef */
        right = *b;
        of_left = dwarf_diename(&left);
        of_right = dwarf_diename(&right);
    }
    if (of_left == NULL || of_right == NULL) {
        return of_left == NULL && of_right == NULL && dwarf_tag(&left) == DW_TAG_pointer_type &&
               dwarf_tag(&right) == DW_TAG_pointer_type;
    }
    return dwarf_tag(&left) == dwarf_tag(&right) && strcmp(of_left, of_right) == 0 &&
           type_bytes(&left) == type_bytes(&right);
}

const struct known_type *known_types_find(const struct known_types *known, const Dwarf_Die *type) {
    for (size_t i = 0; i < known->n; i++) {
        if (is_same_type(&known->all[i].type, type)) {
            return &known->all[i];
        }
    }
    return NULL;
}

static void add_type(const struct walk *walk, const Dwarf_Die *type) {
    struct known_types *known = walk->known;
    struct known_type *found = (struct known_type *)known_types_find(known, type);
    Dwarf_Die copy = *type;
    if (found != NULL) {
        found->by_function |= walk->by_function;
    } else if (type_bytes(&copy) != 0) {
        known->all = mem_grow(known->all, known->n, &known->room, sizeof *known->all);
        known->all[known->n++] = (struct known_type){*type, walk->by_function};
    }
}

/* Is there something behind this structure that the search has not seen? */
static bool enter(const struct walk *walk, const Dwarf_Die *type, int hops) {
    struct known_types *known = walk->known;
    for (size_t i = 0; i < known->n_visits; i++) {
        struct type_visit *visit = &known->visits[i];
        if (visit->type == type->addr) {
            bool is_new = hops < visit->hops || (walk->by_function && !visit->by_function);
            visit->hops = hops < visit->hops ? hops : visit->hops;
            visit->by_function |= walk->by_function;
            return is_new;
        }
    }
    if (known->n_visits == MOST_VISITS) {
        known->cut_off = true;
        return false;
    }
    known->visits =
        mem_grow(known->visits, known->n_visits, &known->visits_room, sizeof *known->visits);
    known->visits[known->n_visits++] = (struct type_visit){type->addr, hops, walk->by_function};
    return true;
}

static void look_at(const struct walk *walk, Dwarf_Die type, int hops, int depth);

static void look_at_members(const struct walk *walk, Dwarf_Die *type, int hops, int depth) {
    Dwarf_Die member, of_member;
    if (!enter(walk, type, hops) || dwarf_child(type, &member) != 0) {
        return;
    }
    do {
        int tag = dwarf_tag(&member);
        if ((tag == DW_TAG_member || tag == DW_TAG_inheritance) &&
            type_of(&member, &of_member) != NULL) {
            look_at(walk, of_member, hops, depth + 1);
        }
    } while (dwarf_siblingof(&member, &member) == 0);
}

static void look_at(const struct walk *walk, Dwarf_Die type, int hops, int depth) {
    Dwarf_Die target;
    if (depth > DEEPEST_MEMBER || !type_peel(&type)) {
        return;
    }
    switch (dwarf_tag(&type)) {
    case DW_TAG_pointer_type:
    case DW_TAG_reference_type:
    case DW_TAG_rvalue_reference_type:
        if (hops < MOST_HOPS && type_of(&type, &target) != NULL) {
            add_type(walk, &target);
            look_at(walk, target, hops + 1, depth + 1);
        }
        break;
    case DW_TAG_array_type:
        if (type_of(&type, &target) != NULL) {
            look_at(walk, target, hops, depth + 1);
        }
        break;
    case DW_TAG_structure_type:
    case DW_TAG_class_type:
    case DW_TAG_union_type:
        look_at_members(walk, &type, hops, depth);
        break;
    default:
        break;
    }
}

static bool look_at_variable(Dwarf_Die *variable, void *walk) {
    Dwarf_Die type;
    if (type_of(variable, &type) != NULL) {
        look_at(walk, type, 0, 0);
    }
    return true;
}

/* What other units define is declared here by one compiler, and not by another. */
static void look_at_unit(const struct walk *walk, Dwarf_Die *scope, int depth) {
    Dwarf_Die die;
    if (depth > DEEPEST_MEMBER || dwarf_child(scope, &die) != 0) {
        return;
    }
    do {
        if (dwarf_tag(&die) == DW_TAG_variable && dwarf_hasattr(&die, DW_AT_declaration) == 0) {
            look_at_variable(&die, (void *)walk);
        } else if (dwarf_tag(&die) == DW_TAG_namespace) {
            look_at_unit(walk, &die, depth + 1);
        }
    } while (dwarf_siblingof(&die, &die) == 0);
}

void known_types_add(struct known_types *known, struct site *site) {
    struct walk walk = {.known = known, .by_function = true};
    site_each_variable(site, look_at_variable, &walk);
    look_at_variable(&site->described, &walk); /* its result */
    walk.by_function = false;
    look_at_unit(&walk, &site->unit, 0);
}

void known_types_free(struct known_types *known) {
    free(known->all);
    free(known->visits);
    memset(known, 0, sizeof *known);
}
