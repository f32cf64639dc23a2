/* text_source.h - lines of source in a text report: what stands at a stack's place, each place once. */
#ifndef RADDLE_TOOLS_REPORT_TEXT_SOURCE_H
#define RADDLE_TOOLS_REPORT_TEXT_SOURCE_H

#include <jansson.h>
#include <stdio.h>

/* The lines of a "snippet"; nothing of NULL. */
void source_print(FILE *out, const json_t *snippet);

/* The snippet of what has it beside its stack, unless that place stands in `seen`, which keeps the places of one
 * report, or enough do: four tasks at one lock are readable still, and so are forty. */
void source_print_once(FILE *out, json_t *seen, const json_t *json, const char *stack);

/* Once for all snippets above, if one of them is newer than its program; and `after`. */
void source_print_newer(FILE *out, const json_t *a, const json_t *b, const char *after);
void source_print_newer_seen(FILE *out, const json_t *seen);

#endif
