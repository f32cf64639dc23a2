/* text.c - the JSON model as text. */
#include "instrument/tools/report/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "instrument/tools/report/escape.h"
#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/file_text.h"
#include "instrument/tools/report/say.h"
#include "instrument/tools/report/terminal.h"
#include "instrument/tools/report/text_findings.h"
#include "instrument/tools/report/text_source.h"

/* -- one finding -- */

static void print_finding(const struct page *page, const json_t *finding) {
    if (field_is(finding, "kind", "data-race")) {
        text_race(page, finding);
    } else if (field_is(finding, "kind", "lock-order")) {
        text_order(page, finding);
    } else if (field_is(finding, "class", "timeout")) {
        text_tasks(page, finding, "TIMEOUT", "timeout");
    } else if (field_is(finding, "kind", "deadlock")) {
        text_tasks(page, finding, "DEADLOCK", "deadlock");
    } else if (field_is(finding, "kind", "leak")) {
        text_tasks(page, finding, "LEAK", "leak");
    } else if (field_is(finding, "kind", "panic")) {
        text_message(page, finding, "PANIC", "panic");
    } else if (field_is(finding, "kind", "misuse")) {
        text_message(page, finding, "MISUSE", "misuse");
    } else {
        page_title(page, finding, field_text(finding, "kind"), field_text(finding, "title"));
        page_end(page, finding, field_text(finding, "kind"), NULL);
    }
}

/* -- the whole -- */

/* What print() prints; a new string. NULL options: as into a file. */
static char *page_text(const json_t *json, const struct text_options *options, size_t *bytes,
                       void (*print)(const struct page *page, const json_t *json)) {
    char *text = NULL;
    struct page page = {.out = open_memstream(&text, bytes)};
    if (options != NULL) {
        page.color = options->color;
        page.columns = options->columns;
    }
    page.seen = print == text_dump ? NULL : json_object();
    if (page.out == NULL) {
        say_fatal("out of memory: the report could not be printed");
    }
    if (getcwd(page.directory, sizeof page.directory - 1) == NULL) {
        page.directory[0] = '\0';
    } else if (strcmp(page.directory, "/") != 0) {
        strcat(page.directory, "/");
    }
    json_t *plain = escape_controls(json, SOURCE_MEMBER);
    print(&page, plain);
    json_decref(plain);
    json_decref(page.seen);
    fclose(page.out);
    return text;
}

/* Returns 0, or errno of what could not be written; likewise below. */
static int with_page(const json_t *json, int fd, const struct text_options *options,
                     void (*print)(const struct page *page, const json_t *json)) {
    size_t bytes;
    char *text = page_text(json, options, &bytes, print);
    int why = fd_write(fd, text, bytes);
    free(text);
    return why;
}

char *text_of_finding(const json_t *finding, const struct text_options *options) {
    size_t bytes;
    return page_text(finding, options, &bytes, print_finding);
}

/* All conditions but the one that the verdict repeats. */
static void print_conditions(const struct page *page, const json_t *head) {
    size_t i;
    json_t *condition;
    const char *summary = field_text(head, "summary");
    json_array_foreach(json_object_get(head, "conditions"), i, condition) {
        if (strstr(summary, field_text(condition, "text")) == NULL) {
            fprintf(page->out, "raddle: %s%s\n",
                    field_is_set(condition, "blind") ? "not checked: " : "",
                    field_text(condition, "text"));
        }
    }
}

static void print_verdict(const struct page *page, const json_t *head) {
    bool good = field_is(head, "verdict", "clean");
    print_conditions(page, head);
    fprintf(page->out, "%sraddle: %s%s\n",
            !page->color ? ""
            : good       ? "\033[32m"
                         : "\033[1;31m",
            field_text(head, "summary"), page->color ? "\033[0m" : "");
}

/* A finding in the words of another detector: one write(2) as well. */
static int print_foreign(const json_t *finding, int fd, const struct text_format *format) {
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (out == NULL) {
        say_fatal("out of memory: the report could not be printed");
    }
    json_t *plain = escape_controls(finding, SOURCE_MEMBER);
    format->finding(out, plain);
    json_decref(plain);
    fclose(out);
    int why = fd_write(fd, text, bytes);
    free(text);
    return why;
}

static void print_foreign_end(const struct model *model, int fd, const struct text_format *format) {
    FILE *out = fdopen(dup(fd), "w");
    if (out != NULL) {
        format->end(out, model);
        fclose(out);
    }
}

static bool is_foreign(const struct text_options *options) {
    return options->format != NULL && options->format->finding != NULL;
}

static json_t *number_of_tasks(const json_t *finding) {
    return json_integer((json_int_t)json_array_size(json_object_get(finding, "tasks")));
}

static bool was_told(const json_t *finding, const json_t *told) {
    json_t *now = number_of_tasks(finding);
    bool was = json_equal(json_object_get(told, field_text(finding, "id")), now);
    json_decref(now);
    return was;
}

int text_print_finding(const json_t *finding, int fd, const struct text_options *options) {
    if (was_told(finding, options->told)) {
        return 0;
    }
    int why = is_foreign(options) ? print_foreign(finding, fd, options->format)
                                  : with_page(finding, fd, options, print_finding);
    if (why == 0 && options->told != NULL) {
        json_object_set_new(options->told, field_text(finding, "id"), number_of_tasks(finding));
    }
    return why;
}

int text_print(const struct model *model, int fd, const struct text_options *options) {
    int failed = 0;
    for (size_t i = 0; !options->quiet && i < model->findings.n; i++) {
        json_t *finding = store_get(&model->findings, i);
        int why = text_print_finding(finding, fd, options);
        failed = failed != 0 ? failed : why;
        json_decref(finding);
    }
    if (is_foreign(options) && !options->quiet) {
        print_foreign_end(model, fd, options->format);
    }
    int why = with_page(model->head, fd, options, print_verdict);
    return failed != 0 ? failed : why;
}

void text_print_dump(const json_t *dump, int fd, const struct text_options *options) {
    with_page(dump, fd, options, text_dump);
}

void text_suit(struct text_options *options, const char *color, int fd) {
    terminal_color(color, fd, &options->color);
    options->columns = terminal_columns(fd);
}
