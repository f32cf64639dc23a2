/* model.c - assembling the JSON model, merging and filtering it, reading and writing it. */
#include "instrument/tools/report/model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "detector/event.h"
#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/findings.h"
#include "instrument/tools/report/identity.h"
#include "instrument/tools/report/processes.h"
#include "instrument/tools/report/registry.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/tests.h"

json_t *model_new(void) {
    return json_pack("{s:s,s:s,s:s,s:[],s:[],s:[],s:[],s:[]}", "schema", MODEL_SCHEMA, "verdict",
                     "clean", "summary", "", "findings", "limits", "processes", "conditions",
                     "suppressed");
}

/* -- findings -- */

/* The lines of the two accesses, whichever came first: "a.c:3 and b.c:7". A new string. */
static char *places_of(const json_t *finding) {
    const json_t *accesses = json_object_get(finding, "accesses");
    if (accesses == NULL) {
        return str_copy("");
    }
    const json_t *first = json_object_get(json_array_get(accesses, 0), "stack");
    const json_t *second = json_object_get(json_array_get(accesses, 1), "stack");
    char *a = piece_frame_place(piece_user_frame(first));
    char *b = piece_frame_place(piece_user_frame(second));
    bool sorted = strcmp(a, b) <= 0;
    char *places = str_format("%s and %s", sorted ? a : b, sorted ? b : a);
    free(a);
    free(b);
    return places;
}

static bool holds_text(const json_t *array, const char *text) {
    size_t i;
    json_t *entry;
    json_array_foreach(array, i, entry) {
        const char *value = json_string_value(entry);
        if (value != NULL && strcmp(value, text) == 0) {
            return true;
        }
    }
    return false;
}

static void append_text_once(json_t *object, const char *key, const char *text) {
    json_t *array = json_object_get(object, key);
    if (array == NULL) {
        array = json_array();
        json_object_set_new(object, key, array);
    }
    if (!holds_text(array, text)) {
        json_array_append_new(array, json_string(text));
    }
}

static void append_texts_once(json_t *to, const json_t *from, const char *key) {
    size_t i;
    json_t *text;
    json_array_foreach(json_object_get(from, key), i, text) {
        if (json_is_string(text)) {
            append_text_once(to, key, json_string_value(text));
        }
    }
}

static void append_integers_once(json_t *to, const json_t *from) {
    size_t i, k;
    json_t *value, *known;
    json_array_foreach(from, i, value) {
        bool there = false;
        json_array_foreach(to, k, known) {
            there = there || json_equal(known, value);
        }
        if (!there) {
            json_array_append(to, value);
        }
    }
}

/* `again` is the same finding as `first`. */
static void count_again(json_t *first, const json_t *again) {
    json_int_t count = number_sum(field_number(first, "count"), field_number(again, "count"));
    field_set_number(first, "count", count);
    append_integers_once(json_object_get(first, "processes"), json_object_get(again, "processes"));
    char *here = places_of(first), *there = places_of(again);
    if (strcmp(here, there) != 0) {
        append_text_once(first, "also", there);
    }
    free(here);
    free(there);
    append_texts_once(first, again, "also");
    append_texts_once(first, again, "tests");
}

static json_t *find_by_id(const json_t *findings, const char *id) {
    size_t i;
    json_t *finding;
    json_array_foreach(findings, i, finding) {
        const char *known = json_string_value(json_object_get(finding, "id"));
        if (known != NULL && strcmp(known, id) == 0) {
            return finding;
        }
    }
    return NULL;
}

/* Takes `finding`. */
static void add_finding(json_t *model, json_t *finding) {
    json_t *findings = json_object_get(model, "findings");
    const char *id = json_string_value(json_object_get(finding, "id"));
    json_t *known = id == NULL ? NULL : find_by_id(findings, id);
    if (known == NULL) {
        json_array_append_new(findings, finding);
        return;
    }
    count_again(known, finding);
    json_decref(finding);
}

/* NULL: the record is no finding, or lacks what makes it one. */
static json_t *make_finding(const struct scene *scene, const struct model_options *options) {
    switch (scene->record->kind) {
    case RECORD_RACE:
        return finding_race(scene);
    case RECORD_DEADLOCK:
        return finding_deadlock(scene);
    case RECORD_LOCK_ORDER:
        return finding_order(scene, options->portability);
    case RECORD_LEAK:
        return finding_leak(scene, options->strict_leaks);
    case RECORD_PANIC:
        return finding_message(scene, "panic");
    case RECORD_MISUSE:
        return finding_misuse(scene, options->portability);
    case RECORD_TIMEOUT:
        return finding_timeout(scene);
    default:
        return NULL;
    }
}

/* A leak counts its tasks, everything else its records. */
static json_int_t initial_count(const json_t *finding) {
    const char *kind = json_string_value(json_object_get(finding, "kind"));
    const json_t *task = json_array_get(json_object_get(finding, "tasks"), 0);
    return kind != NULL && strcmp(kind, "leak") == 0 ? field_number(task, "count") : 1;
}

static bool is_finding(uint32_t kind) {
    return kind != RECORD_PROCESS && kind != RECORD_MODULE;
}

/* -- limits and processes -- */

static void add_limit(json_t *model, const char *name, const char *text, uint64_t count, bool blind,
                      uint32_t pid) {
    if (count != 0) {
        json_t *limit = json_pack("{s:s,s:s,s:I,s:b}", "name", name, "text", text, "count",
                                  (json_int_t)count, "blind", (int)blind);
        if (pid != 0) {
            field_set_number(limit, "process", pid);
        }
        json_array_append_new(json_object_get(model, "limits"), limit);
    }
}

static void add_limits(json_t *model, const struct process *process) {
    static const struct {
        const char *name, *text;
        bool blind;
    } limits[] = {
#define X(name, text, blind) {#name, text, blind},
        FINDINGS_LIMITS(X)
#undef X
    };
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        add_limit(model, limits[i].name, limits[i].text, process->raw.limits[i], limits[i].blind,
                  process->raw.pid);
    }
}

static const char *ending(const struct process *process) {
    if (process->replaced) {
        return "replaced-unseen";
    }
    return process->raw.ended == 1 ? "exited" : process->raw.ended == 2 ? "replaced" : "cut short";
}

static void add_process(json_t *model, const struct process *process) {
    json_t *arguments = json_array();
    for (size_t i = 0; i < process->n_arguments; i++) {
        json_t *word = json_string(process->arguments[i]);
        json_array_append_new(arguments, word == NULL ? json_string("?") : word);
    }
    json_t *exe = json_string(process->exe);
    json_t *json =
        json_pack("{s:I,s:I,s:o,s:o,s:I,s:I,s:I,s:s,s:I}", "pid", (json_int_t)process->raw.pid,
                  "ppid", (json_int_t)process->raw.ppid, "exe",
                  exe == NULL ? json_string("?") : exe, "arguments", arguments, "tasks",
                  (json_int_t)process->raw.tasks, "threads", (json_int_t)process->raw.threads,
                  "instrumented_modules", (json_int_t)process->raw.instrumented_modules, "ended",
                  ending(process), "status", (json_int_t)process->raw.status);
    if (process->raw.detector_version != EV_VERSION) {
        field_set_number(json, "detector_version", process->raw.detector_version);
    }
    json_array_append_new(json_object_get(model, "processes"), json);
    add_limits(model, process);
}

/* -- the whole -- */

/* Returns whether the finding is in the model now. */
static bool add_record(json_t *model, const struct scene *scene, struct registry *registry,
                       const struct model_options *options) {
    json_t *finding = make_finding(scene, options);
    if (finding == NULL) {
        add_limit(model, "RECORDS_DAMAGED", "findings whose record could not be understood", 1,
                  true, scene->record->pid);
        return true;
    }
    char *id = identity_of(finding);
    field_take_text(finding, "id", id);
    field_set_number(finding, "count", initial_count(finding));
    json_object_set_new(finding, "processes", json_pack("[I]", (json_int_t)scene->record->pid));
    field_set_number(finding, "process", scene->record->pid);
    tests_name(registry, scene, finding);
    bool told = scene->record->kind == RECORD_TIMEOUT; /* explains the verdict: always wanted */
    bool wanted = told || options->is_asked_for == NULL ||
                  options->is_asked_for(field_text(finding, "kind"), options->with);
    if (wanted && !told && options->suppressions != NULL &&
        suppressions_match(options->suppressions, finding)) {
        append_text_once(model, "suppressed", field_text(finding, "id"));
        wanted = false;
    }
    if (wanted) {
        add_finding(model, finding);
    } else {
        json_decref(finding);
    }
    return wanted;
}

json_t *model_from_raw(struct raw_log *log, struct modules *modules,
                       const struct model_options *options) {
    json_t *model = model_new();
    struct processes processes = {0};
    struct registry registry = {0};
    processes_read(&processes, log, modules);
    for (size_t i = 0; i < log->n_records; i++) {
        const struct scene scene = {
            .log = log,
            .processes = &processes,
            .strip_path_prefix = options->strip_path_prefix,
            .index = i,
            .record = &log->records[i],
            .process = process_of(&processes, log, i),
        };
        if (is_finding(scene.record->kind)) {
            log->records[i].dropped = !add_record(model, &scene, &registry, options);
        }
    }
    for (size_t i = 0; i < processes.n; i++) {
        add_process(model, &processes.all[i]);
    }
    add_limit(model, "FINDINGS_LOST",
              log->cut_off ? "records lost: the findings file is cut off"
                           : "records lost: their writers died, or the findings file was full",
              log->lost, true, 0);
    registry_free(&registry);
    processes_free(&processes);
    return model;
}

void model_merge(json_t *into, json_t *from) {
    size_t i;
    json_t *finding;
    json_array_foreach(json_object_get(from, "findings"), i, finding) {
        add_finding(into, json_incref(finding));
    }
    static const char *const arrays[] = {"limits", "processes", "conditions"};
    for (size_t k = 0; k < sizeof arrays / sizeof arrays[0]; k++) {
        json_array_extend(json_object_get(into, arrays[k]), json_object_get(from, arrays[k]));
    }
    append_texts_once(into, from, "suppressed");
    json_decref(from);
}

void model_filter(json_t *model, bool (*keep)(const json_t *finding, const void *with),
                  const void *with) {
    json_t *findings = json_object_get(model, "findings");
    for (size_t i = json_array_size(findings); i-- > 0;) {
        if (!keep(json_array_get(findings, i), with)) {
            json_array_remove(findings, i);
        }
    }
}

/* -- files -- */

static bool is_model(const json_t *json) {
    const char *schema = json_string_value(json_object_get(json, "schema"));
    return schema != NULL && strcmp(schema, MODEL_SCHEMA) == 0 &&
           json_is_array(json_object_get(json, "findings")) &&
           json_is_array(json_object_get(json, "limits")) &&
           json_is_array(json_object_get(json, "processes")) &&
           json_is_array(json_object_get(json, "conditions")) &&
           json_is_array(json_object_get(json, "suppressed"));
}

json_t *model_read(const char *path, char **error) {
    json_error_t why;
    json_t *json = json_load_file(path, 0, &why);
    *error = NULL;
    if (json == NULL) {
        *error = why.line > 0 ? str_format("%s: neither a findings file nor its JSON: line %d: %s",
                                           path, why.line, why.text)
                              : str_format("%s: cannot be read: %s", path, why.text);
        return NULL;
    }
    if (!is_model(json)) {
        *error = str_format("%s: not a model of schema %s", path, MODEL_SCHEMA);
        json_decref(json);
        return NULL;
    }
    return json;
}

static void write_array(FILE *file, const json_t *array) {
    size_t i;
    json_t *entry;
    fputc('[', file);
    json_array_foreach(array, i, entry) {
        fputs(i == 0 ? "\n" : ",\n", file);
        json_dumpf(entry, file, JSON_COMPACT | JSON_ENCODE_ANY);
    }
    fputs(json_array_size(array) == 0 ? "]" : "\n]", file);
}

static void write_model(FILE *file, const json_t *model) {
    const char *key;
    json_t *value;
    bool first = true;
    fputs("{\n", file);
    json_object_foreach((json_t *)model, key, value) {
        fprintf(file, "%s\"%s\": ", first ? "" : ",\n", key);
        if (json_is_array(value)) {
            write_array(file, value);
        } else {
            json_dumpf(value, file, JSON_COMPACT | JSON_ENCODE_ANY);
        }
        first = false;
    }
    fputs("\n}\n", file);
}

char *model_write(const json_t *model, const char *path) {
    bool standard = strcmp(path, "-") == 0;
    FILE *file = standard ? stdout : fopen(path, "we");
    if (file == NULL) {
        return str_format("%s: cannot be written: %s", path, strerror(errno));
    }
    write_model(file, model);
    bool failed = fflush(file) != 0 || ferror(file) != 0;
    int why = errno;
    if (!standard && fclose(file) != 0) {
        failed = true;
        why = errno;
    }
    return failed ? str_format("%s: cannot be written: %s", path, strerror(why)) : NULL;
}
