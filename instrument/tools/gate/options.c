/* options.c - what did the user ask run-with-detector to do? */
#include "instrument/tools/gate/options.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "instrument/tools/report/command_line.h"
#include "instrument/tools/report/file_text.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/suppress.h"
#include "instrument/tools/report/terminal.h"

/* Options without a letter. */
enum {
    KEY_EXITCODE = 256,
    KEY_TIMEOUT,
    KEY_CHECKS,
    KEY_KEEP,
    KEY_STRICT,
    KEY_IGNORE,
    KEY_COLOR,
    KEY_SUPPRESSIONS,
    KEY_BASELINE,
    KEY_UPDATE_BASELINE,
    KEY_FORMAT,
    KEY_SELF_CHECK,
    KEY_MEM_LIMIT
};

static const char *const kinds[] = {
#define X(name, one, many) name,
#include "instrument/tools/report/kinds.def"
#undef X
};
#define KINDS         (sizeof kinds / sizeof kinds[0])
#define CHECKED_KINDS "data-race, deadlock, lock-order, leak, misuse, panic"

static const struct argp_option argp_options[] = {
#define X(name, argument, help) FORMATS_ROW(name, argument, help)
#include "instrument/tools/report/formats.def"
#undef X
    {"format", KEY_FORMAT, "FORMAT", 0, "how reports look: raddle, go or tsan", 0},
    {"color", KEY_COLOR, "WHEN", 0, "auto (at a terminal, unless NO_COLOR is set), always or never",
     0},
    {"quiet", 'q', NULL, 0, "print no reports, only what bounds the run and the verdict", 0},
    {"keep", KEY_KEEP, "DIR", 0,
     "keep the raw findings in DIR, which is made if need be, for raddle-report", 0},
    {"exitcode", KEY_EXITCODE, "N", 0, "status when findings remain (66); 0: report only", 1},
    {"timeout", KEY_TIMEOUT, "SECONDS", 0, "end the run after that long, with status 124", 1},
    {"mem-limit", KEY_MEM_LIMIT, "SIZE", 0,
     "as -o memory=SIZE: what the detector of each process may use (512M, 2G); beyond it the "
     "oldest "
     "accesses are forgotten, which fails the run",
     1},
    {"checks", KEY_CHECKS, "LIST", 0, "look for these only, between commas: " CHECKED_KINDS, 1},
    {"suppressions", KEY_SUPPRESSIONS, "FILE", 0,
     "findings not to report, a line each, as ThreadSanitizer has them: KIND:PATTERN (race:, "
     "race_top:, deadlock:, mutex:, signal:, thread:, called_from_lib:), likewise with a kind of "
     "finding (leak:, panic: and so on), or id:ID; of several such files all count",
     1},
    {"baseline", KEY_BASELINE, "FILE", 0,
     "known findings, which do not fail the run, a line each: ID [REASON | until YYYY-MM-DD "
     "REASON]; of "
     "several such files all count",
     1},
    {"update-baseline", KEY_UPDATE_BASELINE, NULL, 0,
     "add what this run has found to the baseline, of several to the last one (raddle-report takes "
     "out what is mended)",
     1},
    {"strict", KEY_STRICT, NULL, 0, "a helper process that was not observed fails the run too", 1},
    {"ignore-process", KEY_IGNORE, "GLOB", 0, "programs that need not be observed", 1},
    {"self-check", KEY_SELF_CHECK, NULL, 0,
     "run a racy and a clean program that came with this one: proves that this machine can look",
     2},
    {"option", 'o', "KEY=VALUE", 0,
     "an option of the detector or runtime, as in RADDLE_OPTIONS; -o help lists them", 2},
    {0},
};

/* -- values -- */

static double timeout_of(const char *text) {
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end != '\0' || !(value > 0) || value > 1e9) {
        say_fatal("bad value '%s' for --timeout: it must be a number of seconds above 0", text);
    }
    return value;
}

/* The kind that a word of --checks names, plurals allowed. */
static size_t kind_index(const char *word) {
    size_t length = strlen(word);
    for (size_t i = 0; i < KINDS; i++) {
        size_t exact = strlen(kinds[i]);
        bool plural = (length == exact + 1 && word[exact] == 's') ||
                      (length == exact + 2 && strcmp(word + exact, "es") == 0);
        if (strncmp(word, kinds[i], exact) == 0 && (length == exact || plural)) {
            return i;
        }
    }
    say_fatal("unknown check '%s' in --checks: it must be of " CHECKED_KINDS, word);
}

static unsigned checks_of(const char *text) {
    char *list = str_copy(text), *rest = list, *word;
    unsigned checks = 0;
    while ((word = strsep(&rest, ",")) != NULL) {
        checks |= 1u << kind_index(word);
    }
    free(list);
    return checks;
}

/* With all that is missing above it. Whether it worked shows when it is looked at. */
static void make_directory(const char *path) {
    char *whole = str_copy(path);
    for (char *at = whole; *at != '\0'; at++) {
        if (at > whole && *at == '/') {
            *at = '\0';
            mkdir(whole, 0777);
            *at = '/';
        }
    }
    mkdir(whole, 0777);
    free(whole);
}

static void check_directory(const char *path) {
    struct stat status;
    if (stat(path, &status) != 0 && errno == ENOENT) {
        make_directory(path);
    }
    if (stat(path, &status) != 0) {
        say_fatal("bad value '%s' for --keep: it cannot be made: %s; name a directory that can be "
                  "written",
                  path, strerror(errno));
    }
    if (!S_ISDIR(status.st_mode) || access(path, W_OK) != 0) {
        say_fatal("bad value '%s' for --keep: it must be a directory that can be written", path);
    }
}

static void check_color(const char *when) {
    bool ignored;
    if (!terminal_color(when, STDERR_FILENO, &ignored)) {
        say_fatal("bad value '%s' for --color: it must be auto, always or never", when);
    }
}

/* from: the option of the command line that sets the pair. */
static void set_option(struct gate_options *options, const char *from, const char *pair) {
    char *error = settings_set(&options->settings, pair);
    if (error != NULL) {
        say_fatal("%s: %s", from, error);
    }
}

static void set_mem_limit(struct gate_options *options, const char *size) {
    char *pair = str_format("memory=%s", size);
    set_option(options, "--mem-limit", pair);
    free(pair);
}

static void read_suppressions(struct gate_options *options, const char *path) {
    char *error = suppressions_read(&options->rules, path);
    if (error != NULL) {
        say_fatal("%s", error);
    }
}

/* After the command line was read: whether the file must be there depends on all of it. */
static void read_baseline(struct gate_options *options) {
    if (options->update_baseline && options->baselines.n == 0) {
        say_fatal("--update-baseline needs --baseline FILE: say which file to update");
    }
    if (options->update_baseline) {
        file_check_writable(baselines_last(&options->baselines));
    }
    char *error = baselines_read(&options->rules, &options->baselines, options->update_baseline);
    if (error != NULL) {
        say_fatal("%s", error);
    }
}

static void ignore_process(struct gate_options *options, const char *glob) {
    options->ignored = mem_grow(options->ignored, options->n_ignored, &options->ignored_room,
                                sizeof *options->ignored);
    options->ignored[options->n_ignored++] = glob;
}

/* -- argp -- */

static error_t parse_option(int key, char *value, struct argp_state *state) {
    struct gate_options *options = state->input;
    given_note(&options->given, key);
    switch (key) {
    case KEY_FORMAT:
        options->format = text_format(value);
        break;
    case KEY_COLOR:
        check_color(value);
        options->color = value;
        break;
    case KEY_KEEP:
        check_directory(value);
        options->keep = value;
        break;
    case KEY_EXITCODE:
        options->exitcode = parse_status(value, "--exitcode");
        break;
    case KEY_TIMEOUT:
        options->timeout_s = timeout_of(value);
        break;
    case KEY_MEM_LIMIT:
        set_mem_limit(options, value);
        break;
    case KEY_CHECKS:
        options->checks = checks_of(value);
        break;
    case KEY_SUPPRESSIONS:
        read_suppressions(options, value);
        break;
    case KEY_BASELINE:
        baselines_add(&options->baselines, value);
        break;
    case KEY_UPDATE_BASELINE:
        options->update_baseline = true;
        break;
    case KEY_STRICT:
        options->strict = true;
        break;
    case KEY_IGNORE:
        ignore_process(options, value);
        break;
    case KEY_SELF_CHECK:
        options->self_check = true;
        break;
    case 'o':
        if (strcmp(value, "help") == 0) {
            print_and_exit(settings_print_keys, NULL);
        }
        set_option(options, "-o", value);
        break;
    case 'q':
        options->quiet = true;
        break;
    case ARGP_KEY_ARG: /* the command: everything from here on is its own */
        options->command = &state->argv[state->next - 1];
        state->next = state->argc;
        break;
    default:
        return outputs_set(&options->outputs, key, value) ? 0 : ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static const struct argp parser = {
    .options = argp_options,
    .parser = parse_option,
    .args_doc = "[--] COMMAND [ARGUMENT...]",
    .doc = "Run COMMAND and everything it starts under the detector, report on standard error, and "
           "decide.\vExit status: COMMAND's own when nothing was found (128+N when it died of "
           "signal N); 66 with findings; 124 when --timeout ended it; 125 when the command line is "
           "wrong, a report cannot be written, or the run was not able to look; 126 and 127 when "
           "COMMAND cannot be run or "
           "found.",
};

/* It runs two programs of ours, as they must be run. */
static void check_self_check(const struct gate_options *options) {
    for (size_t i = 0; i < options->given.n; i++) {
        if (options->given.keys[i] != KEY_SELF_CHECK) {
            say_fatal("--%s is not used with --self-check",
                      option_name(argp_options, options->given.keys[i]));
        }
    }
    if (options->command != NULL) {
        say_fatal("too many arguments: '%s' is not used with --self-check", options->command[0]);
    }
}

void gate_options_read(struct gate_options *options, int argc, char **argv) {
    *options = (struct gate_options){.color = "auto", .exitcode = -1, .checks = (1u << KINDS) - 1};
    settings_init(&options->settings);
    say_program("run-with-detector");
    char *error = settings_set_all(&options->settings, getenv("RADDLE_OPTIONS"));
    if (error != NULL) {
        say_fatal("RADDLE_OPTIONS: %s", error);
    }
    parse_command_line(&parser, argc, argv, options);
    if (options->exitcode < 0) {
        options->exitcode = (int)options->settings.exitcode;
    }
    if (!gate_options_checks(options, "deadlock")) { /* nor is anything ended for one */
        free(settings_set(&options->settings, "on_deadlock=continue"));
        free(settings_set(&options->settings, "reachability=0"));
    }
    if (!gate_options_checks(options, "lock-order")) { /* nor costs anything */
        free(settings_set(&options->settings, "lock_order=0"));
    }
    read_suppressions(options, options->settings.suppressions);
    read_baseline(options);
    if (options->self_check) {
        check_self_check(options);
    }
    if (options->command == NULL && !options->self_check) {
        say_fatal("no command: name the program to run; see --help");
    }
}

bool gate_options_checks(const struct gate_options *options, const char *kind) {
    for (size_t i = 0; i < KINDS; i++) {
        if (strcmp(kinds[i], kind) == 0) {
            return (options->checks >> i & 1) != 0;
        }
    }
    return true;
}
