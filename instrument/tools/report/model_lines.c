/* model_lines.c - a model read a line at a time; see model_lines.h. */
#include "instrument/tools/report/model_lines.h"

#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/say.h"
#include "instrument/tools/report/scan.h"
#include "instrument/tools/report/shape.h"

/* The lines of a file, without what ends them. */
struct lines {
    FILE *file;
    char *line;
    size_t room;
    size_t length;
};

static bool next(struct lines *lines) {
    ssize_t n = getline(&lines->line, &lines->room, lines->file);
    if (n < 0 || strlen(lines->line) != (size_t)n) { /* the end, or a NUL within */
        return false;
    }
    lines->length = (size_t)n;
    while (lines->length != 0 && strchr("\r\n", lines->line[lines->length - 1]) != NULL) {
        lines->line[--lines->length] = '\0';
    }
    return true;
}

/* Takes a comma from the line's end; returns whether there was one. */
static bool chop_comma(struct lines *lines) {
    bool comma = lines->length != 0 && lines->line[lines->length - 1] == ',';
    if (comma) {
        lines->line[--lines->length] = '\0';
    }
    return comma;
}

/* An element of an array, which is an object, as a string of its own; NULL: something else, or another
 * object than the shape says. */
static char *element(const struct lines *lines, const struct shape *shape) {
    const struct span span = {lines->line, lines->line + lines->length};
    return scan_valid(span) && (shape == NULL || shape_fits(shape, span)) ? str_copy(lines->line)
                                                                          : NULL;
}

/* A value as a tree; NULL: it is none, or not of that shape. */
static json_t *tree_of(const char *text, const struct shape *shape) {
    const struct span span = {text, text + strlen(text)};
    json_t *tree = json_loads(text, JSON_DECODE_ANY, NULL);
    if (tree != NULL && shape != NULL && !shape_fits(shape, span)) {
        json_decref(tree);
        return NULL;
    }
    return tree;
}

/* The elements of an array up to its "]": into the store, or else as trees into `array`. *more: a
 * comma follows the array. */
static bool read_array(struct lines *lines, const struct shape *shape, struct store *store,
                       json_t *array, bool *more) {
    const struct shape *elements = shape == NULL ? NULL : shape->elements;
    bool open = true; /* another element may come */
    while (next(lines)) {
        bool comma = chop_comma(lines);
        if (strcmp(lines->line, "]") == 0) {
            *more = comma;
            return true;
        }
        char *line = open && store != NULL ? element(lines, elements) : NULL;
        json_t *tree = !open || store != NULL ? NULL : tree_of(lines->line, elements);
        if (line == NULL && tree == NULL) {
            return false;
        }
        if (store != NULL) {
            store_add_line(store, line);
        } else {
            json_array_append_new(array, tree);
        }
        open = comma;
    }
    return false;
}

/* `"key": value` on one line, or the beginning of an array. */
static bool read_member(struct lines *lines, struct model *model, bool *more) {
    static const char begin[] = "\": ";
    char *colon = strstr(lines->line, begin);
    if (lines->line[0] != '"' || colon == NULL) {
        return false;
    }
    char *key = str_format("%.*s", (int)(colon - lines->line) - 1, lines->line + 1);
    const char *value = colon + strlen(begin);
    bool good = strpbrk(key, "\"\\") == NULL && json_object_get(model->head, key) == NULL;
    struct store *store = strcmp(key, "findings") == 0   ? &model->findings
                          : strcmp(key, "accepted") == 0 ? &model->accepted
                                                         : NULL;
    const struct shape *shape = shape_of(shape_model, key);
    if (good && strcmp(value, "[") == 0) {
        json_t *array = json_array();
        good = read_array(lines, shape, store, array, more);
        json_object_set_new(model->head, key, array);
    } else if (good) {
        *more = chop_comma(lines);
        json_t *tree = tree_of(value, shape);
        good = tree != NULL && (store == NULL || json_array_size(tree) == 0);
        json_object_set_new(model->head, key, tree);
    }
    free(key);
    return good;
}

static bool read_all(struct lines *lines, struct model *model) {
    bool more = true;
    if (!next(lines) || strcmp(lines->line, "{") != 0) {
        return false;
    }
    while (more) {
        if (!next(lines) || !read_member(lines, model, &more)) {
            return false;
        }
    }
    return next(lines) && strcmp(lines->line, "}") == 0 && !next(lines) && feof(lines->file);
}

struct model *model_read_lines(FILE *file) {
    struct lines lines = {.file = file};
    struct model *model = mem_new(1, sizeof *model);
    model->head = json_object();
    if (!read_all(&lines, model)) {
        model_free(model);
        model = NULL;
    }
    free(lines.line);
    return model;
}
