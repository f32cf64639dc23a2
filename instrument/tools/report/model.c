/* model.c - assembling the JSON model, merging and filtering it, reading and writing it. */
#include "instrument/tools/report/model.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "detector/event.h"
#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/findings.h"
#include "instrument/tools/report/identity.h"
#include "instrument/tools/report/leak_counts.h"
#include "instrument/tools/report/model_lines.h"
#include "instrument/tools/report/processes.h"
#include "instrument/tools/report/registry.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/shape.h"
#include "instrument/tools/report/tests.h"

struct model *model_new(void) {
    struct model *model = mem_new(1, sizeof *model);
    model->head =
        json_pack("{s:s,s:s,s:s,s:[],s:[],s:[],s:[]}", "schema", MODEL_SCHEMA, "verdict", "clean",
                  "summary", "", "limits", "processes", "conditions", "suppressed");
    return model;
}

void model_free(struct model *model) {
    if (model != NULL) {
        json_decref(model->head);
        store_free(&model->findings);
        store_free(&model->accepted);
        free(model);
    }
}

/* -- accepted findings -- */

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

static void note_suppressed(struct model *model, const char *id) {
    json_t *array = json_object_get(model->head, "suppressed");
    if (!holds_text(array, id)) {
        json_array_append_new(array, json_string(id));
    }
}

/* Takes the finding when a rule matches it. */
static bool accept(struct model *model, struct rules *rules, json_t *finding) {
    const struct rule *rule = rules == NULL ? NULL : rules_match(rules, finding);
    if (rule == NULL) {
        return false;
    }
    if (rule->suppression != NULL) {
        note_suppressed(model, field_text(finding, "id"));
    }
    json_object_set_new(finding, "accepted", rule_as_json(rule));
    store_add(&model->accepted, finding);
    return true;
}

struct accepting {
    struct model *model;
    struct rules *rules;
    bool by_id_only; /* no suppressions: a finding without an entry need not be looked into */
};

static bool stands(const struct store *store, size_t i, void *with) {
    const struct accepting *accepting = with;
    const char *id = store->all[i].id;
    if (accepting->by_id_only && (id == NULL || rules_entry(accepting->rules, id) == NULL)) {
        return true;
    }
    json_t *finding = store_get(store, i);
    bool timeout = field_is(finding, "class", "timeout"); /* explains the verdict */
    if (!timeout && accept(accepting->model, accepting->rules, finding)) {
        return false;
    }
    json_decref(finding);
    return true;
}

void model_accept(struct model *model, struct rules *rules) {
    struct accepting accepting = {model, rules, true};
    for (size_t i = 0; i < rules->n; i++) {
        accepting.by_id_only = accepting.by_id_only && rules->all[i].suppression == NULL;
    }
    store_filter(&model->findings, stands, &accepting);
}

/* -- findings -- */

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
        return finding_misuse(scene, options->portability, options->strict_leaks);
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
    json_int_t tasks = kind != NULL && strcmp(kind, "leak") == 0 ? field_number(task, "count") : 1;
    return tasks < 1 ? 1 : tasks; /* as a damaged record has it */
}

static bool is_finding(uint32_t kind) {
    return kind != RECORD_PROCESS && kind != RECORD_MODULE && kind != RECORD_DUMP &&
           kind != RECORD_CONDITION;
}

/* -- limits and processes -- */

static void add_limit(struct model *model, const char *name, const char *text, uint64_t count,
                      bool blind, uint32_t pid) {
    if (count != 0) {
        json_t *limit = json_pack("{s:s,s:s,s:I,s:b}", "name", name, "text", text, "count",
                                  (json_int_t)count, "blind", (int)blind);
        if (pid != 0) {
            field_set_number(limit, "process", pid);
        }
        json_array_append_new(json_object_get(model->head, "limits"), limit);
    }
}

static void add_limits(struct model *model, const struct process *process) {
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
    static const char *const unsigned_ends[] = {[FINDINGS_NOT_STARTED] = "not-started",
                                                [FINDINGS_STATIC] = "static",
                                                [FINDINGS_OTHER_RIGHTS] = "other-rights"};
    if (process->raw.ended >= FINDINGS_NOT_STARTED && process->raw.ended <= FINDINGS_OTHER_RIGHTS) {
        return unsigned_ends[process->raw.ended];
    }
    return process->raw.ended == 1 ? "exited" : process->raw.ended == 2 ? "replaced" : "cut short";
}

static void add_process(struct model *model, const struct process *process, uint64_t run) {
    json_t *arguments = json_array();
    for (size_t i = 0; i < process->n_arguments; i++) {
        json_array_append_new(arguments, text_json(process->arguments[i]));
    }
    json_t *json = json_pack(
        "{s:I,s:I,s:o,s:o,s:I,s:I,s:I,s:s,s:I}", "pid", (json_int_t)process->raw.pid, "ppid",
        (json_int_t)process->raw.ppid, "exe", text_json(process->exe), "arguments", arguments,
        "tasks", (json_int_t)process->raw.tasks, "threads", (json_int_t)process->raw.threads,
        "instrumented_modules", (json_int_t)process->raw.instrumented_modules, "ended",
        ending(process), "status", (json_int_t)process->raw.status);
    if (process->raw.detector_version != EV_VERSION) {
        field_set_number(json, "detector_version", process->raw.detector_version);
    }
    field_take_text(json, "run", str_format("%016" PRIx64, run));
    json_array_append_new(json_object_get(model->head, "processes"), json);
    add_limits(model, process);
}

/* What the gate knew of the run besides its processes. */
static void add_condition(struct model *model, const struct raw_record *record) {
    const struct raw_item *item = raw_find(record, RAW_NO_OWNER, ITEM_TEXT, ROLE_MESSAGE);
    char *text = item == NULL ? str_copy("?") : raw_text(item);
    json_t *condition = json_loads(text, 0, NULL);
    bool was_all = *text == '\0';
    model->examined |= was_all;
    free(text);
    bool known = field_text(condition, "kind")[0] != '\0' &&
                 field_text(condition, "text")[0] != '\0' &&
                 json_is_boolean(json_object_get(condition, "blind"));
    if (known) {
        json_array_append(json_object_get(model->head, "conditions"), condition);
    } else if (!was_all) {
        add_limit(model, "RECORDS_DAMAGED", "findings whose record could not be understood", 1,
                  true, record->pid);
    }
    json_decref(condition);
}

/* -- the whole -- */

/* Returns whether the finding is in the model now. */
static bool add_record(struct model *model, const struct scene *scene, struct registry *registry,
                       struct leak_counts *leaks, const struct model_options *options) {
    size_t before =
        scene->record->kind == RECORD_DEADLOCK ? finding_deadlock_before(scene) : RAW_NO_OWNER;
    if (before != RAW_NO_OWNER) {
        return !scene->log->records[before].dropped; /* it is told there */
    }
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
    char *run = str_format("%016" PRIx64, scene->processes->run);
    json_object_set_new(finding, "runs", json_pack("[s]", run));
    free(run);
    tests_name(registry, scene, finding);
    leak_counts_add(leaks, scene, finding);
    bool told = scene->record->kind == RECORD_TIMEOUT; /* explains the verdict: always wanted */
    bool wanted = told || options->is_asked_for == NULL ||
                  options->is_asked_for(field_text(finding, "kind"), options->with);
    if (wanted && !told && accept(model, options->rules, finding)) {
        return false;
    }
    if (wanted) {
        store_add(&model->findings, finding);
    } else {
        json_decref(finding);
    }
    return wanted;
}

/* `recall`: NULL, or what records of the log have in common. */
static struct scene scene_of(const struct raw_log *log, const struct processes *processes,
                             const struct model_options *options, struct recall *recall, size_t i) {
    return (struct scene){
        .log = log,
        .processes = processes,
        .strip_path_prefix = options->strip_path_prefix,
        .index = i,
        .record = &log->records[i],
        .process = process_of(processes, log, i),
        .recall = recall,
    };
}

struct model *model_from_raw(struct raw_log *log, struct modules *modules,
                             const struct model_options *options) {
    struct model *model = model_new();
    struct processes processes = {0};
    struct registry registry = {0};
    struct recall recall = {0};
    struct leak_counts leaks = {0};
    processes_read(&processes, log, modules);
    for (size_t i = 0; i < log->n_records; i++) {
        const struct scene scene = scene_of(log, &processes, options, &recall, i);
        recall_trim(&recall);
        if (is_finding(scene.record->kind)) {
            log->records[i].dropped = !add_record(model, &scene, &registry, &leaks, options);
        } else if (scene.record->kind == RECORD_CONDITION) {
            add_condition(model, scene.record);
        }
    }
    leak_counts_correct(&leaks, &model->findings);
    leak_counts_correct(&leaks, &model->accepted);
    for (size_t i = 0; i < processes.n; i++) {
        add_process(model, &processes.all[i], processes.run);
    }
    add_limit(model, "FINDINGS_LOST",
              log->cut_off ? "records lost: the findings file is cut off"
                           : "records lost: their writers died, or the findings file was full",
              log->lost, true, 0);
    leak_counts_free(&leaks);
    recall_free(&recall);
    registry_free(&registry);
    processes_free(&processes);
    return model;
}

json_t *model_dump(struct raw_log *log, struct modules *modules,
                   const struct model_options *options, uint32_t pid) {
    struct processes processes = {0};
    json_t *dump = NULL;
    processes_read(&processes, log, modules);
    for (size_t i = log->n_records; i-- > 0 && dump == NULL;) {
        const struct scene scene = scene_of(log, &processes, options, NULL, i);
        if (scene.record->kind == RECORD_DUMP && scene.record->pid == pid) {
            dump = finding_dump(&scene);
        }
    }
    processes_free(&processes);
    return dump;
}

void model_merge(struct model *into, struct model *from) {
    static const char *const arrays[] = {"limits", "processes", "conditions"};
    for (size_t k = 0; k < sizeof arrays / sizeof arrays[0]; k++) {
        json_array_extend(json_object_get(into->head, arrays[k]),
                          json_object_get(from->head, arrays[k]));
    }
    size_t i;
    json_t *id;
    json_array_foreach(json_object_get(from->head, "suppressed"), i, id) {
        if (json_is_string(id)) {
            note_suppressed(into, json_string_value(id));
        }
    }
    rules_merge(into->head, json_object_get(from->head, "rules"));
    store_move(&into->findings, &from->findings);
    store_move(&into->accepted, &from->accepted);
    model_free(from);
}

/* -- files -- */

static bool is_model(const json_t *json) {
    const char *schema = json_string_value(json_object_get(json, "schema"));
    return schema != NULL && strcmp(schema, MODEL_SCHEMA) == 0;
}

/* Members that whoever reads a line at a time may have missed. */
static bool is_whole(const json_t *json) {
    static const char *const arrays[] = {"findings", "limits", "processes", "conditions",
                                         "suppressed"};
    bool whole = is_model(json);
    for (size_t i = 0; whole && i < sizeof arrays / sizeof arrays[0]; i++) {
        whole = json_is_array(json_object_get(json, arrays[i]));
    }
    return whole;
}

static void fill(struct store *store, const json_t *findings) {
    size_t i;
    json_t *finding;
    json_array_foreach(findings, i, finding) {
        store_add(store, json_incref(finding));
    }
}

static void drop_stored(json_t *head) {
    json_object_del(head, "findings");
    json_object_del(head, "accepted");
}

/* The file again from its start; a pipe cannot be. */
static bool is_regular(FILE *file) {
    struct stat status;
    return fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode);
}

/* A text as it is read: the parser says what is wrong with JSON, and the text where. */
struct text {
    FILE *file;
    char *bytes;
    size_t n, room;
    bool endless; /* it was given up */
};

/* Of a pipe no more than this: nobody waits for the end of one that has none. */
#define MOST_OF_A_PIPE ((size_t)1 << 30)

static size_t read_more(void *buffer, size_t room, void *with) {
    struct text *text = with;
    size_t got = fread(buffer, 1, room, text->file);
    while (text->room < text->n + got + 1) {
        text->bytes = mem_grow(text->bytes, text->room, &text->room, 1);
    }
    memcpy(text->bytes + text->n, buffer, got);
    text->n += got;
    text->bytes[text->n] = '\0';
    text->endless = text->n > MOST_OF_A_PIPE && !is_regular(text->file);
    return text->endless ? (size_t)-1 : got;
}

static size_t line_of(const struct text *text, const char *at) {
    size_t line = 1;
    for (const char *c = text->bytes; c != at; c++) {
        line += *c == '\n';
    }
    return line;
}

static char *schema_fault(const char *path, const char *schema) {
    return schema == NULL
               ? str_format("%s: not a model of schema " MODEL_SCHEMA ": it names none; models are "
                            "what --json writes",
                            path)
               : str_format("%s: not a model of schema " MODEL_SCHEMA
                            " but of '%.40s'; read it with "
                            "the raddle-report that wrote it, or make it again with --json",
                            path, schema);
}

/* What keeps the text from being a model; NULL: nothing. A new string. */
static char *fault_of(const struct text *text, const char *path, const json_t *json,
                      const json_error_t *why) {
    const char *at;
    if (text->endless) {
        return str_format("%s: more than 1 GB come out of it, and no end; put it into a file",
                          path);
    }
    if (json == NULL) {
        return str_format("%s: neither a findings file nor its JSON: line %d: %s", path, why->line,
                          why->text);
    }
    const char *nul =
        memchr(text->bytes, '\0', text->n); /* which the parser skips behind a number */
    if (nul != NULL) {
        return str_format("%s: neither a findings file nor its JSON: line %zu: a NUL byte", path,
                          line_of(text, nul));
    }
    if (!is_model(json)) {
        return schema_fault(path, json_string_value(json_object_get(json, "schema")));
    }
    char *fault = shape_fault(shape_model, (struct span){text->bytes, text->bytes + text->n}, &at);
    char *error = fault == NULL ? NULL : str_format("%s:%zu: %s", path, line_of(text, at), fault);
    free(fault);
    return error;
}

/* Any JSON, in whatever lines. */
static struct model *read_tree(FILE *file, const char *path, char **error) {
    json_error_t why;
    struct stat status;
    struct text text = {.file = file};
    if (fstat(fileno(file), &status) == 0 && S_ISDIR(status.st_mode)) {
        *error = str_format("%s: a directory; name the files in it", path);
        return NULL;
    }
    json_t *json = json_load_callback(read_more, &text, 0, &why);
    *error = fault_of(&text, path, json, &why);
    free(text.bytes);
    if (*error != NULL) {
        json_decref(json);
        return NULL;
    }
    struct model *model = mem_new(1, sizeof *model);
    model->head = json;
    fill(&model->findings, json_object_get(json, "findings"));
    fill(&model->accepted, json_object_get(json, "accepted"));
    return model;
}

struct model *model_read(const char *path, char **error) {
    FILE *file = fopen(path, "re");
    *error = NULL;
    if (file == NULL) {
        *error = str_format("%s: cannot be read: %s", path, strerror(errno));
        return NULL;
    }
    struct model *model = is_regular(file) ? model_read_lines(file) : NULL;
    if (model != NULL && !is_whole(model->head)) {
        model_free(model);
        model = NULL;
    }
    if (model == NULL) {
        rewind(file);
        model = read_tree(file, path, error);
    }
    fclose(file);
    if (model != NULL) {
        drop_stored(model->head);
    }
    return model;
}
