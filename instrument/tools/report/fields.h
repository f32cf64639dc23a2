/* fields.h - the fields of JSON objects, read without trust and written without loss.
 *
 * A model may come from a file that a user edited. What the schema does not ask for, or what a damaged record
 * lacked (shape.h), may be absent: a field that is not there, or of another type, reads as "?" or 0. Names
 * come from debug information and from programs: what is no UTF-8 in them is written as U+FFFD.
 */
#ifndef RADDLE_TOOLS_REPORT_FIELDS_H
#define RADDLE_TOOLS_REPORT_FIELDS_H

#include <jansson.h>
#include <stdbool.h>

/* Borrowed from the object. */
const char *field_text(const json_t *object, const char *key);
json_int_t field_number(const json_t *object, const char *key);
/* a + b, at most what fits: both may come from a file. */
json_int_t number_sum(json_int_t a, json_int_t b);
/* The field is true. */
bool field_is_set(const json_t *object, const char *key);
/* The field is this text. */
bool field_is(const json_t *object, const char *key, const char *text);

/* Of an array of tasks the one with that serial; NULL: it is not told of there. Borrowed. */
const json_t *task_with(const json_t *tasks, json_int_t serial);

/* A string, whatever its bytes. */
json_t *text_json(const char *text);
/* NULL text: no field. */
void field_set_text(json_t *object, const char *key, const char *text);
/* Takes `text`. */
void field_take_text(json_t *object, const char *key, char *text);
void field_set_number(json_t *object, const char *key, json_int_t number);
/* Only when it is so: the absence of a flag is false. */
void field_set_flag(json_t *object, const char *key, bool is_so);

#endif
