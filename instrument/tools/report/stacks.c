/* stacks.c - see stacks.h. */
#include "instrument/tools/report/stacks.h"

#include <stddef.h>

#include "instrument/tools/report/pieces.h"

static bool have_same(const json_t *a, const json_t *b, const char *key) {
    const json_t *of_a = json_object_get(a, key), *of_b = json_object_get(b, key);
    return (of_a == NULL && of_b == NULL) || json_equal(of_a, of_b);
}

bool stacks_is_same_frame(const json_t *a, const json_t *b) {
    return have_same(a, b, "function") && have_same(a, b, "file") && have_same(a, b, "line") &&
           have_same(a, b, "module") &&
           (json_object_get(a, "line") != NULL || have_same(a, b, "offset"));
}

/* How many frames they share, from the outermost one inwards. */
static size_t shared(const json_t *a, const json_t *b) {
    size_t of_a = json_array_size(a), of_b = json_array_size(b), n = 0;
    while (n < of_a && n < of_b &&
           stacks_is_same_frame(json_array_get(a, of_a - 1 - n), json_array_get(b, of_b - 1 - n))) {
        n++;
    }
    return n;
}

bool stacks_are_same(const json_t *a, const json_t *b) {
    size_t n = json_array_size(a);
    return n == json_array_size(b) && shared(a, b) == n;
}

/* The frames of the user's call and of its callers: those of libraries that it goes through come and go. */
static size_t users(const json_t *stack) {
    return json_array_size(stack) - piece_user_index(stack);
}

static bool is_same_call(const json_t *a, const json_t *b) {
    const json_t *of_a = piece_user_frame(a), *of_b = piece_user_frame(b);
    return have_same(of_a, of_b, "offset"); /* a line may have two */
}

bool stacks_has_returned(const json_t *before, const json_t *now) {
    size_t n = shared(before, now), of_before = users(before), of_now = users(now);
    if (of_before == 0 || of_now == 0) {
        return false;
    }
    if (n >= of_before) {
        return n >= of_now && is_same_call(before, now);
    }
    if (n >= of_now) {
        return false; /* who waits would have called who took it: that is odd */
    }
    const json_t *then = json_array_get(before, json_array_size(before) - 1 - n);
    const json_t *there = json_array_get(now, json_array_size(now) - 1 - n);
    bool is_in_same = have_same(then, there, "function"), took_there = n + 1 == of_before;
    return took_there ? !is_in_same && n != 0 : is_in_same || n != 0;
}
