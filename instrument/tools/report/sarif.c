/* sarif.c - the findings as SARIF 2.1.0, one result per line, for GitHub code scanning and others.
 *
 * Accepted findings are results with a suppression, so that a forge closes their alert instead of
 * forgetting it. Paths below the top of the sources are relative to %SRCROOT% [SARIF 3.14.14]; the
 * code flow of a result has a thread flow for each task [SARIF 3.36].
 */
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/escape.h"
#include "instrument/tools/report/explanation.h"
#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/formats.h"
#include "instrument/tools/report/library.h"
#include "instrument/tools/report/pieces.h"
#include "instrument/tools/report/place.h"
#include "instrument/tools/report/say.h"

#define SCHEMA                                                                                     \
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
#define ROOT_ID "%SRCROOT%"

/* -- places -- */

/* "](" would begin the target of a link [SARIF 3.11.6]: "\\](" is the text. */
static json_t *message(const char *text) {
    json_t *json = json_object();
    char *plain = mem_new(2 * strlen(text) + 1, 1), *to = plain;
    for (; *text != '\0'; text++) {
        if (text[0] == ']' && text[1] == '(') {
            *to++ = '\\';
        }
        *to++ = *text;
    }
    field_take_text(json, "text", plain);
    return json;
}

static json_t *artifact(const char *root, const char *file) {
    bool below;
    const char *shown = place_relative(root, file, &below);
    char *path = escape_uri(shown);
    json_t *json = json_object();
    field_take_text(json, "uri", below ? str_copy(path) : str_format("file://%s", path));
    if (below) {
        field_set_text(json, "uriBaseId", ROOT_ID);
    }
    free(path);
    return json;
}

static json_t *physical(const char *root, const struct place *place) {
    json_t *json = json_object();
    json_object_set_new(json, "artifactLocation",
                        artifact(root, place->file != NULL ? place->file : place->module));
    if (place->file != NULL && place->line > 0) {
        json_t *region = json_pack("{s:I}", "startLine", place->line);
        if (place->utf16_column > 0) {
            field_set_number(region, "startColumn", place->utf16_column);
        }
        json_object_set_new(json, "region", region);
    }
    return json;
}

/* text: NULL: none. */
static json_t *location(const char *root, const json_t *frame, const char *text) {
    struct place place = place_of_frame(frame);
    json_t *json = json_object();
    const char *function = json_string_value(json_object_get(frame, "function"));
    json_object_set_new(json, "physicalLocation", physical(root, &place));
    if (function != NULL) {
        json_t *logical = json_object();
        field_set_text(logical, "fullyQualifiedName", function);
        field_set_text(logical, "kind", "function");
        json_object_set_new(json, "logicalLocations", json_pack("[o]", logical));
    }
    if (text != NULL) {
        json_object_set_new(json, "message", message(text));
    }
    return json;
}

/* -- stacks and flows -- */

static json_t *stack(const char *root, const json_t *frames, const char *text) {
    size_t i;
    json_t *frame, *array = json_array(), *json = json_object();
    json_array_foreach(frames, i, frame) {
        if (!field_is_set(frame, "hidden")) {
            json_t *entry = json_pack("{s:o}", "location", location(root, frame, NULL));
            field_set_text(entry, "module", json_string_value(json_object_get(frame, "module")));
            json_array_append_new(array, entry);
        }
    }
    json_object_set_new(json, "message", message(text));
    json_object_set_new(json, "frames", array);
    return json;
}

/* One flow on its way: the places of a task in the order of time. */
struct flow {
    const char *root;
    json_t *threads; /* NULL until there is a place */
};

/* The frames from the outermost inwards, as steps of a thread; the last one carries the text. */
static void add_steps(const struct flow *flow, json_t *steps, const json_t *frames,
                      const char *text) {
    const json_t *last = piece_user_frame(frames);
    for (size_t i = json_array_size(frames); i-- > 0;) {
        json_t *frame = json_array_get(frames, i);
        if (frame != last && (field_is_set(frame, "hidden") || field_is_set(frame, "system"))) {
            continue;
        }
        json_t *step = json_pack("{s:o}", "location",
                                 location(flow->root, frame, frame == last ? text : NULL));
        field_set_text(step, "importance", frame == last ? "essential" : "important");
        field_set_number(step, "nestingLevel", (json_int_t)(json_array_size(frames) - 1 - i));
        json_array_append_new(steps, step);
        if (frame == last) {
            return;
        }
    }
}

/* Takes the steps. */
static void end_thread(struct flow *flow, const char *task, json_t *steps) {
    if (json_array_size(steps) == 0) {
        json_decref(steps);
        return;
    }
    json_t *thread = json_object();
    field_set_text(thread, "id", task);
    json_object_set_new(thread, "message", message(task));
    json_object_set_new(thread, "locations", steps);
    if (flow->threads == NULL) {
        flow->threads = json_array();
    }
    json_array_append_new(flow->threads, thread);
}

static void add_creation(const struct flow *flow, json_t *steps, const json_t *task) {
    if (json_array_size(json_object_get(task, "created")) != 0) {
        char *text = str_format("%s is created", field_text(task, "label"));
        add_steps(flow, steps, json_object_get(task, "created"), text);
        free(text);
    }
}

static void add_locks(const struct flow *flow, json_t *steps, const json_t *locks) {
    size_t i;
    json_t *lock;
    json_array_foreach(locks, i, lock) {
        char *text = str_format("locks %s", field_text(lock, "label"));
        add_steps(flow, steps, json_object_get(lock, "taken"), text);
        free(text);
    }
}

static void flow_of_race(struct flow *flow, const json_t *finding) {
    size_t i;
    json_t *access;
    const char *object = field_text(json_object_get(finding, "object"), "label");
    json_array_foreach(json_object_get(finding, "accesses"), i, access) {
        json_t *steps = json_array();
        char *text = str_format("%s of %s", field_text(access, "access"), object);
        add_creation(
            flow, steps,
            task_with(json_object_get(finding, "tasks"), field_number(access, "task_serial")));
        add_locks(flow, steps, json_object_get(access, "locks"));
        add_steps(flow, steps, json_object_get(access, "stack"), text);
        end_thread(flow, field_text(access, "task_label"), steps);
        free(text);
    }
}

static void flow_of_cycle(struct flow *flow, const json_t *finding) {
    size_t i;
    json_t *step;
    json_array_foreach(json_object_get(finding, "cycle"), i, step) {
        json_t *steps = json_array();
        const json_t *holds = json_object_get(step, "holds"),
                     *takes = json_object_get(step, "takes");
        char *first = str_format("locks %s", field_text(holds, "label"));
        char *second = str_format("locks %s while it holds the other", field_text(takes, "label"));
        add_creation(
            flow, steps,
            task_with(json_object_get(finding, "tasks"), field_number(step, "task_serial")));
        add_steps(flow, steps, json_object_get(holds, "taken"), first);
        add_steps(flow, steps, json_object_get(takes, "taken"), second);
        end_thread(flow, field_text(step, "task_label"), steps);
        free(first);
        free(second);
    }
}

static void flow_of_tasks(struct flow *flow, const json_t *finding) {
    size_t i;
    json_t *task;
    json_array_foreach(json_object_get(finding, "tasks"), i, task) {
        const json_t *wait = json_object_get(task, "wait");
        json_t *steps = json_array();
        char *text = str_format("waits in %s", library_wait_name(wait));
        add_creation(flow, steps, task);
        add_locks(flow, steps, json_object_get(task, "holds"));
        add_steps(flow, steps, json_object_get(wait, "stack"), text);
        if (i == 0) {
            add_steps(flow, steps, json_array_get(json_object_get(finding, "stacks"), 0),
                      field_text(finding, "message"));
        }
        end_thread(flow, field_text(task, "label"), steps);
        free(text);
    }
}

/* NULL when no place is known. */
static json_t *flow_of(const char *root, const json_t *finding) {
    struct flow flow = {.root = root};
    if (json_object_get(finding, "accesses") != NULL) {
        flow_of_race(&flow, finding);
    } else if (json_object_get(finding, "cycle") != NULL) {
        flow_of_cycle(&flow, finding);
    } else {
        flow_of_tasks(&flow, finding);
    }
    return flow.threads == NULL ? NULL : json_pack("[{s:o}]", "threadFlows", flow.threads);
}

/* -- results -- */

static const char *level(const json_t *finding) {
    return field_is(finding, "severity", "error")         ? "error"
           : field_is(finding, "severity", "portability") ? "warning"
                                                          : "note";
}

/* What a forge shows below the line: the title, and why nothing orders them. */
static json_t *text_of(const json_t *finding) {
    static const char *const keys[] = {"message", "lock_verdict", "reason", "hint"};
    char *text = str_copy(field_text(finding, "title"));
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *more = json_string_value(json_object_get(finding, keys[i]));
        if (more != NULL && strstr(text, more) == NULL) {
            char *longer = str_format("%s\n%s", text, more);
            free(text);
            text = longer;
        }
    }
    json_t *json = message(text);
    free(text);
    return json;
}

static json_t *suppressions(const json_t *rule) {
    const char *reason = json_string_value(json_object_get(rule, "reason"));
    json_t *json = json_pack("{s:s,s:s}", "kind", "external", "status", "accepted");
    field_take_text(json, "justification",
                    str_format("%s:%lld: %s%s%s", field_text(rule, "file"),
                               (long long)field_number(rule, "line"), field_text(rule, "rule"),
                               reason == NULL ? "" : " ", reason == NULL ? "" : reason));
    return json_pack("[o]", json);
}

static void add_stacks(const char *root, const json_t *finding, json_t *result) {
    size_t i;
    json_t *access, *part, *stacks = json_array(), *related = json_array();
    json_array_foreach(json_object_get(finding, "accesses"), i, access) {
        const json_t *frames = json_object_get(access, "stack");
        char *text =
            str_format("%s by %s", field_text(access, "access"), field_text(access, "task_label"));
        json_array_append_new(stacks, stack(root, frames, text));
        json_t *place = location(root, piece_user_frame(frames), text);
        field_set_number(place, "id", (json_int_t)i);
        json_array_append_new(related, place);
        free(text);
    }
    json_array_foreach(json_object_get(finding, "stacks"), i, part) {
        json_array_append_new(stacks, stack(root, part, field_text(finding, "title")));
    }
    if (json_array_size(stacks) != 0) {
        json_object_set(result, "stacks", stacks);
    }
    if (json_array_size(related) != 0) {
        json_object_set(result, "relatedLocations", related);
    }
    json_decref(stacks);
    json_decref(related);
}

static void add_properties(const json_t *finding, json_t *result) {
    static const char *const kept[] = {"class", "processes", "test", "tests", "command", "also"};
    json_t *properties = json_object();
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        json_t *value = json_object_get(finding, kept[i]);
        if (value != NULL) {
            json_object_set(properties, kept[i], value);
        }
    }
    json_object_set_new(result, "properties", properties);
}

/* has_baseline: new findings are told from known ones. A new reference. */
static json_t *result_of(const char *root, const json_t *finding, bool has_baseline) {
    const json_t *rule = json_object_get(finding, "accepted");
    int kind = store_kind(field_text(finding, "kind"));
    json_t *result = json_object(), *flow = flow_of(root, finding);
    field_set_text(result, "ruleId", field_text(finding, "kind"));
    if (kind >= 0) {
        field_set_number(result, "ruleIndex", kind);
    }
    field_set_text(result, "level", level(finding));
    json_object_set_new(result, "message", text_of(finding));
    json_object_set_new(
        result, "locations",
        json_pack("[o]", location(root, piece_user_frame(place_stack(finding)), NULL)));
    json_t *identity = json_pack("{s:s}", "raddle/v1", field_text(finding, "id"));
    json_object_set(result, "fingerprints", identity);
    json_object_set_new(result, "partialFingerprints", identity);
    json_int_t count = field_number(finding, "count");
    field_set_number(result, "occurrenceCount", count > 0 ? count : 1);
    if (flow != NULL) {
        json_object_set_new(result, "codeFlows", flow);
    }
    add_stacks(root, finding, result);
    if (has_baseline) {
        field_set_text(result, "baselineState",
                       field_is(rule, "by", "baseline") ? "unchanged" : "new");
    }
    if (rule != NULL) {
        json_object_set_new(result, "suppressions", suppressions(rule));
    }
    add_properties(finding, result);
    return result;
}

static size_t write_results(FILE *out, const char *root, const struct store *store,
                            bool has_baseline, size_t written) {
    for (size_t i = 0; i < store->n; i++) {
        json_t *finding = store_get(store, i);
        json_t *result = result_of(root, finding, has_baseline);
        fputs(written++ == 0 ? "\n" : ",\n", out);
        json_dumpf(result, out, JSON_COMPACT);
        json_decref(result);
        json_decref(finding);
    }
    return written;
}

/* -- the run -- */

static json_t *rule_of(const struct explanation *of) {
    json_t *rule = json_pack("{s:s,s:s}", "id", of->kind, "name", of->name);
    json_object_set_new(rule, "shortDescription", message(of->what));
    json_object_set_new(rule, "fullDescription", message(of->why));
    json_t *help = json_object();
    field_take_text(help, "text", str_format("%s\n\n%s", of->why, of->remedy));
    field_take_text(help, "markdown", str_format("%s\n\n**What to do:** %s", of->why, of->remedy));
    json_object_set_new(rule, "help", help);
    json_object_set_new(rule, "defaultConfiguration", json_pack("{s:s}", "level", "error"));
    json_object_set_new(rule, "properties",
                        json_pack("{s:[s,s],s:s,s:s}", "tags", "concurrency", "correctness",
                                  "precision", "very-high", "problem.severity", "error"));
    return rule;
}

static void write_tool(FILE *out) {
    json_t *rules = json_array();
    for (size_t i = 0; i < n_explanations; i++) {
        json_array_append_new(rules, rule_of(&explanations[i]));
    }
    json_t *tool = json_pack("{s:{s:s,s:s,s:s,s:o}}", "driver", "name", "Raddle", "version",
                             RADDLE_VERSION, "semanticVersion", RADDLE_VERSION, "rules", rules);
    fputs("\"tool\": ", out);
    json_dumpf(tool, out, JSON_COMPACT);
    json_decref(tool);
}

/* What bounded the sight: a run that could not look did not succeed, whatever it found. */
static void write_invocation(FILE *out, const json_t *head) {
    size_t i;
    bool blind = false;
    json_t *condition, *notes = json_array();
    json_array_foreach(json_object_get(head, "conditions"), i, condition) {
        bool is_blind = field_is_set(condition, "blind");
        json_t *note = json_pack("{s:s}", "level", is_blind ? "error" : "note");
        json_object_set_new(note, "message", message(field_text(condition, "text")));
        json_object_set_new(note, "descriptor",
                            json_pack("{s:s}", "id", field_text(condition, "kind")));
        json_array_append_new(notes, note);
        blind = blind || is_blind;
    }
    json_t *invocation = json_pack("{s:b,s:o}", "executionSuccessful", (int)!blind,
                                   "toolExecutionNotifications", notes);
    fputs(",\n\"invocations\": [", out);
    json_dumpf(invocation, out, JSON_COMPACT);
    fputc(']', out);
    json_decref(invocation);
}

static void write_bases(FILE *out, const char *root) {
    char *path = escape_uri(root);
    json_t *bases = json_object(), *base = json_object();
    field_take_text(base, "uri", str_format("file://%s/", path));
    json_object_set_new(bases, ROOT_ID, base);
    fputs(",\n\"originalUriBaseIds\": ", out);
    json_dumpf(bases, out, JSON_COMPACT);
    json_decref(bases);
    free(path);
}

static bool uses_baseline(const json_t *head) {
    size_t i;
    json_t *rule;
    json_array_foreach(json_object_get(head, "rules"), i, rule) {
        if (field_is(rule, "by", "baseline")) {
            return true;
        }
    }
    return false;
}

void sarif_write(FILE *out, const struct model *model) {
    char *root = place_root();
    bool has_baseline = uses_baseline(model->head);
    fputs("{\"version\": \"2.1.0\",\n\"$schema\": \"" SCHEMA "\",\n\"runs\": [{\n", out);
    write_tool(out);
    write_invocation(out, model->head);
    write_bases(out, root);
    fputs(",\n\"columnKind\": \"utf16CodeUnits\",\n\"results\": [", out);
    size_t n = write_results(out, root, &model->findings, has_baseline, 0);
    write_results(out, root, &model->accepted, has_baseline, n);
    fputs("]\n}]}\n", out);
    free(root);
}
