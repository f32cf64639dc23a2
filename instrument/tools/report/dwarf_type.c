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

static uint64_t member_offset(Dwarf_Die *member) {
    Dwarf_Attribute attribute;
    Dwarf_Word value;
    if (dwarf_attr(member, DW_AT_data_member_location, &attribute) != NULL &&
        dwarf_formudata(&attribute, &value) == 0) {
        return value;
    }
    if (dwarf_attr(member, DW_AT_data_bit_offset, &attribute) != NULL &&
        dwarf_formudata(&attribute, &value) == 0) {
        return value / 8;
    }
    return 0; /* a member of a union */
}

static uint64_t member_bytes(Dwarf_Die *member, Dwarf_Die *type) {
    Dwarf_Attribute attribute;
    Dwarf_Word bits, first = 0;
    if (dwarf_attr(member, DW_AT_bit_size, &attribute) == NULL ||
        dwarf_formudata(&attribute, &bits) != 0) {
        return type_bytes(type);
    }
    if (dwarf_attr(member, DW_AT_data_bit_offset, &attribute) != NULL) {
        dwarf_formudata(&attribute, &first);
    }
    return (first % 8 + bits + 7) / 8;
}

static bool is_member(int tag) {
    return tag == DW_TAG_member || tag == DW_TAG_inheritance;
}

/* One step into a struct: the member that holds [offset, offset + bytes). */
static bool enter_member(Dwarf_Die *type, uint64_t *offset, uint64_t bytes, char **path) {
    Dwarf_Die member, member_type;
    if (dwarf_child(type, &member) != 0) {
        return false;
    }
    do {
        if (!is_member(dwarf_tag(&member)) || type_of(&member, &member_type) == NULL) {
            continue;
        }
        uint64_t start = member_offset(&member), size = member_bytes(&member, &member_type);
        if (*offset < start || *offset + bytes > start + size) {
            continue;
        }
        const char *name = dwarf_tag(&member) == DW_TAG_member ? dwarf_diename(&member) : NULL;
        if (name != NULL) {
            char *longer = str_format("%s.%s", *path, name);
            free(*path);
            *path = longer;
        }
        *offset -= start;
        *type = member_type;
        return true;
    } while (dwarf_siblingof(&member, &member) == 0);
    return false;
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

char *type_path(Dwarf_Die *type, uint64_t *offset, uint64_t bytes) {
    char *path = str_copy("");
    for (int depth = 0; depth < DEEPEST_TYPE && !is_primitive(type); depth++) {
        Dwarf_Die inner = *type;
        if (!peel(&inner)) {
            break;
        }
        bool entered = false;
        switch (dwarf_tag(&inner)) {
        case DW_TAG_structure_type:
        case DW_TAG_class_type:
        case DW_TAG_union_type:
            entered = enter_member(&inner, offset, bytes, &path);
            break;
        case DW_TAG_array_type:
            entered = enter_element(&inner, offset, bytes, &path);
            break;
        default:
            break;
        }
        if (!entered) {
            break;
        }
        *type = inner;
    }
    return path;
}
