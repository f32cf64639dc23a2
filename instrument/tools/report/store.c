/* store.c - many findings in little room; see store.h. */
#include "instrument/tools/report/store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/pieces.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/scan.h"

int store_kind(const char *name) {
    static const char *const names[] = {
#define X(name, one, many) name,
#include "instrument/tools/report/kinds.def"
#undef X
    };
    for (size_t i = 0; name != NULL && i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

static void add_process(struct stored *stored, const struct stored_process *process) {
    stored->processes = mem_grow(stored->processes, stored->n_processes, &stored->processes_room,
                                 sizeof *stored->processes);
    stored->processes[stored->n_processes++] = *process;
}

static struct span whole(const char *line) {
    return (struct span){line, line + strlen(line)};
}

/* The members that matter here, found in one pass. */
struct members {
    struct span id, kind, severity, count, processes, runs, accepted, accesses, also, tests;
};

static struct members members_of(struct span finding) {
    struct members found = {0};
    const struct {
        const char *name;
        struct span *member;
    } wanted[] = {
        {"\"id\"", &found.id},
        {"\"kind\"", &found.kind},
        {"\"severity\"", &found.severity},
        {"\"count\"", &found.count},
        {"\"processes\"", &found.processes},
        {"\"runs\"", &found.runs},
        {"\"accepted\"", &found.accepted},
        {"\"accesses\"", &found.accesses},
        {"\"also\"", &found.also},
        {"\"tests\"", &found.tests},
    };
    struct span rest = finding, key, value;
    while (scan_next(&rest, &key, &value)) {
        for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
            if (scan_is(key, wanted[i].name)) {
                *wanted[i].member = value;
            }
        }
    }
    return found;
}

/* The two lists go together. */
static void read_processes(struct stored *stored, const struct members *finding) {
    struct span pids = finding->processes, runs = finding->runs, pid, run;
    while (scan_is_list(pids) && scan_next(&pids, NULL, &pid)) {
        struct stored_process process = {.pid = scan_number(pid)};
        if (scan_is_list(runs) && scan_next(&runs, NULL, &run)) {
            char *text = scan_text(run);
            process.run = text == NULL ? 0 : strtoull(text, NULL, 16);
            free(text);
        }
        add_process(stored, &process);
    }
}

static void describe(struct stored *stored, const struct members *finding) {
    char *kind = scan_text(finding->kind);
    stored->kind = store_kind(kind);
    stored->is_error = scan_is(finding->severity, "\"error\"");
    stored->is_known = scan_is(scan_member(finding->accepted, "by"), "\"baseline\"");
    stored->count = scan_number(finding->count);
    read_processes(stored, finding);
    free(kind);
}

/* -- the same finding again -- */

/* The frame that a reader looks at first, as piece_user_frame has it. */
static struct span user_frame(struct span stack) {
    struct span rest = stack, frame, visible = {0}, first = {0};
    while (scan_is_list(rest) && scan_next(&rest, NULL, &frame)) {
        first = first.from == NULL ? frame : first;
        if (scan_is(scan_member(frame, "hidden"), "true")) {
            continue;
        }
        visible = visible.from == NULL ? frame : visible;
        if (scan_member(frame, "function").from != NULL &&
            !scan_is(scan_member(frame, "system"), "true")) {
            return frame;
        }
    }
    return visible.from != NULL ? visible : first;
}

/* Where an access is: "bank.c:23". A new string. */
static char *place_of_access(struct span access) {
    json_t *frame = scan_tree(user_frame(scan_member(access, "stack")));
    char *place = piece_frame_place(frame);
    json_decref(frame);
    return place;
}

/* The lines of the two accesses, whichever came first: "a.c:3 and b.c:7". A new string. */
static char *places_of(struct span accesses) {
    struct span rest = accesses, first, second;
    if (!scan_is_list(rest) || !scan_next(&rest, NULL, &first) ||
        !scan_next(&rest, NULL, &second)) {
        return str_copy("");
    }
    char *a = place_of_access(first), *b = place_of_access(second);
    bool sorted = strcmp(a, b) <= 0;
    char *places = str_format("%s and %s", sorted ? a : b, sorted ? b : a);
    free(a);
    free(b);
    return places;
}

/* Is this the first time that `what` is named in the list `list`? */
static bool is_new_in(struct stored *stored, const char *list, const char *what) {
    char *key = str_format("%s %s", list, what);
    bool is_new = json_object_get(stored->seen, key) == NULL;
    if (is_new) {
        json_object_set_new(stored->seen, key, json_true());
    }
    free(key);
    return is_new;
}

static void add_text(struct stored *stored, const char *list, const char *text) {
    if (!is_new_in(stored, list, text)) {
        return;
    }
    json_t *array = json_object_get(stored->changed, list);
    if (array == NULL) {
        array = json_array();
        json_object_set_new(stored->changed, list, array);
    }
    json_array_append_new(array, json_string(text));
}

static void add_texts(struct stored *stored, const char *list, struct span texts) {
    struct span rest = texts, value;
    while (scan_is_list(rest) && scan_next(&rest, NULL, &value)) {
        char *text = scan_text(value);
        if (text != NULL) {
            add_text(stored, list, text);
        }
        free(text);
    }
}

static void add_processes(struct stored *stored, const struct stored_process *processes, size_t n) {
    for (size_t i = 0; i < n; i++) {
        char *key = str_format("%lld %" PRIx64, (long long)processes[i].pid, processes[i].run);
        if (is_new_in(stored, "processes", key)) {
            add_process(stored, &processes[i]);
        }
        free(key);
    }
}

/* Makes room for what others add. The first one's own places are known, so that they are not told
 * as further ones. */
static void open_lists(struct stored *stored) {
    if (stored->changed != NULL) {
        return;
    }
    const struct members first = members_of(whole(stored->line));
    char *places = places_of(first.accesses);
    stored->changed = json_object();
    stored->seen = json_object();
    is_new_in(stored, "also", places);
    free(places);
    add_texts(stored, "also", first.also);
    add_texts(stored, "tests", first.tests);
    size_t n = stored->n_processes;
    stored->n_processes = 0;
    add_processes(stored, stored->processes, n); /* never more than were read */
}

static void count_again(struct stored *stored, const struct members *again) {
    struct stored more = {0};
    char *places = places_of(again->accesses);
    open_lists(stored);
    describe(&more, again);
    stored->count = number_sum(stored->count, more.count);
    add_processes(stored, more.processes, more.n_processes);
    add_text(stored, "also", places);
    add_texts(stored, "also", again->also);
    add_texts(stored, "tests", again->tests);
    free(more.processes);
    free(places);
}

/* -- adding -- */

static struct stored *find(const struct store *store, const char *id) {
    json_t *index = id == NULL ? NULL : json_object_get(store->by_id, id);
    return index == NULL ? NULL : &store->all[json_integer_value(index)];
}

static struct stored *append(struct store *store, const char *id) {
    store->all = mem_grow(store->all, store->n, &store->room, sizeof *store->all);
    if (store->by_id == NULL) {
        store->by_id = json_object();
    }
    if (id != NULL) {
        json_object_set_new(store->by_id, id, json_integer((json_int_t)store->n));
    }
    struct stored *stored = &store->all[store->n++];
    *stored = (struct stored){.id = id == NULL ? NULL : str_copy(id)};
    return stored;
}

void store_add_line(struct store *store, char *line) {
    const struct members finding = members_of(whole(line));
    char *id = scan_text(finding.id);
    struct stored *known = find(store, id);
    if (known != NULL) {
        count_again(known, &finding);
        free(line);
    } else {
        struct stored *stored = append(store, id);
        stored->line = line;
        describe(stored, &finding);
    }
    free(id);
}

/* Of a finding what is looked at when it comes again (members_of): of its accesses the places, as most of
 * a finding are stacks. A new reference. */
static json_t *counted_part(const json_t *finding) {
    static const char *const members[] = {"id",   "kind",     "severity", "count", "processes",
                                          "runs", "accepted", "also",     "tests"};
    json_t *part = json_object(), *places = json_array(), *access;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        json_t *value = json_object_get(finding, members[i]);
        if (value != NULL) {
            json_object_set(part, members[i], value);
        }
    }
    size_t i;
    json_array_foreach(json_object_get(finding, "accesses"), i, access) {
        json_t *stack = json_array();
        json_array_append(stack, (json_t *)piece_user_frame(json_object_get(access, "stack")));
        json_array_append_new(places, json_pack("{s:o}", "stack", stack));
    }
    json_object_set_new(part, "accesses", places);
    return part;
}

void store_add(struct store *store, json_t *finding) {
    const char *id = json_string_value(json_object_get(finding, "id"));
    json_t *kept = find(store, id) != NULL ? counted_part(finding) : json_incref(finding);
    char *line = json_dumps(kept, JSON_COMPACT);
    if (line == NULL) {
        say_fatal("out of memory: the report could not be made");
    }
    store_add_line(store, line);
    json_decref(kept);
    json_decref(finding);
}

static void stored_free(struct stored *stored) {
    free(stored->id);
    free(stored->line);
    free(stored->processes);
    json_decref(stored->changed);
    json_decref(stored->seen);
}

void store_move(struct store *into, struct store *from) {
    for (size_t i = 0; i < from->n; i++) {
        struct stored *stored = &from->all[i];
        if (find(into, stored->id) != NULL && stored->changed != NULL) {
            store_add(into, store_get(from, i));
            continue;
        }
        if (find(into, stored->id) != NULL) {
            store_add_line(into, stored->line);
            stored->line = NULL;
            continue;
        }
        struct stored *moved = append(into, stored->id);
        free(moved->id);
        *moved = *stored;
        *stored = (struct stored){0};
    }
    store_free(from);
}

/* -- the findings -- */

json_t *store_get(const struct store *store, size_t i) {
    const struct stored *stored = &store->all[i];
    json_t *finding = scan_tree((struct span){stored->line, stored->line + strlen(stored->line)});
    if (finding == NULL) {
        say_fatal("out of memory: the report could not be made");
    }
    if (stored->changed != NULL) {
        json_t *pids = json_array(), *runs = json_array();
        for (size_t k = 0; k < stored->n_processes; k++) {
            char run[24];
            snprintf(run, sizeof run, "%016" PRIx64, stored->processes[k].run);
            json_array_append_new(pids, json_integer(stored->processes[k].pid));
            json_array_append_new(runs, json_string(run));
        }
        field_set_number(finding, "count", stored->count);
        json_object_set_new(finding, "processes", pids);
        json_object_set_new(finding, "runs", runs);
        json_object_update(finding, stored->changed);
    }
    return finding;
}

bool store_has(const struct store *store, const char *id) {
    return find(store, id) != NULL;
}

json_t *store_find(const struct store *store, const char *id) {
    const struct stored *stored = find(store, id);
    return stored == NULL ? NULL : store_get(store, (size_t)(stored - store->all));
}

void store_change(struct store *store, const char *id, json_t *fields) {
    struct stored *stored = find(store, id);
    open_lists(stored);
    json_object_update(stored->changed, fields);
}

void store_filter(struct store *store,
                  bool (*keep)(const struct store *store, size_t i, void *with), void *with) {
    size_t n = 0;
    json_decref(store->by_id);
    store->by_id = json_object();
    for (size_t i = 0; i < store->n; i++) {
        if (!keep(store, i, with)) {
            stored_free(&store->all[i]);
            continue;
        }
        if (store->all[i].id != NULL) {
            json_object_set_new(store->by_id, store->all[i].id, json_integer((json_int_t)n));
        }
        store->all[n++] = store->all[i];
    }
    store->n = n;
}

void store_free(struct store *store) {
    for (size_t i = 0; i < store->n; i++) {
        stored_free(&store->all[i]);
    }
    free(store->all);
    json_decref(store->by_id);
    *store = (struct store){0};
}
