/* scan.h - JSON looked at where it lies, without building it.
 *
 * Model    a span is the text of one value. Members and elements of it are spans within.
 * Trust    scan_valid() checks everything; the other functions take only what it, or a writer of
 *          JSON, has vouched for.
 * Cost     a few ns a byte, no memory: a merge of many files looks at five fields of each finding,
 *          and a tree of it would take fifty times as long.
 */
#ifndef RADDLE_TOOLS_REPORT_SCAN_H
#define RADDLE_TOOLS_REPORT_SCAN_H

#include <jansson.h>
#include <stdbool.h>

struct span {
    const char *from, *to; /* from == NULL: there is no such value */
};

/* Is this one JSON object and nothing else? What a parser might read in another way (numbers beyond 18
 * digits, escaped surrogates, very deep nesting) is refused: ask the parser then. */
bool scan_valid(struct span text);

/* An array, or the rest of one once scan_next has begun it. */
bool scan_is_list(struct span value);
/* The next member of an object, or element of an array, whose rest is *rest; at first the whole value.
 * Returns false at the end. key: NULL for arrays. */
bool scan_next(struct span *rest, struct span *key, struct span *value);
/* The last member of that name, as a parser has it. */
struct span scan_member(struct span object, const char *name);

/* For who walks through valid JSON value by value: from a bracket to the first key or element, or to what
 * closes it; from a key to its value; from a value to the next key or element, or to what closes the list; from a
 * value's first byte to behind its last. */
const char *scan_inside(const char *bracket, const char *end);
const char *scan_after_key(const char *at, const char *end);
const char *scan_after_value(const char *at, const char *end);
const char *scan_end(const char *value, const char *end);
/* Without the white space before it. */
struct span scan_trim(struct span value);

/* The value is exactly this text of JSON: "true", "\"error\"". */
bool scan_is(struct span value, const char *text);
/* The value as a tree: a new reference; NULL: there is none. */
json_t *scan_tree(struct span value);
/* A string's text, new; NULL: it is none. */
char *scan_text(struct span value);
/* An integer; 0: it is none. */
json_int_t scan_number(struct span value);

#endif
