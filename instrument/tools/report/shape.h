/* shape.h - is this JSON what our schema says? Asked of what was read, before it counts.
 *
 * A model may come from a file that somebody edited, cut or wrote by hand. What its findings mean hangs on
 * their members: without "severity" one would not fail, and nobody would know. So what cannot be understood is
 * refused, by file, line and member. raddle-findings-1.schema.json is the one source: shapes.py makes tables of
 * the types, choices, forms, numbers and required members that stand there. Members that it does not know are let through.
 */
#ifndef RADDLE_TOOLS_REPORT_SHAPE_H
#define RADDLE_TOOLS_REPORT_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "instrument/tools/report/scan.h"

enum {
    SHAPE_OBJECT = 1,
    SHAPE_ARRAY = 2,
    SHAPE_STRING = 4,
    SHAPE_INTEGER = 8,
    SHAPE_BOOLEAN = 16,
};

struct shape {
    unsigned types;                     /* SHAPE_…: any of these */
    const struct shape_member *members; /* of an object */
    size_t n_members;
    const struct shape *elements; /* of an array; NULL: anything */
    size_t least, most;           /* of them; most == 0: any number */
    const char *const *words;     /* a string is one of these; NULL: any */
    const char *prefix;           /* a string is this and hexadecimal digits; NULL: any */
    size_t digits;                /* so many; 0: one or more */
    bool has_minimum;             /* of an integer */
    long long minimum;
};

struct shape_member {
    const char *name;
    size_t length;
    bool required;
    const struct shape *shape;
};

/* The whole model. */
extern const struct shape *const shape_model;
/* A member of it; NULL: none is known by that name. */
const struct shape *shape_of(const struct shape *object, const char *name);

/* Is the value, which is valid JSON, of that shape? Cost: one pass over it. */
bool shape_fits(const struct shape *shape, struct span value);
/* What is not so, first: "findings[0].severity is missing: it must be …", a new string, and where in
 * *at; NULL: it fits. */
char *shape_fault(const struct shape *shape, struct span value, const char **at);

#endif
