/* heap_type.c - see heap_type.h. */
#include "instrument/tools/report/heap_type.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/allocations.h"
#include "instrument/tools/report/dwarf_type.h"
#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/function_name.h"
#include "instrument/tools/report/known_types.h"
#include "instrument/tools/report/maker.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/variables.h"

enum { MOST_DECLARED = 8 }; /* variables on one line */

struct block {
    uint64_t bytes;
    const struct heap_use *uses; /* two */
    struct maker maker;
    struct known_types by_maker, by_user[2];
    Dwarf_Die
        declared[MOST_DECLARED]; /* what variables point to that the line of the call declares */
    size_t n_declared;
    const char *variable; /* the only one that it declares */
    bool is_ambiguous;    /* it declares more */
};

/* -- the variables on the line -------------------------------------------------------------- */

static bool look_at_declared(Dwarf_Die *variable, void *argument) {
    struct block *block = argument;
    Dwarf_Die type, target;
    const char *name = dwarf_diename(variable);
    if (name == NULL || dwarf_tag(variable) == DW_TAG_formal_parameter ||
        !site_is_on_line(&block->maker.site, variable) || type_of(variable, &type) == NULL ||
        !type_peel(&type) || !type_may_hold(&type)) {
        return true;
    }
    block->is_ambiguous |= block->variable != NULL && strcmp(block->variable, name) != 0;
    block->variable = name;
    if (!type_is_aggregate(&type) && type_of(&type, &target) != NULL &&
        block->n_declared < MOST_DECLARED) {
        block->declared[block->n_declared++] = target;
    }
    return true;
}

/* -- does a type fit? ------------------------------------------------------------------------ */

/* Is the block one of these, or several? */
static bool fits_block(const struct block *block, Dwarf_Die *type) {
    uint64_t bytes = type_bytes(type);
    return bytes != 0 && block->bytes >= bytes &&
           (block->bytes % bytes == 0 || type_is_flexible(type));
}

/* One, not several, as far as sizes tell. */
static bool is_exact(const struct block *block, Dwarf_Die *type) {
    return type_bytes(type) == block->bytes || (fits_block(block, type) && type_is_flexible(type));
}

static uint64_t offset_in(Dwarf_Die *type, uint64_t offset) {
    return type_is_flexible(type) ? offset : offset % type_bytes(type);
}

static bool is_of_all(const struct block *block, const struct heap_use *use) {
    return use->is_free || (use->offset == 0 && use->bytes == block->bytes);
}

/* Is each access of one member? */
static bool fits_uses(const struct block *block, Dwarf_Die *type) {
    for (int i = 0; i < 2; i++) {
        const struct heap_use *use = &block->uses[i];
        if (!is_of_all(block, use) &&
            (use->offset >= block->bytes ||
             !type_has_value(type, offset_in(type, use->offset), use->bytes))) {
            return false;
        }
    }
    return true;
}

/* Does who used it know the type, as far as that can be asked? free() takes all pointers. */
static bool users_know(const struct block *block, const Dwarf_Die *type) {
    for (int i = 0; i < 2; i++) {
        if (!block->uses[i].is_free && !is_known(&block->by_user[i], type)) {
            return false;
        }
    }
    return true;
}

/* -- by what the line declares ----------------------------------------------------------------- */

/* Does `type` begin with a member of type `first`? So C spells what C++ derives. */
static bool begins_with(const Dwarf_Die *type, const Dwarf_Die *first) {
    Dwarf_Die at = *type, member, next;
    for (int depth = 0; depth < DEEPEST_TYPE && type_peel(&at) && type_is_aggregate(&at); depth++) {
        if (dwarf_child(&at, &member) != 0) {
            return false;
        }
        while (dwarf_tag(&member) != DW_TAG_member && dwarf_tag(&member) != DW_TAG_inheritance) {
            if (dwarf_siblingof(&member, &member) != 0) {
                return false;
            }
        }
        if (type_of(&member, &next) == NULL) {
            return false;
        }
        if (is_same_type(&next, first)) {
            return true;
        }
        at = next;
    }
    return false;
}

/* is_exact of a type whose size is at hand. */
static bool known_is_exact(const struct block *block, const struct known_type *known) {
    return known->bytes == block->bytes ||
           (known->is_flexible && known->bytes != 0 && block->bytes >= known->bytes);
}

static bool list_has_rival(const struct block *block, const struct type_list *list,
                           const struct known_type *type) {
    for (size_t i = 0; list != NULL && i < list->n; i++) {
        const struct known_type *known = &list->all[i];
        Dwarf_Die other = known->type;
        if (known_is_aggregate(known) && !is_same_known(known, type) &&
            (known_is_exact(block, known) || begins_with(&other, &type->type)) &&
            fits_uses(block, &other)) {
            return true;
        }
    }
    return false;
}

/* Each unit is asked once. */
static bool is_first_of_unit(const struct known_types *const sets[], size_t i) {
    for (size_t k = 0; k < i; k++) {
        if (sets[k]->by_unit == sets[i]->by_unit) {
            return false;
        }
    }
    return true;
}

/* Does anybody know a structure that the block could be instead of several of `type`? */
static bool has_rival(const struct block *block, const Dwarf_Die *type) {
    const struct known_types *sets[] = {&block->by_maker, &block->by_user[0], &block->by_user[1]};
    const struct known_type known = known_type_of(type);
    for (size_t i = 0; i < 3; i++) {
        if (list_has_rival(block, &sets[i]->by_function, &known) ||
            (is_first_of_unit(sets, i) && list_has_rival(block, sets[i]->by_unit, &known))) {
            return true;
        }
    }
    return false;
}

/* Numbers and pointers are believed at their word; bytes may be anything's, and a structure the beginning of a larger one. */
static bool says_little(Dwarf_Die *type) {
    return type_is_aggregate(type) || type_bytes(type) == 1;
}

/* A pointer to a pointer may be one that walks along others, to blocks that it does not point to itself. */
static bool is_pointer(Dwarf_Die *type) {
    Dwarf_Die peeled = *type;
    return type_peel(&peeled) && dwarf_tag(&peeled) == DW_TAG_pointer_type;
}

static bool is_one_of(const struct block *block, Dwarf_Die *type) {
    return !is_pointer(type) && is_exact(block, type) && fits_uses(block, type) &&
           (!type_is_aggregate(type) || users_know(block, type));
}

static bool is_array_of(const struct block *block, Dwarf_Die *type) {
    return !is_pointer(type) && fits_block(block, type) && !type_is_flexible(type) &&
           fits_uses(block, type) && (!says_little(type) || !has_rival(block, type)) &&
           (!type_is_aggregate(type) || users_know(block, type));
}

/* The one type that is declared and that `holds`; false: none, or several. */
static bool one_declared(const struct block *block, Dwarf_Die *out,
                         bool (*holds)(const struct block *, Dwarf_Die *)) {
    size_t n = 0;
    for (size_t i = 0; i < block->n_declared; i++) {
        Dwarf_Die type = block->declared[i];
        if (holds(block, &type) && (n == 0 || !is_same_type(out, &type))) {
            *out = type;
            n++;
        }
    }
    return n == 1;
}

/* -- by who knows what --------------------------------------------------------------------------- */

static bool is_of_system(Dwarf_Die *type) {
    Dwarf_Die unit;
    const char *file = declared_in(type, &unit);
    return file != NULL && module_is_system(file);
}

/* Does the DIE describe a structure of the program's, by its tag or by a typedef of one without? Of the system's each
 * compiler describes some. */
static bool describes_structure(Dwarf_Die *die) {
    Dwarf_Die type = *die;
    int tag = dwarf_tag(die);
    bool is_typedef = tag == DW_TAG_typedef;
    bool is_type = is_typedef || tag == DW_TAG_structure_type || tag == DW_TAG_class_type ||
                   tag == DW_TAG_union_type;
    return is_type && type_is_aggregate(die) && type_peel(&type) &&
           (dwarf_diename(&type) == NULL) == is_typedef && !is_of_system(&type);
}

/* Has a unit another one of the block's size, though no variable leads to it? A cast may. */
static bool unit_has_another(const struct block *block, Dwarf_Die *scope, const Dwarf_Die *type,
                             int depth) {
    Dwarf_Die die;
    if (depth > DEEPEST_TYPE || dwarf_child(scope, &die) != 0) {
        return false;
    }
    do {
        if (dwarf_tag(&die) == DW_TAG_namespace
                ? unit_has_another(block, &die, type, depth + 1)
                : describes_structure(&die) && type_bytes(&die) == block->bytes &&
                      !is_same_type(&die, type) && fits_uses(block, &die)) {
            return true;
        }
    } while (dwarf_siblingof(&die, &die) == 0);
    return false;
}

/* Where all know it by a variable of the program only, it must be the only one of its size. */
static bool is_beyond_doubt(const struct block *block, const struct site users[2],
                            const Dwarf_Die *type) {
    if (is_known_by_function(&block->by_maker, type) ||
        is_known_by_function(&block->by_user[0], type) ||
        is_known_by_function(&block->by_user[1], type)) {
        return true;
    }
    Dwarf_Die units[] = {block->maker.site.unit, users[0].unit, users[1].unit};
    for (size_t i = 0; i < 3; i++) {
        if (units[i].addr != NULL && unit_has_another(block, &units[i], type, 0)) {
            return false;
        }
    }
    return true;
}

/* The only type of a list that those who used it know, too, and that fits; how many there are, of which two are enough. */
static size_t known_to_all(const struct block *block, const struct type_list *list,
                           Dwarf_Die *out) {
    size_t n = 0;
    for (size_t i = 0; list != NULL && i < list->n && n < 2; i++) {
        const struct known_type *known = &list->all[i];
        Dwarf_Die type = known->type;
        bool fits = known->bytes <= block->bytes &&
                    (known->is_flexible || block->bytes % known->bytes == 0);
        if (fits && users_know(block, &type) && fits_uses(block, &type)) {
            *out = type;
            n++;
        }
    }
    return n;
}

/* A structure of that size; that it is several of one is believed of what a line declares only. What the function that
 * allocated it has variables of its own for says more than what the program has some for. */
static bool one_known(const struct block *block, const struct site users[2], Dwarf_Die *out) {
    size_t n = known_to_all(block, &block->by_maker.by_function, out);
    n = n != 0 ? n : known_to_all(block, block->by_maker.by_unit, out);
    return n == 1 && type_is_aggregate(out) && is_exact(block, out) &&
           is_beyond_doubt(block, users, out);
}

/* -- telling it ------------------------------------------------------------------------------------ */

/* A structure by its own name, not by those of its typedefs: which of them is met first is by chance. */
static Dwarf_Die named_type(const Dwarf_Die *type) {
    Dwarf_Die peeled = *type;
    return type_peel(&peeled) && dwarf_diename(&peeled) != NULL ? peeled : *type;
}

/* What stands before the path; NULL: nothing does. C++ without template arguments, which compilers spell differently. */
static char *base_of(const struct block *block, Dwarf_Die *type) {
    const char *name = type_is_aggregate(type) ? dwarf_diename(type) : NULL;
    if (name != NULL && die_is_cxx(type)) {
        char *whole = die_name_in_scopes(type, name), *key = function_name_key(whole);
        free(whole);
        return key;
    }
    name = name != NULL ? name : block->is_ambiguous ? NULL : block->variable;
    return name == NULL ? NULL : str_copy(name);
}

static void tell_type(const struct block *block, json_t *object, Dwarf_Die type, uint64_t offset,
                      uint64_t bytes, struct type_part *part) {
    type = named_type(&type);
    char *base = base_of(block, &type), *whole = type_name(&type), *called = NULL;
    uint64_t size = type_bytes(&type), within = offset_in(&type, offset);
    bool is_flexible = type_is_flexible(&type), is_one = is_flexible || size == block->bytes;
    if (!is_one) {
        char *one = whole;
        whole = str_format("%s [%llu]", one, (unsigned long long)(block->bytes / size));
        free(one);
    }
    field_set_text(object, "block_type", whole);
    if (base != NULL && !is_one && within + bytes > size) {
        field_set_text(object, "name", base); /* of several elements */
        field_set_text(object, "type", whole);
    } else if (base != NULL) {
        char *path = type_path(&type, within, bytes, &called);
        char *index =
            is_one ? str_copy("") : str_format("[%llu]", (unsigned long long)(offset / size));
        const char *star = is_one && !type_is_aggregate(&type) ? "*" : "";
        field_take_text(object, "name", str_format("%s%s%s%s", star, base, index, path));
        field_set_text(object, "type", called);
        type_part(&type, within, bytes, part);
        free(path);
        free(index);
        free(called);
    }
    free(whole);
    free(base);
}

static bool is_cut_off(const struct known_types *known) {
    return known->by_function.cut_off || (known->by_unit != NULL && known->by_unit->cut_off);
}

/* Where no variable says which of its function's blocks it is. */
static void tell_which(const struct maker *maker, json_t *object) {
    size_t before = allocations_before(&maker->site, maker->wrappers, maker->n_wrappers);
    if (before != 0) {
        field_set_number(object, "allocations_before", (json_int_t)before);
    }
}

/* What who allocated and used it know of it. */
static void tell_held(const struct scene *scene, struct block *block, json_t *object,
                      uint64_t offset, uint64_t bytes, struct type_part *part) {
    struct site users[2];
    Dwarf_Die type;
    known_types_of(&block->by_maker, &block->maker.site);
    for (int i = 0; i < 2; i++) {
        const json_t *stack = block->uses[i].stack;
        if (site_of_frame(scene, stack, piece_user_index(stack), &users[i])) {
            known_types_of(&block->by_user[i], &users[i]);
        }
    }
    bool cut_off = is_cut_off(&block->by_maker) || is_cut_off(&block->by_user[0]) ||
                   is_cut_off(&block->by_user[1]);
    if (!cut_off && (one_declared(block, &type, is_one_of) ||
                     one_declared(block, &type, is_array_of) || one_known(block, users, &type))) {
        tell_type(block, object, type, offset, bytes, part);
    }
    known_types_free(&block->by_maker);
    known_types_free(&block->by_user[0]);
    known_types_free(&block->by_user[1]);
}

/* *told becomes what heap_type_tell adds to `object`. */
static void tell(const struct scene *scene, const json_t *object, const struct heap_use uses[2],
                 uint64_t offset, uint64_t bytes, json_t *told, struct type_part *part) {
    struct block block = {.bytes = (uint64_t)field_number(object, "bytes"), .uses = uses};
    struct maker *maker = &block.maker;
    if (offset >= block.bytes || !maker_find(scene, json_object_get(object, "allocated"), maker)) {
        return;
    }
    field_set_text(told, "maker", json_string_value(json_object_get(maker->frame, "function")));
    site_each_variable(&maker->site, look_at_declared, &block);
    if (block.variable != NULL && !block.is_ambiguous) {
        field_set_text(told, "variable", block.variable);
    } else if (maker->is_direct) {
        tell_which(maker, told);
    }
    if (maker->is_direct) {
        tell_held(scene, &block, told, offset, bytes, part);
    }
}

/* A stack is known by its address: the same one is given out for the same calls. */
static void ask_for_block(struct question *question, const json_t *object,
                          const struct heap_use uses[2], uint64_t offset, uint64_t bytes) {
    question_add(question, RECALL_BLOCK);
    question_add_pointer(question, json_object_get(object, "allocated"));
    question_add(question, (uint64_t)field_number(object, "bytes"));
    question_add(question, offset);
    question_add(question, bytes);
    for (int i = 0; i < 2; i++) {
        question_add_pointer(question, uses[i].stack);
        question_add(question, uses[i].offset);
        question_add(question, uses[i].bytes);
        question_add(question, uses[i].is_free);
    }
}

void heap_type_tell(const struct scene *scene, json_t *object, const struct heap_use uses[2],
                    uint64_t offset, uint64_t bytes, struct type_part *part) {
    struct question question = {.n = 0};
    ask_for_block(&question, object, uses, offset, bytes);
    const struct answer *answer = recall_find(scene->recall, &question);
    json_t *told = answer != NULL ? json_incref(answer->json) : json_object();
    if (answer != NULL) {
        *part = answer->part;
    } else {
        tell(scene, object, uses, offset, bytes, told, part);
        recall_keep(scene->recall, &question, told, part);
    }
    json_object_update(object, told);
    json_decref(told);
    question_free(&question);
}
