/* dwarf_member.c - which member of a type lies at this offset? */
#include "instrument/tools/report/dwarf_member.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/dwarf_type.h"
#include "instrument/tools/report/say.h"

/* -- parts: what an access may be of -- */

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

/* What an access may be of: a member, or all of a run of adjacent bit-fields. Those are one memory location [C11 3.14],
 * which gcc tells the detector as a whole and clang in parts: the run is the same for both. DWARF has no fields of
 * width 0, which would part two runs. */
struct part {
    Dwarf_Die member, last; /* the first and the last of the run */
    Dwarf_Die type;         /* of the first */
    struct extent extent;   /* with the padding behind a run: a compiler may touch it, too */
};

/* The parts of a struct or union, in their order. */
struct parts {
    Dwarf_Die die; /* the next to read */
    bool more;
    struct part ahead;
    bool has_ahead, overlap;
    uint64_t bits;
};

/* Where a flexible array ends that a struct does: where its object does, which is not the type's to say [C11 6.7.2.1]. */
#define NO_END ((uint64_t)1 << 40)

static bool has_no_bound(Dwarf_Die *type) {
    uint64_t count;
    Dwarf_Die array = *type;
    return type_peel(&array) && dwarf_tag(&array) == DW_TAG_array_type &&
           type_dimensions(&array, &count, 1) == 1 && count == 0;
}

static bool read_member(struct parts *parts) {
    struct part *out = &parts->ahead;
    while (parts->more) {
        out->member = out->last = parts->die;
        bool known = is_member(&out->member) && type_of(&out->member, &out->type) != NULL &&
                     member_extent(&out->member, &out->type, &out->extent);
        parts->more = dwarf_siblingof(&parts->die, &parts->die) == 0;
        if (known) {
            return true;
        }
    }
    return false;
}

static void parts_begin(Dwarf_Die *type, struct parts *parts) {
    *parts = (struct parts){.overlap = dwarf_tag(type) == DW_TAG_union_type,
                            .bits = 8 * type_bytes(type)};
    parts->more = dwarf_child(type, &parts->die) == 0;
    parts->has_ahead = read_member(parts);
}

static bool goes_on(const struct parts *parts, const struct extent *run) {
    return parts->has_ahead && run->is_field && parts->ahead.extent.is_field && !parts->overlap &&
           parts->ahead.extent.first >= run->first + run->bits;
}

static bool parts_next(struct parts *parts, struct part *out) {
    struct extent *extent = &out->extent;
    if (!parts->has_ahead) {
        return false;
    }
    *out = parts->ahead;
    while ((parts->has_ahead = read_member(parts)) && goes_on(parts, extent)) {
        out->last = parts->ahead.member;
        extent->bits = parts->ahead.extent.first + parts->ahead.extent.bits - extent->first;
    }
    uint64_t end = parts->has_ahead ? parts->ahead.extent.first : parts->bits;
    if (extent->is_field && !parts->overlap && end > extent->first + extent->bits) {
        extent->bits = end - extent->first;
    } else if (!parts->has_ahead && !parts->overlap && has_no_bound(&out->type)) {
        extent->bits = NO_END;
    }
    return true;
}

static bool is_aggregate(int tag) {
    return tag == DW_TAG_structure_type || tag == DW_TAG_class_type || tag == DW_TAG_union_type;
}

bool type_is_flexible(Dwarf_Die *type) {
    struct parts parts;
    struct part part = {.extent = {.bits = 0}};
    Dwarf_Die whole = *type;
    if (!type_peel(&whole) || !is_aggregate(dwarf_tag(&whole))) {
        return false;
    }
    for (parts_begin(&whole, &parts); parts_next(&parts, &part);) {
    }
    return part.extent.bits == NO_END;
}

/* Of a part, whether its bytes hold all of [offset, offset + bytes), and whether any. */
static bool holds(const struct extent *extent, uint64_t offset, uint64_t bytes) {
    return offset >= extent->first / 8 && offset + bytes <= (extent->first + extent->bits + 7) / 8;
}

static bool overlaps(const struct extent *extent, uint64_t offset, uint64_t bytes) {
    return 8 * offset < extent->first + extent->bits && extent->first < 8 * (offset + bytes);
}

/* -- choosing one -- */

/* How well what lies in a type fits an access: an int to four bytes before a struct of four. */
enum fit { FITS_NOT, FITS_WHOLE, FITS_VALUE };

/* Steps that choosing one member may take; ends loops in damaged DWARF. */
enum { MOST_STEPS = 2000 };

static enum fit best_fit(Dwarf_Die type, uint64_t offset, uint64_t bytes, int *steps);

static enum fit part_fit(const struct part *part, uint64_t offset, uint64_t bytes, int *steps) {
    return part->extent.is_field
               ? FITS_NOT
               : best_fit(part->type, offset - part->extent.first / 8, bytes, steps);
}

static enum fit best_fit(Dwarf_Die type, uint64_t offset, uint64_t bytes, int *steps) {
    Dwarf_Die element;
    if (--*steps < 0 || !type_peel(&type)) {
        return FITS_NOT;
    }
    bool whole = offset == 0 && type_bytes(&type) == bytes;
    int tag = dwarf_tag(&type);
    if (tag == DW_TAG_array_type && type_of(&type, &element) != NULL) {
        uint64_t size = type_bytes(&element);
        enum fit fit = size == 0 ? FITS_NOT : best_fit(element, offset % size, bytes, steps);
        return fit == FITS_NOT && whole ? FITS_WHOLE : fit;
    }
    if (!is_aggregate(tag) || dwarf_haschildren(&type) != 1) {
        return whole ? FITS_VALUE : FITS_NOT;
    }
    enum fit best = whole ? FITS_WHOLE : FITS_NOT;
    struct parts parts;
    struct part part;
    for (parts_begin(&type, &parts); best != FITS_VALUE && parts_next(&parts, &part);) {
        if (holds(&part.extent, offset, bytes)) {
            enum fit fit = part_fit(&part, offset, bytes, steps);
            best = fit > best ? fit : best;
        }
    }
    return best;
}

/* The part of a struct or union that an access is of. */
struct choice {
    struct part part;
    enum fit fit;
    bool found;
    size_t touched; /* how many parts lie in the access */
    bool is_tied;   /* members of a union fit alike: the first stands for them */
};

/* A member before a base, whose size includes padding at its end that members use [Itanium C++ ABI 2.4]. */
static bool is_better(const struct choice *best, const struct part *next, enum fit fit) {
    if (!best->found || fit != best->fit) {
        return !best->found || fit > best->fit;
    }
    Dwarf_Die of_best = best->part.member, of_next = next->member;
    return dwarf_tag(&of_best) == DW_TAG_inheritance && dwarf_tag(&of_next) == DW_TAG_member;
}

/* Members overlap in unions: what fits the access best, else the first. */
static bool choose_part(Dwarf_Die *type, uint64_t offset, uint64_t bytes, struct choice *best) {
    struct parts parts;
    struct part next;
    int steps = MOST_STEPS;
    *best = (struct choice){.found = false};
    for (parts_begin(type, &parts); parts_next(&parts, &next);) {
        best->touched += overlaps(&next.extent, offset, bytes);
        if (holds(&next.extent, offset, bytes)) {
            enum fit fit = part_fit(&next, offset, bytes, &steps);
            bool wins = is_better(best, &next, fit);
            best->is_tied = wins ? false : best->is_tied || fit == best->fit;
            if (wins) {
                best->part = next;
                best->fit = fit;
                best->found = true;
            }
        }
    }
    return best->found;
}

/* -- the path -- */

/* Where a path has led to. */
struct place {
    Dwarf_Die type;
    uint64_t offset; /* in it */
    char *path;
    bool is_run; /* of bit-fields: type is that of the first */
    bool is_field;
    bool is_tied; /* somewhere on the way */
};

static void add_to_path(struct place *at, char *more) {
    char *longer = str_format("%s%s", at->path, more);
    free(at->path);
    free(more);
    at->path = longer;
}

/* One step into a struct: the part that holds [offset, offset + bytes). Of several bit-fields of a union it is
 * not known which: they are told as the union. */
static bool enter_member(struct place *at, uint64_t bytes) {
    struct choice choice;
    if (!choose_part(&at->type, at->offset, bytes, &choice) ||
        (choice.part.extent.is_field && choice.touched > 1)) {
        return false;
    }
    struct part *part = &choice.part;
    const char *name =
        dwarf_tag(&part->member) == DW_TAG_member ? dwarf_diename(&part->member) : NULL;
    const char *last = dwarf_diename(&part->last);
    at->is_field = part->extent.is_field;
    at->is_tied |= choice.is_tied;
    at->is_run = part->last.addr != part->member.addr && name != NULL && last != NULL;
    if (name != NULL) {
        add_to_path(at, at->is_run ? str_format(".%s..%s", name, last) : str_format(".%s", name));
    }
    at->offset -= part->extent.first / 8;
    at->type = part->type;
    return true;
}

/* One step into an array, through all its dimensions. */
static bool enter_element(struct place *at, uint64_t bytes) {
    uint64_t counts[8];
    size_t n = type_dimensions(&at->type, counts, 8);
    Dwarf_Die element;
    if (n == 0 || type_of(&at->type, &element) == NULL) {
        return false;
    }
    uint64_t size = type_bytes(&element);
    if (size == 0 || at->offset % size + bytes > size) {
        return false;
    }
    uint64_t index = at->offset / size, below = 1;
    for (size_t i = 1; i < n; i++) {
        below *= counts[i] == 0 ? 1 : counts[i];
    }
    for (size_t i = 0; i < n; i++) {
        add_to_path(at, str_format("[%llu]", (unsigned long long)(index / below)));
        index %= below;
        if (i + 1 < n) {
            below /= counts[i + 1] == 0 ? 1 : counts[i + 1];
        }
    }
    at->offset %= size;
    at->type = element;
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
        if (strcmp(name, of_cxx[i]) == 0 && !type_is_of_c(type)) {
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

static bool enter(struct place *at, uint64_t bytes) {
    int tag = dwarf_tag(&at->type);
    if (tag == DW_TAG_array_type) {
        return enter_element(at, bytes);
    }
    return is_aggregate(tag) && enter_member(at, bytes);
}

/* Goes down to the smallest part; *named becomes the type of the last one that has a name. */
static void go_down(struct place *at, uint64_t bytes, Dwarf_Die *named) {
    *named = at->type;
    for (int depth = 0; depth < DEEPEST_TYPE && !is_primitive(&at->type); depth++) {
        size_t length = strlen(at->path);
        if (!type_peel(&at->type) || !enter(at, bytes)) {
            break;
        }
        if (strlen(at->path) != length) { /* a base has no name: it is told only by what is in it */
            *named = at->type;
        }
    }
}

char *type_path(Dwarf_Die *type, uint64_t offset, uint64_t bytes, char **called) {
    struct place at = {.type = *type, .offset = offset, .path = str_copy("")};
    Dwarf_Die named;
    go_down(&at, bytes, &named);
    *called = at.is_run ? str_copy("bit-fields") : type_name(&named);
    return at.path;
}

void type_part(Dwarf_Die *type, uint64_t offset, uint64_t bytes, struct type_part *out) {
    struct place at = {.type = *type, .offset = offset, .path = str_copy("")};
    Dwarf_Die named;
    go_down(&at, bytes, &named);
    free(at.path);
    *out = (struct type_part){.offset = at.offset, .is_field = at.is_field};
    if (!at.is_tied) {
        out->type = at.type;
    }
}

bool type_has_value(Dwarf_Die *type, uint64_t offset, uint64_t bytes) {
    struct place at = {.type = *type, .offset = offset, .path = str_copy("")};
    Dwarf_Die named;
    int steps = MOST_STEPS;
    go_down(&at, bytes, &named);
    free(at.path);
    return at.is_field || is_primitive(&at.type) ||
           best_fit(*type, offset, bytes, &steps) == FITS_VALUE;
}
