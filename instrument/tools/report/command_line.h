/* command_line.h - argp, with errors of one line and status 125.
 *
 * argp's own messages take three lines and its ARGP_NO_ERRS takes --help away, so both are made
 * here. Options and arguments come in the order they stand in: a program's arguments are its own.
 */
#ifndef RADDLE_TOOLS_REPORT_COMMAND_LINE_H
#define RADDLE_TOOLS_REPORT_COMMAND_LINE_H

#include <argp.h>
#include <stddef.h>
#include <stdio.h>

/* Parses; parser->parser gets `input` in state->input. Adds --help and --version, which exit with
 * 0. Does not return on a wrong command line. The program's name is argv[0]'s last part. */
void parse_command_line(const struct argp *parser, int argc, char **argv, void *input);

/* Ends the tool with 0 when all that print() wrote is on standard output, else with one line. */
_Noreturn void print_and_exit(void (*print)(FILE *out, const void *with), const void *with);

/* The options that were given, by their keys, in their order. Valid when zeroed. */
struct given {
    int *keys;
    size_t n, room;
};
/* Notes what argp's parser is called with; what is no option is left out. */
void given_note(struct given *given, int key);
void given_free(struct given *given);
/* The long name of one of them. */
const char *option_name(const struct argp_option *options, int key);

/* A value that is an exit status, 0 to 255. Does not return on another. */
int parse_status(const char *text, const char *option);

#endif
