/* dwarf_type.c - what is this type called? */
#include "instrument/tools/report/dwarf_type.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/say.h"

Dwarf_Die *type_of(Dwarf_Die *die, Dwarf_Die *out) {
    Dwarf_Attribute attribute;
    if (dwarf_formref_die(dwarf_attr_integrate(die, DW_AT_type, &attribute), out) == NULL) {
        return NULL;
    }
    Dwarf_Die whole; /* what is declared here may stand in a type unit [DWARF 5, 4.8] */
    if (dwarf_attr(out, DW_AT_signature, &attribute) != NULL &&
        dwarf_formref_die(&attribute, &whole) != NULL) {
        *out = whole;
    }
    return out;
}

static bool is_name_or_qualifier(int tag) {
    return tag == DW_TAG_typedef || tag == DW_TAG_const_type || tag == DW_TAG_volatile_type ||
           tag == DW_TAG_restrict_type || tag == DW_TAG_atomic_type ||
           tag == DW_TAG_immutable_type || tag == DW_TAG_packed_type || tag == DW_TAG_shared_type;
}

/* Not dwarf_peel_type(), which goes round for ever where damaged DWARF does. */
bool type_peel(Dwarf_Die *type) {
    for (int depth = 0; depth < DEEPEST_TYPE; depth++) {
        Dwarf_Die next;
        if (!is_name_or_qualifier(dwarf_tag(type))) {
            return true;
        }
        if (type_of(type, &next) == NULL) {
            return false;
        }
        *type = next;
    }
    return false;
}

bool type_is_aggregate(const Dwarf_Die *type) {
    Dwarf_Die peeled = *type;
    int tag = type_peel(&peeled) ? dwarf_tag(&peeled) : 0;
    return tag == DW_TAG_structure_type || tag == DW_TAG_class_type || tag == DW_TAG_union_type;
}

bool type_may_hold(const Dwarf_Die *type) {
    Dwarf_Die copy = *type;
    int tag = dwarf_tag(&copy);
    return tag == DW_TAG_pointer_type || tag == DW_TAG_reference_type || type_is_aggregate(type);
}

uint64_t type_bytes(Dwarf_Die *type) {
    Dwarf_Word bytes = 0;
    Dwarf_Die copy = *type;
    return type_peel(&copy) && dwarf_aggregate_size(&copy, &bytes) == 0 ? bytes : 0;
}

/* -- names -- */

bool type_is_of_c(Dwarf_Die *die) {
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
    return type_is_of_c(type) ? str_format("%s %s", keyword, name) : str_copy(name);
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

size_t type_dimensions(Dwarf_Die *array, uint64_t *counts, size_t most) {
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
    size_t n = type_dimensions(type, counts, 8);
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
