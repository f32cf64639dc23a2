/* text_columns.c - two parts of a report side by side; see text_columns.h.
 *
 * Each is printed as narrow as it gets first, which tells whether both fit; then the left one with half of the terminal,
 * or with what the right one leaves or it wants, and the right one with the rest. Texts are the program's: their control characters are spelt out before they come here, so
 * what begins with an escape is our colour.
 */
#include "instrument/tools/report/text_columns.h"

#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/cells.h"

enum { GAP = 4, NARROWEST = 1 };

/* Of a line without its end; colour takes no room. */
static size_t line_cells(const char *line, size_t bytes) {
    const char *end = line + bytes, *escape;
    size_t cells = 0;
    while ((escape = memchr(line, '\033', (size_t)(end - line))) != NULL) {
        const char *done = memchr(escape, 'm', (size_t)(end - escape));
        cells += cells_of(line, (size_t)(escape - line));
        line = done == NULL ? end : done + 1;
    }
    return cells + cells_of(line, (size_t)(end - line));
}

static size_t widest_line(const char *text) {
    size_t widest = 0;
    while (*text != '\0') {
        size_t bytes = strcspn(text, "\n"), cells = line_cells(text, bytes);
        widest = cells > widest ? cells : widest;
        text += bytes + (text[bytes] == '\n');
    }
    return widest;
}

/* How wide a part is at least; one with a tab, which ends elsewhere in another column, is too wide. */
static size_t least_width(const struct page *page, page_printer *print, const void *what) {
    char *text = page_part(page, print, what, NARROWEST);
    size_t width = strchr(text, '\t') != NULL ? page->columns : widest_line(text);
    free(text);
    return width;
}

/* Prints the line that begins there, and returns how wide it is; *text is what follows it. */
static size_t print_line(FILE *out, const char **text) {
    size_t bytes = strcspn(*text, "\n"), cells = line_cells(*text, bytes);
    fwrite(*text, 1, bytes, out);
    *text += bytes + ((*text)[bytes] == '\n');
    return cells;
}

static void print_beside(FILE *out, const char *left, size_t width, const char *right) {
    while (*left != '\0' || *right != '\0') {
        size_t cells = print_line(out, &left);
        if (*right != '\0' && *right != '\n') {
            fprintf(out, "%*s", (int)(width - cells + GAP), "");
        }
        print_line(out, &right);
        fputc('\n', out);
    }
}

bool columns_print(const struct page *page, page_printer *print, const void *left,
                   const void *right) {
    if (page->columns == 0) {
        return false;
    }
    size_t left_least = least_width(page, print, left);
    size_t right_least = least_width(page, print, right);
    if (left_least + GAP + right_least > page->columns) {
        return false;
    }
    size_t room = (page->columns - GAP) / 2, most = page->columns - GAP - right_least;
    room = room > most ? most : room < left_least ? left_least : room;
    char *one = page_part(page, print, left, room);
    size_t width = widest_line(one);
    char *other = page_part(page, print, right, page->columns - GAP - width);
    print_beside(page->out, one, width, other);
    free(one);
    free(other);
    return true;
}
