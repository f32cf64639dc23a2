/* command_line.h - argp, with errors of one line and status 125.
 *
 * argp's own messages take three lines and its ARGP_NO_ERRS takes --help away, so both are made
 * here. Options and arguments come in the order they stand in: a program's arguments are its own.
 */
#ifndef RADDLE_TOOLS_REPORT_COMMAND_LINE_H
#define RADDLE_TOOLS_REPORT_COMMAND_LINE_H

#include <argp.h>

/* Parses; parser->parser gets `input` in state->input. Adds --help and --version, which exit with
 * 0. Does not return on a wrong command line. The program's name is argv[0]'s last part. */
void parse_command_line(const struct argp *parser, int argc, char **argv, void *input);

/* A value that is an exit status, 0 to 255. Does not return on another. */
int parse_status(const char *text, const char *option);

#endif
