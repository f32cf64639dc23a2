/* library.c - which frames are the C++ library's, and what of it did the user call? */
#include "instrument/tools/report/library.h"

#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/function_name.h"
#include "instrument/tools/report/origin.h"
#include "instrument/tools/report/say.h"

static bool starts_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

/* "std::_V2::condition_variable_any" is std::condition_variable_any to everybody. Changes `key`. */
static void drop_inline_namespace(char *key) {
    static const char *const versions[] = {"std::_V2::", "std::__cxx11::", "std::__1::"};
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        size_t length = strlen(versions[i]), kept = strlen("std::");
        if (starts_with(key, versions[i])) {
            memmove(key + kept, key + length, strlen(key + length) + 1);
        }
    }
}

/* The scopes and name of a function of the C++ library, a new string; NULL: it is none. What a user adds to namespace
 * std stands in a file of his own. */
static char *library_key(const json_t *frame) {
    const char *name = json_string_value(json_object_get(frame, "function"));
    if (name == NULL || !field_is_set(frame, "system") || field_is_set(frame, "hidden") ||
        (strstr(name, "std::") == NULL && strstr(name, "__g") == NULL)) {
        return NULL;
    }
    char *key = function_name_key(name);
    drop_inline_namespace(key);
    if (starts_with(key, "std::") || starts_with(key, "__gnu_cxx::") ||
        starts_with(key, "__gthread_")) {
        return key;
    }
    free(key);
    return NULL;
}

static bool is_librarys(const json_t *frame) {
    char *key = library_key(frame);
    free(key);
    return key != NULL;
}

static bool has_user(const json_t *stack) {
    size_t i;
    json_t *frame;
    json_array_foreach(stack, i, frame) {
        if (!field_is_set(frame, "hidden") && !field_is_set(frame, "system")) {
            return true;
        }
    }
    return false;
}

void library_fold(json_t *stack) {
    size_t i;
    json_t *frame, *inner = NULL; /* the frame before this one, if it is the library's */
    if (!has_user(stack)) {
        return; /* all that is known */
    }
    json_array_foreach(stack, i, frame) {
        if (field_is_set(frame, "hidden")) {
            continue; /* of the C library, through which it calls itself: pthread_once */
        }
        bool is_one = is_librarys(frame);
        if (inner != NULL && is_one) {
            json_object_set_new(inner, "hidden", json_true());
            json_object_set_new(inner, "inner", json_true());
        }
        inner = is_one ? frame : NULL;
    }
}

/* -- waits ---------------------------------------------------------------------------------- */

/* libstdc++'s own names of what is documented under another one, and what a word in memory stands for that is waited
 * at there. */
static const struct known {
    const char *scope, *documented, *noun;
} known[] = {
    {"std::__basic_future::", "std::future::", "future"},
    {"std::future::", NULL, "future"},
    {"std::shared_future::", NULL, "future"},
    {"std::__atomic_base::", "std::atomic::", "atomic variable"},
    {"std::__atomic_float::", "std::atomic::", "atomic variable"},
    {"std::atomic::", NULL, "atomic variable"},
    {"std::atomic_flag::", NULL, "atomic flag"},
    {"std::latch::", NULL, "latch"},
    {"std::barrier::", NULL, "barrier"},
    {"std::counting_semaphore::", NULL, "semaphore"},
};

static const struct known *known_scope(const char *key) {
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (starts_with(key, known[i].scope)) {
            return &known[i];
        }
    }
    return NULL;
}

/* "std::lock_guard::lock_guard", a constructor, is "std::lock_guard". Takes `key`. */
static char *without_constructor(char *key) {
    char *last = strrchr(key, ':');
    size_t length = last == NULL ? 0 : strlen(last + 1);
    char *before = last == NULL ? key : last - 1; /* the end of its scope */
    if (length != 0 && (size_t)(before - key) > length &&
        strncmp(before - length, last + 1, length) == 0 && before[-(ptrdiff_t)length - 1] == ':') {
        *before = '\0';
    }
    return key;
}

/* The library's frame that the user called, if the wait is inside of it. */
static char *called_key(const json_t *stack) {
    size_t i;
    json_t *frame;
    json_array_foreach(stack, i, frame) {
        if (!field_is_set(frame, "hidden")) {
            return library_key(frame);
        }
    }
    return NULL;
}

static bool is_documented(const char *name) {
    return strstr(name, "::_") == NULL && !starts_with(name, "__");
}

static void name_object(json_t *object, const char *noun) {
    const char *variable =
        json_string_value(json_object_get(json_object_get(object, "variable"), "name"));
    const char *place = json_string_value(json_object_get(object, "place"));
    bool is_librarys_own = variable != NULL && starts_with(variable, "std::");
    if (is_librarys_own) { /* it keeps who waits in a table: neither the word nor its name is the user's */
        field_set_text(object, "label", noun);
    } else if (place != NULL) {
        field_take_text(object, "label", str_format("%s %s", noun, place));
    } else if (variable != NULL) {
        char *name = origin_variable_name(variable);
        field_take_text(object, "label", str_format("%s `%s`", noun, name));
        free(name);
    }
}

void library_name_wait(json_t *wait) {
    char *key = called_key(json_object_get(wait, "stack"));
    const struct known *scope = key == NULL ? NULL : known_scope(key);
    char *name = key == NULL ? NULL
                 : scope == NULL || scope->documented == NULL
                     ? str_copy(key)
                     : str_format("%s%s", scope->documented, key + strlen(scope->scope));
    if (name != NULL && is_documented(name)) {
        name = without_constructor(name);
        field_set_text(wait, "called", name);
    }
    size_t i;
    json_t *object;
    json_array_foreach(json_object_get(wait, "objects"), i, object) {
        if (scope != NULL && field_is(object, "kind", "futex")) {
            name_object(object, scope->noun);
        }
    }
    free(name);
    free(key);
}

const char *library_wait_name(const json_t *wait) {
    const char *called = json_string_value(json_object_get(wait, "called"));
    return called != NULL ? called : field_text(wait, "kind");
}
