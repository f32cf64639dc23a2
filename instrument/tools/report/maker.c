/* maker.c - who called malloc, and for whom. */
#include "instrument/tools/report/maker.h"

#include <dwarf.h>

#include "instrument/tools/report/dwarf_type.h"
#include "instrument/tools/report/fields.h"

static bool is_pointer_to_void(Dwarf_Die *type) {
    Dwarf_Die target;
    return type_peel(type) && dwarf_tag(type) == DW_TAG_pointer_type &&
           (type_of(type, &target) == NULL || !type_peel(&target));
}

/* What is said of the variables of a function that may be one of many that call malloc for others. */
struct wrapping {
    const struct site *site;
    bool takes_number, has_typed;
};

static bool look_at_wrapping(Dwarf_Die *variable, void *argument) {
    struct wrapping *wrapping = argument;
    Dwarf_Die type;
    if (type_of(variable, &type) == NULL) {
        return true;
    }
    bool takes = dwarf_tag(variable) == DW_TAG_formal_parameter;
    if (!takes && site_is_on_line(wrapping->site, variable)) {
        Dwarf_Die peeled = type;
        wrapping->has_typed |=
            !is_pointer_to_void(&type) && type_peel(&peeled) && type_may_hold(&peeled);
    }
    wrapping->takes_number |= takes && type_peel(&type) && dwarf_tag(&type) == DW_TAG_base_type;
    return true;
}

/* Does it allocate for its callers, as malloc does: so many bytes, of nothing in particular? */
static bool is_wrapper(const struct site *site) {
    struct wrapping wrapping = {.site = site};
    Dwarf_Die function = site->described, result;
    if (type_of(&function, &result) == NULL || !is_pointer_to_void(&result)) {
        return false;
    }
    site_each_variable(site, look_at_wrapping, &wrapping);
    return wrapping.takes_number && !wrapping.has_typed;
}

static bool is_direct(const json_t *allocated, size_t at) {
    for (size_t i = 0; i < at; i++) {
        const char *module =
            json_string_value(json_object_get(json_array_get(allocated, i), "module"));
        if (module == NULL || !module_is_ours(module)) {
            return false;
        }
    }
    return true;
}

bool maker_find(const struct scene *scene, const json_t *allocated, struct maker *out) {
    size_t at = piece_user_index(allocated);
    out->n_wrappers = 0;
    out->frame = NULL;
    out->is_direct = is_direct(allocated, at);
    if (!site_of_frame(scene, allocated, at, &out->site)) {
        return false;
    }
    while (out->is_direct && out->n_wrappers < MAKER_WRAPPERS && is_wrapper(&out->site)) {
        const json_t *frame = json_array_get(allocated, ++at);
        struct site caller;
        if (frame == NULL || !piece_is_users(frame) ||
            !site_of_frame(scene, allocated, at, &caller)) {
            break;
        }
        out->wrappers[out->n_wrappers++] = out->site;
        out->site = caller;
        out->frame = frame;
    }
    return true;
}
