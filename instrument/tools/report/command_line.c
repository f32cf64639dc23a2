/* command_line.c - running argp and saying what was wrong with the command line. */
#include "instrument/tools/report/command_line.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "instrument/tools/report/file_text.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/settings.h"

enum { KEY_HELP = '?', KEY_VERSION = 'V' };

static const struct argp_option common[] = {
    {"help", KEY_HELP, NULL, 0, "print this and exit", -1},
    {"version", KEY_VERSION, NULL, 0, "print the version and exit", -1},
    {0},
};

/* What the outer parser remembers around the inner one. */
struct around {
    const struct argp *inner;
    const struct argp *whole; /* inner's options and the common ones */
    void *input;
    const char *name;
    int next; /* the first word not consumed yet: the culprit when argp fails */
};

struct help {
    const struct argp *parser;
    const char *name;
};

static void print_help(FILE *out, const void *with) {
    const struct help *help = with;
    argp_help(help->parser, out, ARGP_HELP_STD_HELP, (char *)help->name);
}

static void print_version(FILE *out, const void *with) {
    fprintf(out, "%s (raddle) %s\n", (const char *)with, RADDLE_VERSION);
}

void print_and_exit(void (*print)(FILE *out, const void *with), const void *with) {
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    if (out == NULL) {
        say_fatal("out of memory");
    }
    print(out, with);
    fclose(out);
    int why = fd_write(STDOUT_FILENO, text, bytes);
    if (why != 0) {
        say_fatal("standard output: cannot be written: %s", strerror(why));
    }
    free(text);
    exit(0);
}

static error_t parse_common(int key, char *value, struct argp_state *state) {
    const struct around *around = state->input;
    (void)value;
    if (key == KEY_HELP) {
        const struct help help = {around->whole, around->name};
        print_and_exit(print_help, &help);
    }
    if (key == KEY_VERSION) {
        print_and_exit(print_version, around->name);
    }
    return ARGP_ERR_UNKNOWN;
}

static error_t parse_around(int key, char *value, struct argp_state *state) {
    struct around *around = state->input;
    if (key == ARGP_KEY_INIT) {
        state->child_inputs[0] = around;
    }
    state->input = around->input;
    error_t error = around->inner->parser(key, value, state);
    state->input = around;
    if (key == ARGP_KEY_ARG || (key > 0 && key < ARGP_KEY_END)) {
        around->next = state->next;
    }
    return error;
}

/* -- what was wrong -- */

struct match {
    const struct argp_option *option;
    size_t n;
};

static void match_in(const struct argp_option *options, const char *name, size_t length,
                     struct match *match) {
    for (const struct argp_option *o = options; o->name != NULL || o->key != 0; o++) {
        if (o->name == NULL || strncmp(o->name, name, length) != 0) {
            continue;
        }
        if (o->name[length] == '\0') {
            *match = (struct match){.option = o, .n = 1};
            return;
        }
        match->option = o;
        match->n++;
    }
}

static _Noreturn void explain_long(const struct argp *parser, const char *word) {
    size_t length = strcspn(word + 2, "=");
    bool has_value = word[2 + length] == '=';
    struct match match = {0};
    match_in(parser->options, word + 2, length, &match);
    if (match.n != 1) {
        match_in(common, word + 2, length, &match);
    }
    if (match.n > 1) {
        say_fatal("ambiguous option '%s'; see --help", word);
    }
    if (match.n == 1 && match.option->arg != NULL && !has_value) {
        say_fatal("option '--%s' needs a value; see --help", match.option->name);
    }
    if (match.n == 1 && match.option->arg == NULL && has_value) {
        say_fatal("option '--%s' takes no value; see --help", match.option->name);
    }
    say_fatal("unknown option '%.*s'; see --help", (int)length + 2, word);
}

static _Noreturn void explain(const struct argp *parser, const char *word) {
    if (strncmp(word, "--", 2) == 0) {
        explain_long(parser, word);
    }
    for (const struct argp_option *o = parser->options; o->name != NULL || o->key != 0; o++) {
        if (o->key == word[1] && o->arg != NULL) {
            say_fatal("option '-%c' needs a value; see --help", o->key);
        }
    }
    say_fatal("unknown option '%s'; see --help", word);
}

void parse_command_line(const struct argp *parser, int argc, char **argv, void *input) {
    const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
    const char *name = slash != NULL ? slash + 1 : argc > 0 ? argv[0] : "raddle";
    const struct argp own = {.options = common, .parser = parse_common};
    const struct argp_child children[] = {{.argp = &own, .group = -1}, {0}};
    struct argp whole = *parser;
    struct around around = {.inner = parser, .whole = &whole, .input = input, .name = name};
    around.next = 1;
    whole.parser = parse_around;
    whole.children = children;
    say_program(name);
    error_t error =
        argp_parse(&whole, argc, argv, ARGP_IN_ORDER | ARGP_NO_ERRS | ARGP_NO_HELP, NULL, &around);
    if (error != 0) {
        explain(parser, around.next < argc ? argv[around.next] : argc > 1 ? argv[argc - 1] : "-");
    }
}

void given_note(struct given *given, int key) {
    if (key > 0 && key < ARGP_KEY_END) {
        given->keys = mem_grow(given->keys, given->n, &given->room, sizeof *given->keys);
        given->keys[given->n++] = key;
    }
}

void given_free(struct given *given) {
    free(given->keys);
    *given = (struct given){0};
}

const char *option_name(const struct argp_option *options, int key) {
    while (options->key != key) {
        options++;
    }
    return options->name;
}

int parse_status(const char *text, const char *option) {
    int64_t value;
    if (!parse_integer(text, 0, 255, &value)) {
        say_fatal("bad value '%s' for %s: it must be a whole number from 0 to 255", text, option);
    }
    return (int)value;
}
