/* shape.c - JSON against the tables of its schema; see shape.h. */
#include "instrument/tools/report/shape.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/say.h"

enum { LONGEST_SHOWN = 40 };

/* One pass: `end` of all, and what was wrong first. */
struct pass {
    const char *end;
    bool tell;       /* else it is enough that something is wrong */
    const char *at;  /* where; NULL: nothing is wrong */
    char *path;      /* to it, from the innermost outwards */
    char *complaint; /* "is …: it must be …" */
};

/* -- telling -- */

/* "R and 12 hexadecimal digits" */
static void must_have_form(FILE *out, const struct shape *shape) {
    fprintf(out, "%s%s", shape->prefix, *shape->prefix == '\0' ? "" : " and ");
    if (shape->digits != 0) {
        fprintf(out, "%zu ", shape->digits);
    }
    fputs("hexadecimal digits", out);
}

static void must_be(FILE *out, const struct shape *shape) {
    static const struct {
        unsigned type;
        const char *name;
    } types[] = {{SHAPE_OBJECT, "an object"},
                 {SHAPE_ARRAY, "an array"},
                 {SHAPE_STRING, "a string"},
                 {SHAPE_INTEGER, "a whole number"},
                 {SHAPE_BOOLEAN, "true or false"}};
    const char *between = "";
    bool any = shape->words == NULL && shape->prefix == NULL;
    for (size_t i = 0; any && i < sizeof types / sizeof types[0]; i++) {
        if ((shape->types & types[i].type) != 0) {
            fprintf(out, "%s%s", between, types[i].name);
            between = " or ";
        }
    }
    for (size_t i = 0; shape->words != NULL && shape->words[i] != NULL; i++) {
        between = i == 0 ? "" : shape->words[i + 1] == NULL ? " or " : ", ";
        fprintf(out, "%s\"%s\"", between, shape->words[i]);
    }
    if (shape->prefix != NULL) {
        must_have_form(out, shape);
    }
    if (shape->least != 0) {
        fprintf(out, " of %zu%s", shape->least, shape->most == 0 ? " or more" : "");
    }
    if (shape->has_minimum) {
        fprintf(out, ", %lld or more", shape->minimum);
    }
}

/* What is there: itself, where it is short. */
static void is_there(FILE *out, struct span value) {
    size_t length = (size_t)(value.to - value.from);
    bool object = *value.from == '{', array = *value.from == '[';
    if (object || array || length > LONGEST_SHOWN) {
        fprintf(out, "is %s",
                object                ? "an object"
                : array && length > 1 ? "an array of another length"
                : array               ? "an array"
                : *value.from == '"'  ? "a long string"
                                      : "a number");
    } else {
        fprintf(out, "is %.*s", (int)length, value.from);
    }
}

/* value.from == NULL: it is missing. Returns NULL: the pass is over. */
static const char *refuse(struct pass *pass, const struct shape *shape, const char *at,
                          struct span value) {
    size_t bytes;
    pass->at = at;
    if (!pass->tell) {
        return NULL;
    }
    FILE *out = open_memstream(&pass->complaint, &bytes);
    if (out == NULL) {
        say_fatal("out of memory: the report could not be made");
    }
    if (value.from == NULL) {
        fputs("is missing", out);
    } else {
        is_there(out, value);
    }
    fputs(": it must be ", out);
    must_be(out, shape);
    fclose(out);
    return NULL;
}

/* The path gets longer at its front, as the pass comes back from where it was. Takes `part`. */
static void prefix_path(struct pass *pass, char *part) {
    const char *rest = pass->path == NULL ? "" : pass->path;
    char *longer = str_format("%s%s%s", part, *rest == '\0' || *rest == '[' ? "" : ".", rest);
    free(pass->path);
    free(part);
    pass->path = longer;
}

/* -- the pass: each takes a value and returns what is behind it, or NULL -- */

static const char *follow(struct pass *pass, const struct shape *shape, const char *at);

static unsigned type_of(struct span value) {
    switch (*value.from) {
    case '{':
        return SHAPE_OBJECT;
    case '[':
        return SHAPE_ARRAY;
    case '"':
        return SHAPE_STRING;
    case 't':
    case 'f':
        return SHAPE_BOOLEAN;
    case 'n':
        return 0;
    default: {
        size_t length = (size_t)(value.to - value.from);
        bool real = memchr(value.from, '.', length) != NULL ||
                    memchr(value.from, 'e', length) != NULL ||
                    memchr(value.from, 'E', length) != NULL;
        return real ? 0 : SHAPE_INTEGER;
    }
    }
}

static bool is_word(const struct shape *shape, struct span value) {
    bool found = shape->words == NULL;
    for (size_t i = 0; !found && shape->words[i] != NULL; i++) {
        size_t length = strlen(shape->words[i]);
        found = (size_t)(value.to - value.from) == length + 2 &&
                memcmp(value.from + 1, shape->words[i], length) == 0;
    }
    return found;
}

static bool is_hexadecimal(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool has_form(const struct shape *shape, struct span value) {
    if (shape->prefix == NULL) {
        return true;
    }
    size_t prefix = strlen(shape->prefix), length = (size_t)(value.to - value.from) - 2;
    bool fits = length > prefix && memcmp(value.from + 1, shape->prefix, prefix) == 0 &&
                (shape->digits == 0 || length == prefix + shape->digits);
    for (size_t i = prefix; fits && i < length; i++) {
        fits = is_hexadecimal(value.from[1 + i]);
    }
    return fits;
}

static const char *follow_scalar(struct pass *pass, const struct shape *shape, struct span value) {
    unsigned type = type_of(value);
    bool fits =
        (shape->types & type) != 0 &&
        (type != SHAPE_STRING || (is_word(shape, value) && has_form(shape, value))) &&
        (type != SHAPE_INTEGER || !shape->has_minimum || scan_number(value) >= shape->minimum);
    return fits ? value.to : refuse(pass, shape, value.from, value);
}

/* The place of the member among those of the shape; n_members: it is not known. */
static size_t member_called(const struct shape *shape, struct span key) {
    size_t i = 0, length = (size_t)(key.to - key.from) - 2;
    while (i < shape->n_members && (shape->members[i].length != length ||
                                    memcmp(shape->members[i].name, key.from + 1, length) != 0)) {
        i++;
    }
    return i;
}

static const char *check_required(struct pass *pass, const struct shape *shape, uint64_t seen,
                                  const char *object, const char *after) {
    for (size_t i = 0; i < shape->n_members; i++) {
        if (shape->members[i].required && (seen >> i & 1) == 0) {
            refuse(pass, shape->members[i].shape, object, (struct span){0});
            if (pass->tell) {
                prefix_path(pass, str_copy(shape->members[i].name));
            }
            return NULL;
        }
    }
    return after;
}

static const char *follow_object(struct pass *pass, const struct shape *shape, const char *object) {
    uint64_t seen = 0;
    const char *at = scan_inside(object, pass->end);
    while (*at != '}') {
        struct span key = {at, scan_end(at, pass->end)};
        at = scan_after_key(key.to, pass->end);
        size_t i = member_called(shape, key);
        bool known = i < shape->n_members;
        seen |= known ? (uint64_t)1 << i : 0;
        at = known ? follow(pass, shape->members[i].shape, at) : scan_end(at, pass->end);
        if (at == NULL) {
            if (pass->tell) {
                prefix_path(pass, str_copy(shape->members[i].name));
            }
            return NULL;
        }
        at = scan_after_value(at, pass->end);
    }
    return check_required(pass, shape, seen, object, at + 1);
}

static const char *follow_array(struct pass *pass, const struct shape *shape, const char *array) {
    const char *at = scan_inside(array, pass->end);
    size_t i;
    for (i = 0; *at != ']'; i++) {
        at = shape->elements == NULL ? scan_end(at, pass->end) : follow(pass, shape->elements, at);
        if (at == NULL) {
            if (pass->tell) {
                prefix_path(pass, str_format("[%zu]", i));
            }
            return NULL;
        }
        at = scan_after_value(at, pass->end);
    }
    if (i < shape->least || (shape->most != 0 && i > shape->most)) {
        return refuse(pass, shape, array, (struct span){array, at + 1});
    }
    return at + 1;
}

static const char *follow(struct pass *pass, const struct shape *shape, const char *at) {
    bool object = *at == '{', array = *at == '[';
    if (object && (shape->types & SHAPE_OBJECT) != 0) {
        return follow_object(pass, shape, at);
    }
    if (array && (shape->types & SHAPE_ARRAY) != 0) {
        return follow_array(pass, shape, at);
    }
    return follow_scalar(pass, shape,
                         (struct span){at, object || array ? at + 1 : scan_end(at, pass->end)});
}

/* -- asking -- */

const struct shape *shape_of(const struct shape *object, const char *name) {
    for (size_t i = 0; i < object->n_members; i++) {
        if (strcmp(object->members[i].name, name) == 0) {
            return object->members[i].shape;
        }
    }
    return NULL;
}

bool shape_fits(const struct shape *shape, struct span value) {
    struct pass pass = {.end = value.to};
    return follow(&pass, shape, scan_trim(value).from) != NULL;
}

char *shape_fault(const struct shape *shape, struct span value, const char **at) {
    struct pass pass = {.end = value.to, .tell = true};
    if (follow(&pass, shape, scan_trim(value).from) != NULL) {
        return NULL;
    }
    *at = pass.at;
    char *fault = str_format("%s%s%s", pass.path == NULL ? "it" : pass.path, " ", pass.complaint);
    free(pass.path);
    free(pass.complaint);
    return fault;
}
