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

enum { PLACES_AT_MOST = 4 };
#define NEWER "newer" /* no place is called so */

/* "   >   20 | " and the text. */
static void print_line(FILE *out, const json_t *line, bool here) {
    char *text = escape_text(field_text(line, "text"));
    fprintf(out, "   %s%5lld | %s\n", here ? ">" : " ", field_number(line, "line"), text);
    free(text);
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

/* Below the line's character at that offset. */
static void print_caret(const struct page *page, const json_t *line, size_t offset) {
    char *before = str_format("%.*s", (int)offset, field_text(line, "text"));
    char *shown = escape_text(before);
    int digits = snprintf(NULL, 0, "    %5lld", field_number(line, "line"));
    fprintf(page->out, "%*s | ", digits, "");
    print_blank(page->out, shown);
    fputs(page->color ? "\033[1;32m^\033[0m\n" : "^\n", page->out);
    free(shown);
    free(before);
}

void source_print(const struct page *page, const json_t *owner, const json_t *stack) {
    const json_t *snippet = json_object_get(owner, SOURCE_MEMBER);
    size_t i, offset;
    json_t *line;
    bool has_caret = caret_at(snippet, stack, &offset);
    json_array_foreach(json_object_get(snippet, "lines"), i, line) {
        bool here = field_number(line, "line") == field_number(snippet, "line");
        print_line(page->out, line, here);
        if (here && has_caret) {
            print_caret(page, line, offset);
        }
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
