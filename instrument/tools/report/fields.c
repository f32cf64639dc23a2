/* fields.c - reading and writing the fields of JSON objects. */
#include "instrument/tools/report/fields.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/utf8.h"

const char *field_text(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "?" : text;
}

json_int_t field_number(const json_t *object, const char *key) {
    return json_integer_value(json_object_get(object, key));
}

json_int_t number_sum(json_int_t a, json_int_t b) {
    json_int_t sum;
    if (!__builtin_add_overflow(a, b, &sum)) {
        return sum;
    }
    return a < 0 ? INT64_MIN : INT64_MAX;
}

bool field_is_set(const json_t *object, const char *key) {
    return json_is_true(json_object_get(object, key));
}

bool field_is(const json_t *object, const char *key, const char *text) {
    return strcmp(field_text(object, key), text) == 0;
}

const json_t *task_with(const json_t *tasks, json_int_t serial) {
    size_t i;
    json_t *task;
    json_array_foreach(tasks, i, task) {
        if (field_number(task, "serial") == serial) {
            return task;
        }
    }
    return NULL;
}

json_t *text_json(const char *text) {
    json_t *json = json_string(text); /* NULL: no UTF-8 */
    if (json == NULL) {
        char *plain = utf8_text(text);
        json = json_string(plain);
        free(plain);
    }
    return json;
}

void field_set_text(json_t *object, const char *key, const char *text) {
    if (text != NULL) {
        json_object_set_new(object, key, text_json(text));
    }
}

void field_take_text(json_t *object, const char *key, char *text) {
    field_set_text(object, key, text);
    free(text);
}

void field_set_number(json_t *object, const char *key, json_int_t number) {
    json_object_set_new(object, key, json_integer(number));
}

void field_set_flag(json_t *object, const char *key, bool is_so) {
    if (is_so) {
        json_object_set_new(object, key, json_true());
    }
}
