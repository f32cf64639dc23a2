/* text_source.c - lines of source in a text report; see text_source.h. */
#include "instrument/tools/report/text_source.h"

#include <stdlib.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/pieces.h"

enum { PLACES_AT_MOST = 4 };
#define NEWER "newer" /* no place is called so */

void source_print(FILE *out, const json_t *snippet) {
    size_t i;
    json_t *line;
    json_array_foreach(json_object_get(snippet, "lines"), i, line) {
        bool here = field_number(line, "line") == field_number(snippet, "line");
        fprintf(out, "   %s%5lld | %s\n", here ? ">" : " ", field_number(line, "line"),
                field_text(line, "text"));
    }
}

void source_print_once(FILE *out, json_t *seen, const json_t *json, const char *stack) {
    const json_t *snippet = json_object_get(json, "snippet");
    if (snippet == NULL || seen == NULL) {
        return;
    }
    char *place = piece_frame_place(piece_user_frame(json_object_get(json, stack)));
    if (json_object_get(seen, place) == NULL && json_object_size(seen) < PLACES_AT_MOST) {
        json_object_set_new(seen, place, json_boolean(field_is_set(snippet, NEWER)));
        source_print(out, snippet);
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
    if (field_is_set(json_object_get(a, "snippet"), NEWER) ||
        field_is_set(json_object_get(b, "snippet"), NEWER)) {
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
