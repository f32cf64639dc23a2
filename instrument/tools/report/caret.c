/* caret.c - a column of the debug information in a line of the model; see caret.h.
 *
 * Compilers count bytes of the source, and the model's text has other ones where that is no UTF-8. The model therefore
 * has the column in UTF-16 code units, too, counted where the line was at hand (frames.c).
 */
#include "instrument/tools/report/caret.h"

#include <string.h>

#include "instrument/tools/report/fields.h"
#include "instrument/tools/report/pieces.h"
#include "instrument/tools/report/utf8.h"

/* The text of the line that is meant; NULL: it has none. */
static const char *meant_line(const json_t *snippet) {
    size_t i;
    json_t *line;
    json_array_foreach(json_object_get(snippet, "lines"), i, line) {
        if (field_number(line, "line") == field_number(snippet, "line")) {
            return json_string_value(json_object_get(line, "text"));
        }
    }
    return NULL;
}

/* Bytes in front of a column of UTF-16 code units, or of the end. */
static size_t bytes_before(const char *text, json_int_t column) {
    size_t bytes = strlen(text), at = 0, taken;
    for (json_int_t units = 1; units < column && at < bytes; at += taken) {
        units += utf8_character(text + at, bytes - at, &taken) >= 0x10000 ? 2 : 1;
    }
    return at;
}

bool caret_at(const json_t *snippet, const json_t *stack, size_t *offset) {
    const json_t *frame = piece_user_frame(stack);
    const char *text = meant_line(snippet);
    json_int_t column = field_number(frame, "utf16_column");
    if (text == NULL || column <= 0 || field_is_set(snippet, "newer") ||
        field_number(frame, "line") != field_number(snippet, "line")) {
        return false;
    }
    *offset = bytes_before(text, column);
    return strchr(" \t", text[*offset]) == NULL; /* nor the end, which strchr finds, too */
}
