/* html_parts.c - places, stacks, source, tasks. */
#include "instrument/tools/report/html_parts.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/caret.h"
#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/html_escape.h"
#include "instrument/tools/report/pieces.h"
#include "instrument/tools/report/say.h"

void html_words(const struct html *page, const char *text) {
    html_marked(page->out, text, HTML_LONGEST_NAME, "code");
}

/* -- places and stacks -- */

static const char *below_root(const struct html *page, const char *file) {
    size_t length = strlen(page->root);
    return strncmp(file, page->root, length) == 0 ? file + length : file;
}

void html_place(const struct html *page, const json_t *frame) {
    const char *file = json_string_value(json_object_get(frame, "file"));
    fputs("<span class=\"at\"", page->out);
    if (file == NULL) {
        const char *module = json_string_value(json_object_get(frame, "module"));
        fputc('>', page->out);
        html_clipped(page->out, module == NULL ? "no module" : module, HTML_LONGEST_NAME);
        fputc('+', page->out);
        bool in_module = json_object_get(frame, "offset") != NULL;
        html_clipped(page->out, field_text(frame, in_module ? "offset" : "pc"), HTML_LONGEST_NAME);
    } else {
        const char *shown = below_root(page, file);
        if (shown != file) {
            fputs(" title=\"", page->out);
            html_clipped(page->out, file, HTML_LONGEST_NAME);
            fputc('"', page->out);
        }
        fputc('>', page->out);
        html_clipped(page->out, shown, HTML_LONGEST_NAME);
        fprintf(page->out, ":%lld", field_number(frame, "line"));
    }
    fputs("</span>", page->out);
}

void html_stack_place(const struct html *page, const json_t *stack) {
    const json_t *frame = piece_user_frame(stack);
    if (frame != NULL) {
        html_place(page, frame);
    } else {
        fputs("an unknown place", page->out);
    }
}

/* Of a deep recursion a page shows its two ends. */
enum { STACK_HEAD = 48, STACK_TAIL = 16 };

/* Frames that a reader is to see, or that stand for such. */
static json_int_t frames_of(const json_t *frame) {
    json_int_t omitted = field_number(frame, "omitted");
    return omitted > 0 ? omitted : !field_is_set(frame, "hidden");
}

static void print_frame(const struct html *page, json_int_t number, const json_t *frame) {
    const char *note = json_string_value(json_object_get(frame, "note"));
    fprintf(page->out, "<li value=\"%lld\"%s><code>", number,
            field_is_set(frame, "system") ? " class=\"system\"" : "");
    html_clipped(page->out, field_text(frame, "function"), HTML_LONGEST_NAME);
    fputs("</code> ", page->out);
    html_place(page, frame);
    fputs(field_is_set(frame, "inlined") ? " <small>inlined</small>" : "", page->out);
    if (note != NULL) {
        fputs(" <small>", page->out);
        html_words(page, note);
        fputs("</small>", page->out);
    }
    if (field_is_set(frame, "folded")) {
        fputs(" <small>repeats of a recursion are left out</small>", page->out);
    }
    fputs("</li>\n", page->out);
}

void html_stack(const struct html *page, const json_t *stack) {
    size_t i;
    json_t *frame;
    json_int_t all = 0, at = 0;
    json_array_foreach(stack, i, frame) {
        all = number_sum(all, frames_of(frame));
    }
    if (all == 0) {
        fputs("<p class=\"none\">No frame of the program is known.</p>\n", page->out);
        return;
    }
    json_int_t left_out = all > STACK_HEAD + STACK_TAIL + 1 ? all - STACK_HEAD - STACK_TAIL : 0;
    fputs("<ol class=\"stack\" start=\"0\">\n", page->out);
    json_array_foreach(stack, i, frame) {
        bool inside = left_out != 0 && at >= STACK_HEAD && at < all - STACK_TAIL;
        if (inside && at == STACK_HEAD) {
            fprintf(page->out, "<li class=\"gap\">%lld frames</li>\n", left_out);
        }
        if (!inside && !field_is_set(frame, "hidden")) {
            print_frame(page, at, frame);
        }
        at = number_sum(at, frames_of(frame));
    }
    fputs("</ol>\n", page->out);
}

/* -- source -- */

static bool is_word(char c) {
    return isalnum((unsigned char)c) || c == '_' || (c & 0x80) != 0;
}

/* The name or the operator that begins at `text`. */
static size_t token_bytes(const char *text) {
    size_t n = 0;
    if (is_word(text[0])) {
        while (is_word(text[n])) {
            n++;
        }
    } else {
        n = strspn(text, "+-*/%&|^~!<>=.[]");
    }
    return n;
}

/* The line that is meant, with what begins at that byte of it marked. */
static void print_marked_line(const struct html *page, const char *text, size_t from) {
    size_t shown = html_bytes_of(text, HTML_LONGEST_NAME);
    size_t bytes = from < shown ? token_bytes(text + from) : 0;
    if (bytes == 0 || from + bytes > shown) {
        html_clipped(page->out, text, HTML_LONGEST_NAME);
        return;
    }
    html_bytes(page->out, text, from);
    fputs("<mark>", page->out);
    html_bytes(page->out, text + from, bytes);
    fputs("</mark>", page->out);
    html_clipped(page->out, text + from + bytes, HTML_LONGEST_NAME);
}

void html_source(const struct html *page, const json_t *snippet, const json_t *stack) {
    const json_t *lines = json_object_get(snippet, "lines");
    json_int_t here = field_number(snippet, "line");
    size_t i, offset;
    json_t *line;
    if (json_array_size(lines) == 0) {
        return;
    }
    bool has_mark = caret_at(snippet, stack, &offset);
    fputs("<ol class=\"source\">\n", page->out);
    json_array_foreach(lines, i, line) {
        json_int_t number = field_number(line, "line");
        const char *text = field_text(line, "text");
        fprintf(page->out, "<li value=\"%lld\"%s><code>", number,
                number == here ? " class=\"here\"" : "");
        print_marked_line(page, text, number == here && has_mark ? offset : SIZE_MAX);
        fputs("</code></li>\n", page->out);
    }
    fputs("</ol>\n", page->out);
    if (field_is_set(snippet, "newer")) {
        fputs(
            "<p class=\"none\">The source is newer than the program: these lines may not be those "
            "that were compiled.</p>\n",
            page->out);
    }
}

void html_code(const struct html *page, const json_t *owner, const char *stack) {
    const json_t *frames = json_object_get(owner, stack);
    html_source(page, json_object_get(owner, "snippet"), frames);
    html_stack(page, frames);
}

void html_folded_stack(const struct html *page, const char *heading, const json_t *owner,
                       const char *stack) {
    const json_t *frames = json_object_get(owner, stack);
    if (json_array_size(frames) == 0) {
        return;
    }
    fprintf(page->out, "<details class=\"more\"><summary>%s ", heading);
    html_stack_place(page, frames);
    fputs("</summary>\n", page->out);
    html_code(page, owner, stack);
    fputs("</details>\n", page->out);
}

/* -- tasks -- */

void html_task_name(const struct html *page, const json_t *task) {
    const char *name = json_string_value(json_object_get(task, "name"));
    html_words(page, field_text(task, "label"));
    if (name != NULL) {
        fputs(" “", page->out);
        html_clipped(page->out, name, HTML_LONGEST_NAME);
        fputs("”", page->out);
    }
}

void html_behind(const struct html *page, const json_t *wait) {
    if (json_object_get(wait, "behind") != NULL) {
        fputs(", behind ", page->out);
        html_words(page, field_text(wait, "behind"));
        fputs(", who waits to write and is served first", page->out);
    }
}

void html_creation(const struct html *page, const json_t *task) {
    const json_t *created = json_object_get(task, "created");
    if (field_is(task, "kind", "main")) {
        return;
    }
    fputs(json_array_size(created) == 0 ? "<p class=\"more\">"
                                        : "<details class=\"more\"><summary>",
          page->out);
    html_task_name(page, task);
    fputs(" (", page->out);
    html_words(page, piece_state(task));
    fputs("), created", page->out);
    if (json_object_get(task, "age_ms") != NULL) {
        fputc(' ', page->out);
        print_duration(page->out, field_number(task, "age_ms"));
        fputs(" ago", page->out);
    }
    if (json_object_get(task, "parent") != NULL) {
        fputs(" by ", page->out);
        html_words(page, field_text(task, "parent"));
    }
    if (json_array_size(created) == 0) {
        fputs("</p>\n", page->out);
        return;
    }
    fputs(" at ", page->out);
    html_stack_place(page, created);
    fputs("</summary>\n", page->out);
    html_stack(page, created);
    fputs("</details>\n", page->out);
}

void html_value(const struct html *page, const json_t *later) {
    const char *value = json_string_value(json_object_get(later, "value"));
    if (value != NULL) {
        fputs("<p>The memory held <code>", page->out);
        html_clipped(page->out, value, HTML_LONGEST_NAME);
        fputs("</code> when the race was found.</p>\n", page->out);
    }
}

/* -- cards -- */

void html_card(const struct html *page, const char *part, size_t number, const char *tone) {
    fprintf(page->out, "<article class=\"card %s\" id=\"%s-%s-%zu\" tabindex=\"-1\">\n", tone,
            page->anchor, part, number);
}

void html_card_end(const struct html *page) {
    fputs("</article>\n", page->out);
}
