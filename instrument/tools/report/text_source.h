/* text_source.h - lines of source in a text report: what stands at a stack's place, and a caret below where in it. */
#ifndef RADDLE_TOOLS_REPORT_TEXT_SOURCE_H
#define RADDLE_TOOLS_REPORT_TEXT_SOURCE_H

#include "instrument/tools/report/text_parts.h"

/* What must come here as it is in the model: columns count its characters, so they are spelt out last. */
#define SOURCE_MEMBER "snippet"

/* The lines of the snippet of what has it, if it has, at the place of `stack`. */
void source_print(const struct page *page, const json_t *owner, const json_t *stack);

/* Likewise at the place of its member called `stack`, unless that stands in `seen`, which keeps the places of one
 * report, or enough do: four tasks at one lock are readable still, and so are forty. */
void source_print_once(const struct page *page, json_t *seen, const json_t *owner,
                       const char *stack);

/* Once for all snippets above, if one of them is newer than its program; and `after`. */
void source_print_newer(FILE *out, const json_t *a, const json_t *b, const char *after);
void source_print_newer_seen(FILE *out, const json_t *seen);

#endif
