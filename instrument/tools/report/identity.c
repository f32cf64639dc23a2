/* identity.c - the stable id of a finding. */
#include "instrument/tools/report/identity.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/function_name.h"
#include "instrument/tools/report/origin.h"
#include "instrument/tools/report/pieces.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/stacks.h"

enum { DIGITS = 12 };

/* FNV-1a: the same on every machine, and no adversary is expected. */
static uint64_t hash_text(uint64_t hash, const char *text) {
    for (; *text != '\0'; text++) {
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    }
    return (hash ^ 0xff) * UINT64_C(0x100000001b3); /* a separator that no text contains */
}

static uint64_t hash_start(void) {
    return UINT64_C(0xcbf29ce484222325);
}

static uint64_t mix(uint64_t hash, uint64_t more) {
    for (int i = 0; i < 8; i++) {
        hash = (hash ^ (more >> (8 * i) & 0xff)) * UINT64_C(0x100000001b3);
    }
    return hash;
}

/* The function of the user frame; without a name its module and offset, which only drift with the
 * build. */
static char *place_key(const json_t *stack) {
    const json_t *frame = piece_user_frame(stack);
    const char *function = json_string_value(json_object_get(frame, "function"));
    return function != NULL ? function_name_key(function) : piece_frame_place(frame);
}

static uint64_t hash_place(uint64_t hash, const json_t *stack) {
    char *key = place_key(stack);
    hash = hash_text(hash, key);
    free(key);
    return hash;
}

/* The user's function that called the innermost one, as its key; NULL: nobody. One that calls itself is one. */
static char *caller_key(const json_t *stack, const char *callee) {
    const json_t *innermost = piece_user_frame(stack);
    bool outside = false;
    size_t i;
    json_t *frame;
    json_array_foreach(stack, i, frame) {
        const char *function = json_string_value(json_object_get(frame, "function"));
        char *key = outside && function != NULL && piece_is_users(frame)
                        ? function_name_key(function)
                        : NULL;
        if (key != NULL && strcmp(key, callee) != 0) {
            return key;
        }
        free(key);
        outside |= frame == innermost;
    }
    return NULL;
}

/* With its caller: one helper that locks, or makes threads, for all of a program has many bugs. */
static uint64_t hash_call(uint64_t hash, const json_t *stack) {
    char *place = place_key(stack), *caller = caller_key(stack, place);
    hash = hash_text(hash, place);
    hash = caller == NULL ? hash : hash_text(hash, caller);
    free(caller);
    free(place);
    return hash;
}

/* A text without its numbers: indices, addresses, lengths. */
static char *without_digits(const char *text) {
    char *plain = str_copy(text), *out = plain;
    for (const char *in = text; *in != '\0';) {
        if (in[0] == '0' && in[1] == 'x') {
            in += 2 + strspn(in + 2, "0123456789abcdefABCDEF");
            *out++ = '#';
        } else if (isdigit((unsigned char)*in)) {
            in += strspn(in, "0123456789");
            *out++ = '#';
        } else {
            *out++ = *in++;
        }
    }
    *out = '\0';
    return plain;
}

/* Indices only: "table[3].count2" is "table[].count2". */
static char *without_indices(const char *text) {
    char *plain = str_copy(text), *out = plain;
    for (const char *in = text; *in != '\0'; in++) {
        *out++ = *in;
        if (*in == '[') {
            in += strspn(in + 1, "0123456789");
        }
    }
    *out = '\0';
    return plain;
}

/* Of a member its path alone: whether a block is one structure or several is its size's matter, which may be another in
 * each run. "*count" and "count[]" are "count", "account[].balance" is "account.balance". */
static char *without_element(const char *name) {
    char *plain = without_indices(name[0] == '*' ? name + 1 : name);
    size_t base = strcspn(plain, "[.");
    if (strncmp(plain + base, "[]", 2) == 0) {
        memmove(plain + base, plain + base + 2, strlen(plain + base + 2) + 1);
    }
    return plain;
}

/* Blocks of one function are told apart by what they hold, and by the variable that the allocation's line declares. */
static uint64_t hash_block(uint64_t hash, const json_t *block) {
    const char *name = json_string_value(json_object_get(block, "name"));
    const char *variable = json_string_value(json_object_get(block, "variable"));
    const char *maker = json_string_value(json_object_get(block, "maker"));
    char *plain = name == NULL ? NULL : without_element(name);
    char *key = maker == NULL ? NULL : function_name_key(maker);
    hash = plain == NULL ? hash : hash_text(hash, plain);
    hash = variable == NULL ? hash : hash_text(hash_text(hash, "in"), variable);
    hash = key == NULL ? hash : hash_text(hash_text(hash, "for"), key);
    json_int_t before = field_number(block, "allocations_before");
    hash = before == 0 ? hash : mix(hash, (uint64_t)before);
    free(plain);
    free(key);
    const json_t *allocated = json_object_get(block, "allocated");
    return json_array_size(allocated) == 0 ? hash : hash_place(hash, allocated);
}

static uint64_t hash_object(uint64_t hash, const json_t *object) {
    const char *kind = json_string_value(json_object_get(object, "kind"));
    const char *name = json_string_value(json_object_get(object, "name"));
    bool is_rwlock = field_is(object, "kind", ORIGIN_RWLOCK); /* ids are older than its name */
    hash = hash_text(hash, is_rwlock ? "rwmutex" : kind == NULL ? "" : kind);
    if (field_is(object, "kind", "heap")) {
        return hash_block(hash, object);
    }
    /* Where a local variable lies is not known of each compiler's frames. */
    bool is_local = field_is(object, "kind", "stack");
    if (name != NULL && (!is_local || field_is_set(object, "everywhere"))) {
        char *plain = without_indices(name);
        hash = hash_text(hash, plain);
        free(plain);
    }
    if (is_local && field_is_set(object, "everywhere")) {
        char *key = function_name_key(field_text(object, "function"));
        hash = hash_text(hash, key);
        free(key);
    }
    return hash;
}

/* Sums are the same in every order. */
static uint64_t hash_accesses(const json_t *accesses) {
    uint64_t sum = 0;
    size_t i;
    json_t *access;
    json_array_foreach(accesses, i, access) {
        sum += hash_place(hash_start(), json_object_get(access, "stack"));
    }
    return sum;
}

static uint64_t hash_name(uint64_t hash, const json_t *lock) {
    const char *name = json_string_value(json_object_get(lock, "name"));
    char *plain = name == NULL ? NULL : without_indices(name);
    hash = hash_text(hash, plain == NULL ? "" : plain);
    free(plain);
    return hash;
}

/* What a task waits for, if it is one thing, and has a name that does not depend on where it lies. */
static uint64_t hash_awaited(uint64_t hash, const json_t *wait) {
    const json_t *objects = json_object_get(wait, "objects"), *object = json_array_get(objects, 0);
    const json_t *variable = json_object_get(object, "variable");
    bool one = json_array_size(objects) == 1 && field_number(wait, "objects_total") == 1;
    if (!one ||
        !(json_object_get(object, "name") != NULL || field_is(variable, "kind", "global"))) {
        return hash;
    }
    return hash_name(hash, json_object_get(object, "name") != NULL ? object : variable);
}

/* Of those who come by one helper to where one must wait for ever, it is luck who does: of a leak his wait's caller is
 * left out. */
static uint64_t hash_tasks(const json_t *tasks, bool is_leak) {
    uint64_t sum = 0;
    size_t i;
    json_t *task;
    json_array_foreach(tasks, i, task) {
        if (json_object_get(task, "behind") != NULL) {
            continue; /* by chance: it had come to wait, too, when they were found */
        }
        const json_t *wait = json_object_get(task, "wait");
        const char *kind = json_string_value(json_object_get(wait, "kind"));
        uint64_t hash = hash_call(hash_start(), json_object_get(task, "created"));
        hash = hash_text(hash, kind == NULL ? "" : kind);
        const json_t *stack = json_object_get(wait, "stack");
        sum += is_leak ? hash_place(hash, stack) : hash_call(hash_awaited(hash, wait), stack);
    }
    return sum;
}

/* The function from which both were called: where all locks are taken in one wrapper it tells them apart. */
static uint64_t hash_parting(uint64_t hash, const json_t *a, const json_t *b) {
    size_t at_a = json_array_size(a), at_b = json_array_size(b);
    while (at_a > 1 && at_b > 1 &&
           stacks_is_same_frame(json_array_get(a, at_a - 1), json_array_get(b, at_b - 1))) {
        at_a--;
        at_b--;
    }
    const char *function =
        at_a == 0 ? NULL
                  : json_string_value(json_object_get(json_array_get(a, at_a - 1), "function"));
    char *key = function == NULL ? str_copy("") : function_name_key(function);
    hash = hash_text(hash, key);
    free(key);
    return hash;
}

/* Which locks, and where each was held and the next one taken, wherever the circle begins. */
static uint64_t hash_cycle(const json_t *cycle) {
    uint64_t sum = 0;
    size_t i;
    json_t *step;
    json_array_foreach(cycle, i, step) {
        const json_t *holds = json_object_get(step, "holds"),
                     *takes = json_object_get(step, "takes");
        uint64_t hash = hash_start();
        if (holds != NULL) {
            hash = hash_place(hash, json_object_get(holds, "taken"));
            hash = hash_name(hash, holds);
            hash = hash_parting(hash, json_object_get(holds, "taken"),
                                json_object_get(takes, "taken"));
        }
        hash = hash_name(hash, takes);
        sum += hash_call(hash, json_object_get(takes, "taken"));
    }
    return sum;
}

/* Of threads the class decides whether a leak fails the run, and when time is up the same tasks may wait as in a
 * deadlock that was told before: no two of them are one finding. */
static uint64_t hash_class(uint64_t hash, const json_t *finding) {
    const json_t *task = json_array_get(json_object_get(finding, "tasks"), 0);
    const char *class = json_string_value(json_object_get(finding, "class"));
    bool counts = (field_is(finding, "kind", "leak") && field_is(task, "kind", "thread")) ||
                  field_is(finding, "class", "timeout");
    return counts && class != NULL ? hash_text(hash, class) : hash;
}

bool identity_is(const char *word, size_t length) {
    return length == 1 + DIGITS && word[0] == 'R' && strspn(word + 1, "0123456789abcdef") >= DIGITS;
}

char *identity_of(const json_t *finding) {
    const char *kind = json_string_value(json_object_get(finding, "kind"));
    uint64_t hash = hash_text(hash_start(), kind == NULL ? "" : kind);
    const json_t *accesses = json_object_get(finding, "accesses");
    const char *message = json_string_value(json_object_get(finding, "message"));
    if (accesses != NULL) {
        hash = mix(hash, hash_accesses(accesses));
        hash = hash_object(hash, json_object_get(finding, "object"));
    } else if (json_object_get(finding, "cycle") != NULL) {
        hash = mix(hash, hash_cycle(json_object_get(finding, "cycle")));
    } else if (message != NULL && json_object_get(finding, "class") != NULL) {
        /* The message names tasks, which may be others the next time. */
        hash = hash_text(hash, json_string_value(json_object_get(finding, "class")));
        hash = hash_place(hash, json_array_get(json_object_get(finding, "stacks"), 0));
        hash = hash_object(hash, json_object_get(finding, "object"));
    } else if (message != NULL) {
        char *plain = without_digits(message);
        hash = hash_text(hash, plain);
        free(plain);
        hash = hash_place(hash, json_array_get(json_object_get(finding, "stacks"), 0));
    } else {
        hash = hash_class(hash, finding);
        hash = mix(
            hash, hash_tasks(json_object_get(finding, "tasks"), field_is(finding, "kind", "leak")));
    }
    return str_format("R%0*" PRIx64, DIGITS, hash >> 16);
}
