/* dwarf_type.c - what is this type called, and which member lies at this offset? */
#include "instrument/tools/report/dwarf_type.h"

#include <dwarf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/say.h"

#define DEEPEST_TYPE 64 /* more nesting than any compiler accepts; ends loops in damaged DWARF */

Dwarf_Die *type_of(Dwarf_Die *die, Dwarf_Die *out) {
    Dwarf_Attribute attribute;
    return dwarf_formref_die(dwarf_attr_integrate(die, DW_AT_type, &attribute), out);
}

/* Typedefs and qualifiers taken off. */
static bool peel(Dwarf_Die *type) {
    Dwarf_Die peeled;
    if (dwarf_peel_type(type, &peeled) != 0) {
        return false;
    }
    *type = peeled;
    return true;
}

uint64_t type_bytes(Dwarf_Die *type) {
    Dwarf_Word bytes = 0;
    Dwarf_Die copy = *type;
    return dwarf_aggregate_size(&copy, &bytes) == 0 ? bytes : 0;
}

/* -- names -- */

static bool is_c_unit(Dwarf_Die *die) {
    Dwarf_Die unit;
    if (dwarf_diecu(die, &unit, NULL, NULL) == NULL) {
        return true;
    }
    switch (dwarf_srclang(&unit)) {
    case DW_LANG_C:
    case DW_LANG_C89:
    case DW_LANG_C99:
    case DW_LANG_C11:
        return true;
    default:
        return false;
    }
}

static char *tagged_name(Dwarf_Die *type, const char *keyword) {
    const char *name = dwarf_diename(type);
    if (name == NULL) {
        return str_format("%s {…}", keyword);
    }
    return is_c_unit(type) ? str_format("%s %s", keyword, name) : str_copy(name);
}

/* gcc spells the standard's longest forms, clang the usual ones: a report says the same for both. */
static const char *base_name(Dwarf_Die *type) {
    static const char *const spelled[][2] = {
        {"short int", "short"},         {"short unsigned int", "unsigned short"},
        {"long int", "long"},           {"long unsigned int", "unsigned long"},
        {"long long int", "long long"}, {"long long unsigned int", "unsigned long long"},
    };
    const char *name = dwarf_diename(type);
    for (size_t i = 0; name != NULL && i < sizeof spelled / sizeof spelled[0]; i++) {
        if (strcmp(name, spelled[i][0]) == 0) {
            return spelled[i][1];
        }
    }
    return name == NULL ? "…" : name;
}

/* Elements of one dimension; 0: not known (a flexible array). */
static uint64_t subrange_count(Dwarf_Die *subrange) {
    Dwarf_Attribute attribute;
    Dwarf_Word value;
    if (dwarf_attr_integrate(subrange, DW_AT_count, &attribute) != NULL &&
        dwarf_formudata(&attribute, &value) == 0) {
        return value;
    }
    if (dwarf_attr_integrate(subrange, DW_AT_upper_bound, &attribute) != NULL &&
        dwarf_formudata(&attribute, &value) == 0) {
        return value + 1;
    }
    return 0;
}

/* The element counts of all dimensions, outermost first; returns how many. */
static size_t array_dimensions(Dwarf_Die *array, uint64_t *counts, size_t most) {
    Dwarf_Die child;
    size_t n = 0;
    if (dwarf_child(array, &child) != 0) {
        return 0;
    }
    do {
        if (dwarf_tag(&child) == DW_TAG_subrange_type && n < most) {
            counts[n++] = subrange_count(&child);
        }
    } while (dwarf_siblingof(&child, &child) == 0);
    return n;
}

static char *name_within(Dwarf_Die *type, int depth);

static char *array_name(Dwarf_Die *type, int depth) {
    uint64_t counts[8];
    size_t n = array_dimensions(type, counts, 8);
    Dwarf_Die element;
    char *name = name_within(type_of(type, &element), depth + 1);
    for (size_t i = 0; i < n; i++) {
        const char *gap = i == 0 ? " " : "";
        char *longer = counts[i] == 0
                           ? str_format("%s%s[]", name, gap)
                           : str_format("%s%s[%llu]", name, gap, (unsigned long long)counts[i]);
        free(name);
        name = longer;
    }
    return name;
}

static char *derived_name(Dwarf_Die *type, const char *format, int depth) {
    Dwarf_Die target;
    char *of = name_within(type_of(type, &target), depth + 1);
    size_t length = strlen(of);
    const char *gap = length != 0 && of[length - 1] == '*' ? "" : " ";
    char *name = NULL;
    if (format[0] == '*' || format[0] == '&') {
        name = str_format("%s%s%s", of, gap, format);
    } else if (gap[0] == '\0') {
        name = str_format("%s %s", of, format); /* char *const */
    } else {
        name = str_format("%s %s", format, of); /* const char */
    }
    free(of);
    return name;
}

static char *name_within(Dwarf_Die *type, int depth) {
    if (type == NULL) {
        return str_copy("void");
    }
    if (depth > DEEPEST_TYPE) {
        return str_copy("…");
    }
    switch (dwarf_tag(type)) {
    case DW_TAG_structure_type:
        return tagged_name(type, "struct");
    case DW_TAG_union_type:
        return tagged_name(type, "union");
    case DW_TAG_enumeration_type:
        return tagged_name(type, "enum");
    case DW_TAG_class_type:
        return tagged_name(type, "class");
    case DW_TAG_pointer_type:
        return derived_name(type, "*", depth);
    case DW_TAG_reference_type:
        return derived_name(type, "&", depth);
    case DW_TAG_rvalue_reference_type:
        return derived_name(type, "&&", depth);
    case DW_TAG_const_type:
        return derived_name(type, "const", depth);
    case DW_TAG_volatile_type:
        return derived_name(type, "volatile", depth);
    case DW_TAG_restrict_type:
        return derived_name(type, "restrict", depth);
    case DW_TAG_atomic_type:
        return derived_name(type, "_Atomic", depth);
    case DW_TAG_array_type:
        return array_name(type, depth);
    case DW_TAG_subroutine_type:
        return str_copy("function");
    default:
        return str_copy(base_name(type));
    }
}

char *type_name(Dwarf_Die *type) {
    return name_within(type, 0);
}

/* -- members -- */

/* Where a member lies in its struct, in bits. */
struct extent {
    uint64_t first, bits;
    bool is_field; /* a bit-field */
};

static bool number_of(Dwarf_Die *die, unsigned name, uint64_t *out) {
    Dwarf_Attribute attribute;
    Dwarf_Word value;
    if (dwarf_attr(die, name, &attribute) == NULL || dwarf_formudata(&attribute, &value) != 0) {
        return false;
    }
    *out = value;
    return true;
}

/* False: its place is not known from here, as that of a virtual base, which an expression reads from the
 * object itself. A member of a union has none, and lies at 0. */
static bool member_extent(Dwarf_Die *member, Dwarf_Die *type, struct extent *out) {
    uint64_t start = 0, from_left, storage = type_bytes(type);
    if (!number_of(member, DW_AT_data_member_location, &start) &&
        dwarf_hasattr(member, DW_AT_data_member_location) != 0) {
        return false;
    }
    *out = (struct extent){.first = 8 * start, .bits = 8 * storage};
    out->is_field = number_of(member, DW_AT_bit_size, &out->bits);
    uint64_t bit;
    if (number_of(member, DW_AT_data_bit_offset, &bit)) {
        out->first += bit;
    } else if (out->is_field && number_of(member, DW_AT_bit_offset, &from_left)) {
        number_of(member, DW_AT_byte_size,
                  &storage); /* DWARF 3 counts from the most significant bit */
        out->first += 8 * storage - from_left - out->bits;
    }
    return true;
}

/* Static ones lie elsewhere: DWARF 5 has them as variables [5.7.7], before that they are declared members. */
static bool is_member(Dwarf_Die *die) {
    return dwarf_tag(die) == DW_TAG_inheritance ||
           (dwarf_tag(die) == DW_TAG_member && dwarf_hasattr(die, DW_AT_external) == 0);
}

/* Of a member, whether its bytes hold all of [offset, offset + bytes), and whether any. */
static bool holds(const struct extent *extent, uint64_t offset, uint64_t bytes) {
    return offset >= extent->first / 8 && offset + bytes <= (extent->first + extent->bits + 7) / 8;
}

static bool overlaps(const struct extent *extent, uint64_t offset, uint64_t bytes) {
    return 8 * offset < extent->first + extent->bits && extent->first < 8 * (offset + bytes);
}

/* How well what lies in a type fits an access: an int to four bytes before a struct of four. */
enum fit { FITS_NOT, FITS_WHOLE, FITS_VALUE };

static bool is_aggregate(int tag) {
    return tag == DW_TAG_structure_type || tag == DW_TAG_class_type || tag == DW_TAG_union_type;
}

/* Steps that choosing one member may take; ends loops in damaged DWARF. */
enum { MOST_STEPS = 2000 };

static enum fit best_fit(Dwarf_Die type, uint64_t offset, uint64_t bytes, int *steps);

static enum fit member_fit(Dwarf_Die *member_type, const struct extent *extent, uint64_t offset,
                           uint64_t bytes, int *steps) {
    return extent->is_field ? FITS_NOT
                            : best_fit(*member_type, offset - extent->first / 8, bytes, steps);
}

static enum fit best_fit(Dwarf_Die type, uint64_t offset, uint64_t bytes, int *steps) {
    Dwarf_Die member, member_type;
    if (--*steps < 0 || !peel(&type)) {
        return FITS_NOT;
    }
    bool whole = offset == 0 && type_bytes(&type) == bytes;
    int tag = dwarf_tag(&type);
    if (tag == DW_TAG_array_type && type_of(&type, &member) != NULL) {
        uint64_t size = type_bytes(&member);
        enum fit fit = size == 0 ? FITS_NOT : best_fit(member, offset % size, bytes, steps);
        return fit == FITS_NOT && whole ? FITS_WHOLE : fit;
    }
    if (!is_aggregate(tag) || dwarf_child(&type, &member) != 0) {
        return whole ? FITS_VALUE : FITS_NOT;
    }
    enum fit best = whole ? FITS_WHOLE : FITS_NOT;
    do {
        struct extent extent;
        if (is_member(&member) && type_of(&member, &member_type) != NULL &&
            member_extent(&member, &member_type, &extent) && holds(&extent, offset, bytes)) {
            enum fit fit = member_fit(&member_type, &extent, offset, bytes, steps);
            best = fit > best ? fit : best;
        }
    } while (best != FITS_VALUE && dwarf_siblingof(&member, &member) == 0);
    return best;
}

/* The member of a struct or union that an access is of. */
struct choice {
    Dwarf_Die member, type;
    struct extent extent;
    enum fit fit;
    bool found;
    size_t touched; /* how many members lie in the access */
};

/* A member before a base, whose size includes padding at its end that members use [Itanium C++ ABI 2.4]. */
static bool is_better(const struct choice *best, const struct choice *next) {
    if (!best->found || next->fit != best->fit) {
        return !best->found || next->fit > best->fit;
    }
    Dwarf_Die of_best = best->member, of_next = next->member;
    return dwarf_tag(&of_best) == DW_TAG_inheritance && dwarf_tag(&of_next) == DW_TAG_member;
}

/* Members overlap in unions, bit-fields share bytes: what fits the access best, else the first. */
static bool choose_member(Dwarf_Die *type, uint64_t offset, uint64_t bytes, struct choice *best) {
    struct choice next = {.found = true};
    int steps = MOST_STEPS;
    *best = (struct choice){.found = false};
    if (dwarf_child(type, &next.member) != 0) {
        return false;
    }
    do {
        if (!is_member(&next.member) || type_of(&next.member, &next.type) == NULL ||
            !member_extent(&next.member, &next.type, &next.extent)) {
            continue;
        }
        next.touched += overlaps(&next.extent, offset, bytes);
        if (holds(&next.extent, offset, bytes)) {
            next.fit = member_fit(&next.type, &next.extent, offset, bytes, &steps);
            if (is_better(best, &next)) {
                *best = next;
            }
        }
    } while (dwarf_siblingof(&next.member, &next.member) == 0);
    best->touched = next.touched;
    return best->found;
}

/* One step into a struct: the member that holds [offset, offset + bytes). Of several bit-fields there it is
 * not known which: they are told as the struct. */
static bool enter_member(Dwarf_Die *type, uint64_t *offset, uint64_t bytes, char **path) {
    struct choice choice;
    if (!choose_member(type, *offset, bytes, &choice) ||
        (choice.extent.is_field && choice.touched > 1)) {
        return false;
    }
    const char *name =
        dwarf_tag(&choice.member) == DW_TAG_member ? dwarf_diename(&choice.member) : NULL;
    if (name != NULL) {
        char *longer = str_format("%s.%s", *path, name);
        free(*path);
        *path = longer;
    }
    *offset -= choice.extent.first / 8;
    *type = choice.type;
    return true;
}

/* One step into an array, through all its dimensions. */
static bool enter_element(Dwarf_Die *type, uint64_t *offset, uint64_t bytes, char **path) {
    uint64_t counts[8];
    size_t n = array_dimensions(type, counts, 8);
    Dwarf_Die element;
    if (n == 0 || type_of(type, &element) == NULL) {
        return false;
    }
    uint64_t size = type_bytes(&element);
    if (size == 0 || *offset % size + bytes > size) {
        return false;
    }
    uint64_t index = *offset / size, below = 1;
    for (size_t i = 1; i < n; i++) {
        below *= counts[i] == 0 ? 1 : counts[i];
    }
    for (size_t i = 0; i < n; i++) {
        char *longer = str_format("%s[%llu]", *path, (unsigned long long)(index / below));
        free(*path);
        *path = longer;
        index %= below;
        if (i + 1 < n) {
            below /= counts[i + 1] == 0 ? 1 : counts[i + 1];
        }
    }
    *offset %= size;
    *type = element;
    return true;
}

/* Primitives are one thing to their users, whatever stands inside them. */
static bool is_opaque(Dwarf_Die *type) {
    static const char *const prefixes[] = {"pthread_", "__gthread_", "rdl_",
                                           "sem_t",    "mtx_t",      "cnd_t"};
    static const char *const of_cxx[] = {"mutex", "recursive_mutex", "timed_mutex", "shared_mutex",
                                         "condition_variable"};
    const char *name = dwarf_diename(type);
    for (size_t i = 0; name != NULL && i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0) {
            return true;
        }
    }
    for (size_t i = 0; name != NULL && i < sizeof of_cxx / sizeof of_cxx[0]; i++) {
        if (strcmp(name, of_cxx[i]) == 0 && !is_c_unit(type)) {
            return true;
        }
    }
    return false;
}

static bool is_name_only(Dwarf_Die *type) {
    int tag = dwarf_tag(type);
    return tag == DW_TAG_typedef || tag == DW_TAG_const_type || tag == DW_TAG_volatile_type;
}

/* Whether it is one by any of its names: typedefs of typedefs, too. */
static bool is_primitive(const Dwarf_Die *type) {
    Dwarf_Die at = *type;
    for (int depth = 0; depth < DEEPEST_TYPE; depth++) {
        Dwarf_Die next;
        if (is_opaque(&at)) {
            return true;
        }
        if (!is_name_only(&at) || type_of(&at, &next) == NULL) {
            return false;
        }
        at = next;
    }
    return false;
}

static bool enter(Dwarf_Die *type, uint64_t *offset, uint64_t bytes, char **path) {
    int tag = dwarf_tag(type);
    if (tag == DW_TAG_array_type) {
        return enter_element(type, offset, bytes, path);
    }
    return is_aggregate(tag) && enter_member(type, offset, bytes, path);
}

char *type_path(Dwarf_Die *type, uint64_t *offset, uint64_t bytes) {
    char *path = str_copy("");
    Dwarf_Die at = *type;
    uint64_t rest = *offset;
    for (int depth = 0; depth < DEEPEST_TYPE && !is_primitive(&at); depth++) {
        size_t length = strlen(path);
        if (!peel(&at) || !enter(&at, &rest, bytes, &path)) {
            break;
        }
        if (strlen(path) != length) { /* a base has no name: it is told only by what is in it */
            *type = at;
            *offset = rest;
        }
    }
    return path;
}
