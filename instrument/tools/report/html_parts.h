/* html_parts.h - what the page shows of every kind of finding: places, stacks, source, tasks.
 *
 * Everything is printed from the model. A field that is absent is left out, or "?".
 */
#ifndef RADDLE_TOOLS_REPORT_HTML_PARTS_H
#define RADDLE_TOOLS_REPORT_HTML_PARTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* How many characters of a text of the program's are shown. The model has the rest. */
enum { HTML_LONGEST_NAME = 400, HTML_LONGEST_MESSAGE = 4000 };

/* Where findings are printed to. */
struct html {
    FILE *out;
    const char *root; /* the directory of all sources with a slash at its end: left out; "": none */
    const char *anchor; /* of the finding under way; what it refers to begins with it */
};

/* A name, a title or a sentence of the model's; `x` as code. */
void html_words(const struct html *page, const char *text);
/* "src/bank.c:23", with the whole path as its title; "(bank+0x1a)" without lines. */
void html_place(const struct html *page, const json_t *frame);
/* The place of the innermost frame of the user's. */
void html_stack_place(const struct html *page, const json_t *stack);
void html_stack(const struct html *page, const json_t *stack);
/* The source at a stack, its line and column marked. */
void html_source(const struct html *page, const json_t *snippet, const json_t *stack);
/* Source and stack. */
void html_code(const struct html *page, const json_t *owner, const char *stack);
/* Stacks that are looked at second: folded up under `heading`, which is ours, and the place. */
void html_folded_stack(const struct html *page, const char *heading, const json_t *owner,
                       const char *stack);

/* What the later access of a race found; nothing when that is not known. */
void html_value(const struct html *page, const json_t *later);
/* ", behind goroutine 7, who waits to write and is served first", where that holds up a reader. */
void html_behind(const struct html *page, const json_t *wait);
/* goroutine 7 “alice” */
void html_task_name(const struct html *page, const json_t *task);
/* "goroutine 7 (running), created by main at …", with the stack; nothing for main. */
void html_creation(const struct html *page, const json_t *task);

/* <article> with an anchor of its own, "R…-access-1", that pictures lead to. `tone` is its class. */
void html_card(const struct html *page, const char *part, size_t number, const char *tone);
void html_card_end(const struct html *page);

#endif
