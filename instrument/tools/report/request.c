/* request.c - what did the user ask raddle-report to do? */
#include "instrument/tools/report/request.h"

#include <argp.h>
#include <string.h>
#include <unistd.h>

#include "instrument/tools/report/identity.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/settings.h"
#include "instrument/tools/report/suppress.h"
#include "instrument/tools/report/terminal.h"

/* Options without a letter. */
enum {
    KEY_EXIT_REPORT = 256,
    KEY_SYMBOLIZE,
    KEY_KIND,
    KEY_FILE,
    KEY_ID,
    KEY_COLOR,
    KEY_FORMAT,
    KEY_SUPPRESSIONS,
    KEY_BASELINE,
    KEY_UPDATE_BASELINE,
    KEY_EXITCODE,
    KEY_DIFF,
    KEY_EXPLAIN,
    KEY_DUMP,
};

static const struct argp_option options[] = {
#define X(name, argument, help) FORMATS_ROW(name, argument, help)
#include "instrument/tools/report/formats.def"
#undef X
    {"kind", KEY_KIND, "KIND", 0,
     "only findings of this kind: data-race, deadlock, lock-order, leak, misuse, panic", 1},
    {"file", KEY_FILE, "GLOB", 0, "only findings with a frame in a source file that matches", 1},
    {"id", KEY_ID, "ID", 0, "only the finding with this id", 1},
    {"explain", KEY_EXPLAIN, "ID", 0,
     "the finding with this id, what its kind means, what to do, and how to accept it; options "
     "that "
     "write files write that finding",
     1},
    {"diff", KEY_DIFF, "OLD", 0,
     "compare with the findings file or model OLD: what it has too is as good as in a baseline, "
     "what only it has is listed",
     2},
    {"suppressions", KEY_SUPPRESSIONS, "FILE", 0,
     "findings not to report, as run-with-detector has it", 2},
    {"baseline", KEY_BASELINE, "FILE", 0,
     "known findings, as run-with-detector has it; of several files all count", 2},
    {"update-baseline", KEY_UPDATE_BASELINE, NULL, 0,
     "make the baseline, of several the last one, exactly what is in these files: add what is new, "
     "take out what is not there",
     2},
    {"exitcode", KEY_EXITCODE, "N", 0,
     "decide as run-with-detector does: status N with findings (0: they do not decide), 124 after "
     "a "
     "time-out, 125 when a run was not able to look, else 0",
     2},
    {"format", KEY_FORMAT, "FORMAT", 0, "how reports look: raddle, go or tsan", 2},
    {"color", KEY_COLOR, "WHEN", 0, "auto (at a terminal, unless NO_COLOR is set), always or never",
     2},
    {"quiet", 'q', NULL, 0, "print no reports, only what bounds the runs and the verdict", 2},
    {"exit-report", KEY_EXIT_REPORT, "FILE", 0,
     "report one process's findings on standard error and decide: status 66 with findings, 125 "
     "when it was not able to look, else 0",
     3},
    {"dump", KEY_DUMP, "PID", 0,
     "print on standard error what the tasks of that process did when it was last asked by the "
     "signal of -o dump_signal",
     3},
    {"symbolize", KEY_SYMBOLIZE, NULL, 0,
     "standard input: lines `PC BIAS PATH`; standard output: "
     "`FUNCTION<TAB>FILE<TAB>LINE<TAB>OFFSET`",
     3},
    {0},
};

/* Ends the tool when there is an error. */
static void complain(const char *error) {
    if (error != NULL) {
        say_fatal("%s", error);
    }
}

static void add_input(struct request *request, const char *path) {
    request->inputs = mem_grow(request->inputs, request->n_inputs, &request->inputs_room,
                               sizeof *request->inputs);
    request->inputs[request->n_inputs++] = path;
}

static error_t parse_option(int key, char *value, struct argp_state *state) {
    struct request *request = state->input;
    given_note(&request->given, key);
    switch (key) {
    case KEY_EXIT_REPORT:
        request->exit_report = value;
        break;
    case KEY_DUMP:
        if (!parse_integer(value, 1, INT32_MAX, &request->dump)) {
            say_fatal("bad value '%s' for --dump: it must be the number of a process", value);
        }
        break;
    case KEY_SYMBOLIZE:
        request->symbolize = true;
        break;
    case KEY_KIND:
        request->kind = value;
        break;
    case KEY_FILE:
        request->file = value;
        break;
    case KEY_ID:
        request->id = value;
        break;
    case KEY_EXPLAIN:
        request->explain = request->id = value;
        break;
    case KEY_DIFF:
        request->diff = value;
        break;
    case KEY_SUPPRESSIONS:
        complain(suppressions_read(&request->rules, value));
        break;
    case KEY_BASELINE:
        baselines_add(&request->baselines, value);
        break;
    case KEY_UPDATE_BASELINE:
        request->update_baseline = true;
        break;
    case KEY_EXITCODE:
        request->exitcode = parse_status(value, "--exitcode");
        break;
    case KEY_FORMAT:
        request->format = text_format(value);
        break;
    case KEY_COLOR:
        request->color = value;
        break;
    case 'q':
        request->quiet = true;
        break;
    case ARGP_KEY_ARG:
        add_input(request, value);
        break;
    default:
        return outputs_set(&request->outputs, key, value) ? 0 : ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const struct argp parser = {
    .options = options,
    .parser = parse_option,
    .args_doc = "FILE...",
    .doc = "Show what the detector found.\v"
           "FILE is a findings file, kept with `run-with-detector --keep`, or a model written with "
           "--json; several are shown as one, and one that is given twice counts once.  With an "
           "option that writes a file no text is printed, but that of --explain.  Exit status: 0 "
           "unless --exitcode asks for another, and 125 when a file cannot be read or written, or "
           "the command line is wrong.",
};

/* -- what does not go together -- */

bool request_filters(const struct request *request) {
    return request->kind != NULL || request->id != NULL || request->file != NULL;
}

/* The options that do something else than showing all findings: do they take that one, too? */
static bool takes(int mode, int key) {
    switch (mode) {
    case KEY_SYMBOLIZE:
        return false;
    case KEY_DUMP:
        return key == KEY_COLOR;
    case KEY_EXIT_REPORT:
        return !outputs_has_key(key) && key != KEY_EXITCODE && key != KEY_EXPLAIN;
    case KEY_EXPLAIN: /* it has words of its own, and names its finding itself */
        return key != KEY_FORMAT && key != 'q' && key != KEY_ID && key != KEY_UPDATE_BASELINE;
    default:
        return true;
    }
}

/* What can be meant once only; of the others the last one counts, or all do. */
static bool is_single(int key) {
    static const int single[] = {KEY_KIND, KEY_FILE, KEY_ID,          KEY_EXPLAIN,
                                 KEY_DIFF, KEY_DUMP, KEY_EXIT_REPORT, 0};
    size_t i = 0;
    while (single[i] != 0 && single[i] != key) {
        i++;
    }
    return single[i] != 0;
}

static void check_pair(int key, int other) {
    if (key == other && is_single(key)) {
        say_fatal("--%s is given twice: it takes one value", option_name(options, key));
    }
    if (key != other && (!takes(key, other) || !takes(other, key))) {
        bool first_refuses = !takes(key, other);
        say_fatal("--%s is not used with --%s", option_name(options, first_refuses ? other : key),
                  option_name(options, first_refuses ? key : other));
    }
}

static void check_options(const struct request *request) {
    for (size_t i = 0; i < request->given.n; i++) {
        for (size_t k = i + 1; k < request->given.n; k++) {
            check_pair(request->given.keys[i], request->given.keys[k]);
        }
    }
}

/* A document on standard output has nothing else beside it. */
static void check_standard_output(const struct request *request) {
    const char *document = outputs_on_standard(&request->outputs, false);
    const char *lines =
        request->explain != NULL ? "explain" : outputs_on_standard(&request->outputs, true);
    if (document != NULL && lines != NULL) {
        say_fatal("standard output: asked for by --%s and --%s: name a file for --%s", document,
                  lines, document);
    }
}

static void check_values(const struct request *request) {
    bool ignored;
    if (!terminal_color(request->color, STDOUT_FILENO, &ignored)) {
        say_fatal("bad value '%s' for --color: it must be auto, always or never", request->color);
    }
    if (request->kind != NULL && store_kind(request->kind) < 0) {
        say_fatal(
            "unknown kind '%s': it must be data-race, deadlock, lock-order, leak, misuse or panic",
            request->kind);
    }
    if (request->id != NULL && !identity_is(request->id, strlen(request->id))) {
        say_fatal("bad value '%s' for --%s: it must be a finding's id, " IDENTITY_FORM, request->id,
                  request->explain != NULL ? "explain" : "id");
    }
}

void request_read(struct request *request, int argc, char **argv) {
    *request = (struct request){.color = "auto", .exitcode = -1};
    parse_command_line(&parser, argc, argv, request);
    check_values(request);
    check_options(request);
    check_standard_output(request);
    bool lone = request->symbolize || request->exit_report != NULL;
    if (lone && request->n_inputs != 0) {
        say_fatal("too many arguments: '%s' is not used with %s", request->inputs[0],
                  request->symbolize ? "--symbolize" : "--exit-report");
    }
    if (request->update_baseline && request->baselines.n == 0) {
        say_fatal("--update-baseline needs --baseline FILE: say which file to update");
    }
    if (request->update_baseline && request_filters(request)) {
        say_fatal("--update-baseline takes no filter: it would take out what the filter hides");
    }
    if (!lone && request->n_inputs == 0) {
        say_fatal("no findings file: name one, or see --help");
    }
}
