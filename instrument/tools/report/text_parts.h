/* text_parts.h - what all kinds of text reports are made of: places, stacks, tasks, beginning and end.
 *
 * Each prints to a page, from JSON whose control characters are spelt out (escape.h).
 */
#ifndef RADDLE_TOOLS_REPORT_TEXT_PARTS_H
#define RADDLE_TOOLS_REPORT_TEXT_PARTS_H

#include <jansson.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define PAGE_BAR "=================="

/* Where one report is composed, and how. */
struct page {
    FILE *out;
    bool color;
    size_t columns;           /* of the terminal; 0: nothing stands side by side */
    size_t room;              /* for a line of a part that stands beside another; 0: all it wants */
    json_t *seen;             /* places of it whose source is shown; NULL: none is */
    char directory[PATH_MAX]; /* the current one with a slash: file names below it lose it */
};

/* Prints a part of a report. */
typedef void page_printer(const struct page *page, const void *what);
/* What print() prints where a line has so much room; a new string. */
char *page_part(const struct page *page, page_printer *print, const void *what, size_t room);

/* A file's name without the page's directory; borrowed. */
const char *page_path(const struct page *page, const char *file);

/* "bank.c:23", or "(libx.so+0x4f2)" without lines. */
void page_location(const struct page *page, const json_t *frame);
/* A line for each frame that is not hidden, two where there is not room for one; of a deep recursion its two ends. */
void page_stack(const struct page *page, const json_t *stack);

/* `label` with a capital in front, written to `room`, which it returns. */
const char *page_capitalised(const char *label, char *room, size_t bytes);
/* goroutine 7 "alice" */
void page_task_name(const struct page *page, const json_t *task);
/* " 12 ms ago", if it is known. */
void page_age(const struct page *page, const json_t *task);
/* Who made the task and where; nothing of main. */
void page_creation(const struct page *page, const json_t *task, bool aged);
/* Where a lock that has a number was made; nothing of one that has a name. */
void page_numbered(const struct page *page, const json_t *lock);

/* How every report begins. */
void page_title(const struct page *page, const json_t *finding, const char *heading,
                const char *title);
/* What would mend it, if that is known, and `after`. */
void page_hint(const struct page *page, const json_t *finding, const char *after);
/* Which process, how often, the id by which the finding can be named, and in a line `what` it is at the top of
 * `stack`. */
void page_end(const struct page *page, const json_t *finding, const char *what,
              const json_t *stack);

#endif
