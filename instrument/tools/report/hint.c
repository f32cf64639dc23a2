/* hint.c - the patterns of races, the most telling first. */
#include "instrument/tools/report/hint.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/pieces.h"
#include "instrument/tools/report/say.h"

/* What a pattern is looked for in. */
struct race {
    const json_t *later, *earlier, *object, *tasks;
};

/* -- words -- */

/* "worker at pool.c:12"; a new string. */
static char *site_of(const json_t *access) {
    const json_t *stack = json_object_get(access, "stack");
    const json_t *frame = piece_user_frame(stack);
    char *place = piece_frame_place(frame), *site = NULL;
    const char *function = json_string_value(json_object_get(frame, "function"));
    site = function == NULL ? str_copy(place) : str_format("%s at %s", function, place);
    free(place);
    return site;
}

/* "`cache.hits`", or "it". */
/* How much of a name is the user's own: of `log.lines._M_impl._M_finish` what stands before the members that
 * the C++ library named, whose names are reserved to it [C++20 lex.name 3]. 0: there are none. */
static size_t before_library(const char *name) {
    const char *gnu = strstr(name, "._M_"), *llvm = strstr(name, ".__");
    const char *end = gnu == NULL || (llvm != NULL && llvm < gnu) ? llvm : gnu;
    return end == NULL ? 0 : (size_t)(end - name);
}

static char *object_of(const struct race *race) {
    const char *name = json_string_value(json_object_get(race->object, "name"));
    if (name == NULL) {
        return str_copy("it");
    }
    size_t own = before_library(name);
    return str_format("`%.*s`", own == 0 ? (int)strlen(name) : (int)own, name);
}

static const json_t *task_of(const struct race *race, const json_t *access) {
    return task_with(race->tasks, field_number(access, "task_serial"));
}

/* How one waits for a task of that kind. */
static const char *wait_for(const json_t *task) {
    return field_is(task, "kind", "thread") ? "join it" : "a waitgroup, or a receive";
}

static bool started(const json_t *parent, const json_t *child) {
    const json_t *of = json_object_get(child, "parent_serial");
    return of != NULL && parent != NULL && json_integer_value(of) == field_number(parent, "serial");
}

/* -- patterns: each a new string, or NULL -- */

/* The use of a primitive itself. */
static char *of_primitive(const struct race *race) {
    if (field_is(race->object, "kind", "channel")) {
        return str_copy("close the channel where all sends are known to be over, for instance "
                        "after waiting for the senders.");
    }
    if (field_is(race->object, "kind", "waitgroup")) {
        return str_copy("add to the waitgroup before the task is started that it counts, not in "
                        "that task.");
    }
    return NULL;
}

static char *of_free(const struct race *race) {
    bool later_frees = field_is(race->later, "access", "free");
    if (!later_frees && !field_is(race->earlier, "access", "free")) {
        return NULL;
    }
    const json_t *user = later_frees ? race->earlier : race->later;
    const json_t *freer = later_frees ? race->later : race->earlier;
    char *site = site_of(freer);
    char *hint = str_format("free it when its last user is done: before the free in %s, wait for "
                            "%s (%s).",
                            site, field_text(user, "task_label"), wait_for(task_of(race, user)));
    free(site);
    return hint;
}

static const json_t *lock_of_both(const json_t *a, const json_t *b) {
    size_t i, j;
    json_t *one, *other;
    json_array_foreach(a, i, one) {
        json_array_foreach(b, j, other) {
            if (field_is(other, "address", field_text(one, "address"))) {
                return one;
            }
        }
    }
    return NULL;
}

static char *of_readers(const struct race *race) {
    const json_t *a = json_object_get(race->later, "locks");
    const json_t *b = json_object_get(race->earlier, "locks");
    const json_t *lock = lock_of_both(a, b);
    if (lock == NULL) {
        return NULL;
    }
    const json_t *writer = field_is(race->later, "access", "read") ? race->earlier : race->later;
    char *site = site_of(writer);
    char *hint = str_format("take %s for writing in %s.", field_text(lock, "label"), site);
    free(site);
    return hint;
}

static char *of_one_lock(const struct race *race) {
    const json_t *a = json_object_get(race->later, "locks");
    const json_t *b = json_object_get(race->earlier, "locks");
    bool has_a = json_array_size(a) != 0, has_b = json_array_size(b) != 0;
    char *object = object_of(race), *hint = NULL;
    if (has_a && has_b) {
        hint = str_format("choose one lock for %s, and hold that at both places.", object);
    } else if (has_a || has_b) {
        /* The one taken last is nearest to the access. */
        const json_t *locks = has_a ? a : b;
        const json_t *lock = json_array_get(locks, json_array_size(locks) - 1);
        char *site = site_of(has_a ? race->earlier : race->later);
        hint = str_format("if %s guards %s, hold it in %s, too.", field_text(lock, "label"), object,
                          site);
        free(site);
    }
    free(object);
    return hint;
}

static char *of_half_atomic(const struct race *race) {
    bool later = field_is_set(race->later, "atomic"),
         earlier = field_is_set(race->earlier, "atomic");
    if (later == earlier) {
        return NULL;
    }
    char *site = site_of(later ? race->earlier : race->later);
    char *hint = str_format("one of the two is atomic: make that in %s atomic, too.", site);
    free(site);
    return hint;
}

/* One task started the other. Who reads early may be looking whether the other is done. */
static char *of_family(const struct race *race) {
    const json_t *later = task_of(race, race->later), *earlier = task_of(race, race->earlier);
    char *hint = NULL, *site = NULL;
    if (started(later, earlier)) {
        site = site_of(race->later);
        hint = str_format("wait for %s (%s) before what %s does.", field_text(earlier, "label"),
                          wait_for(earlier), site);
    } else if (started(earlier, later) && field_is(race->earlier, "access", "read")) {
        site = site_of(race->earlier);
        hint = str_format("wait for %s (%s) before the read in %s; if it is read to see how far %s "
                          "is, make both accesses atomic.",
                          field_text(later, "label"), wait_for(later), site,
                          field_text(later, "label"));
    } else if (started(earlier, later)) {
        site = site_of(race->earlier);
        hint = str_format("move the write in %s to before the start of %s, or wait for that first "
                          "(%s).",
                          site, field_text(later, "label"), wait_for(later));
    }
    free(site);
    return hint;
}

static char *of_nothing_held(const struct race *race) {
    char *object = object_of(race);
    bool inside_library = before_library(field_text(race->object, "name")) != 0;
    char *hint =
        str_format("guard %s with one lock at both places, %sor hand it over from task to task.",
                   object, inside_library ? "" : "make both accesses atomic, ");
    free(object);
    return hint;
}

static char *of_pattern(const struct race *race) {
    static char *(*const patterns[])(const struct race *race) = {
        of_free, of_readers, of_half_atomic, of_one_lock, of_family, of_nothing_held};
    char *hint = NULL;
    for (size_t i = 0; hint == NULL && i < sizeof patterns / sizeof patterns[0]; i++) {
        hint = patterns[i](race);
    }
    return hint;
}

char *hint_race(const json_t *finding) {
    const json_t *accesses = json_object_get(finding, "accesses");
    const struct race race = {
        .later = json_array_get(accesses, 0),
        .earlier = json_array_get(accesses, 1),
        .object = json_object_get(finding, "object"),
        .tasks = json_object_get(finding, "tasks"),
    };
    if (field_is_set(finding, "follows")) {
        return NULL; /* the other one is to be mended */
    }
    bool of_itself = field_is_set(race.later, "sync") || field_is_set(race.earlier, "sync");
    char *hint = of_itself ? of_primitive(&race) : of_pattern(&race);
    char *sentence = hint == NULL ? NULL : str_format("To mend it: %s", hint);
    free(hint);
    return sentence;
}
