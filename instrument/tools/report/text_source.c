/* text_source.c - lines of source in a text report; see text_source.h. */
#include "instrument/tools/report/text_source.h"

#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/caret.h"
#include "instrument/tools/report/cells.h"
#include "instrument/tools/report/escape.h"
#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/pieces.h"
#include "instrument/tools/report/say.h"

enum { PLACES_AT_MOST = 4, LEAST_SHOWN = 40, BEHIND_CARET = 16 };
#define NEWER "newer" /* no place is called so */

/* One line on its way to the page. */
struct shown {
    char *text;   /* spelt out; beside another part without tabs, which would end elsewhere there */
    char *before; /* the part of it before its caret; NULL: it has none */
    size_t margin; /* columns in front of the text */
};

/* The first `bytes` of a line's text; a new string. */
static char *spelt(const struct page *page, const char *text, size_t bytes, size_t margin) {
    char *part = str_format("%.*s", (int)bytes, text), *plain = escape_text(part);
    free(part);
    if (page->room == 0) {
        return plain;
    }
    char *shown = cells_without_tabs(plain, margin);
    free(plain);
    return shown;
}

/* As wide as the text on every terminal: tabs stay tabs. */
static void print_blank(FILE *out, const char *text) {
    while (*text != '\0') {
        size_t bytes = strcspn(text, "\t");
        fprintf(out, "%*s", (int)cells_of(text, bytes), "");
        text += bytes;
        for (; *text == '\t'; text++) {
            fputc('\t', out);
        }
    }
}

static void print_caret(const struct page *page, const struct shown *line) {
    fprintf(page->out, "%*s| ", (int)line->margin - 2, "");
    print_blank(page->out, line->before);
    fputs(page->color ? "\033[1;32m^\033[0m\n" : "^\n", page->out);
}

/* Where there is not room for all of it the end is cut off: behind the caret, and not the most of it. */
static void print_text(const struct page *page, const struct shown *line) {
    size_t least = line->before == NULL ? 0 : cells_of(line->before, strlen(line->before));
    least = least + BEHIND_CARET > LEAST_SHOWN ? least + BEHIND_CARET : LEAST_SHOWN;
    size_t room = page->room > line->margin + least ? page->room - line->margin : least;
    size_t bytes = strlen(line->text);
    bool cut = page->room != 0 && cells_of(line->text, bytes) > room;
    bytes = cut ? cells_bytes(line->text, room - 1) : bytes;
    fprintf(page->out, "%.*s%s\n", (int)bytes, line->text, cut ? "…" : "");
}

/* caret: where in the text of the line that is meant; NULL: nowhere. */
static void print_line(const struct page *page, const json_t *json, bool here,
                       const size_t *caret) {
    const char *text = field_text(json, "text");
    int margin = fprintf(page->out, "   %s%5lld | ", here ? ">" : " ", field_number(json, "line"));
    struct shown line = {.margin = (size_t)margin};
    line.text = spelt(page, text, strlen(text), line.margin);
    line.before = caret == NULL ? NULL : spelt(page, text, *caret, line.margin);
    print_text(page, &line);
    if (line.before != NULL) {
        print_caret(page, &line);
    }
    free(line.text);
    free(line.before);
}

void source_print(const struct page *page, const json_t *owner, const json_t *stack) {
    const json_t *snippet = json_object_get(owner, SOURCE_MEMBER);
    size_t i, offset;
    json_t *line;
    bool has_caret = caret_at(snippet, stack, &offset);
    json_array_foreach(json_object_get(snippet, "lines"), i, line) {
        bool here = field_number(line, "line") == field_number(snippet, "line");
        print_line(page, line, here, here && has_caret ? &offset : NULL);
    }
}

void source_print_once(const struct page *page, json_t *seen, const json_t *owner,
                       const char *stack) {
    const json_t *snippet = json_object_get(owner, SOURCE_MEMBER);
    const json_t *frames = json_object_get(owner, stack);
    if (snippet == NULL || seen == NULL) {
        return;
    }
    char *place = piece_frame_place(piece_user_frame(frames));
    if (json_object_get(seen, place) == NULL && json_object_size(seen) < PLACES_AT_MOST) {
        json_object_set_new(seen, place, json_boolean(field_is_set(snippet, NEWER)));
        source_print(page, owner, frames);
    }
    free(place);
}

static void print_newer(FILE *out, const char *after) {
    fprintf(out,
            "(the source is newer than the program: these lines may not be those that were "
            "compiled)\n%s",
            after);
}

void source_print_newer(FILE *out, const json_t *a, const json_t *b, const char *after) {
    if (field_is_set(json_object_get(a, SOURCE_MEMBER), NEWER) ||
        field_is_set(json_object_get(b, SOURCE_MEMBER), NEWER)) {
        print_newer(out, after);
    }
}

void source_print_newer_seen(FILE *out, const json_t *seen) {
    const char *place;
    json_t *newer;
    json_object_foreach((json_t *)seen, place, newer) {
        if (json_is_true(newer)) {
            print_newer(out, "\n");
            return;
        }
    }
}
