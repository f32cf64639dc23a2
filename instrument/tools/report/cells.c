/* cells.c - how many columns of a terminal does a text take? */
#include "instrument/tools/report/cells.h"

#include <locale.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

#include "instrument/tools/report/say.h"
#include "instrument/tools/report/utf8.h"

/* The C library's table is that of Unicode, which most terminals have, too, in this locale: the user's may be C. Where
 * it is not installed each character counts as one. */
static locale_t unicode(void) {
    static locale_t known;
    if (known == (locale_t)0) {
        known = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    }
    return known;
}

/* How many of the bytes take at most `most` columns, and in *cells how many they take. */
static size_t fitting(const char *text, size_t bytes, size_t most, size_t *cells) {
    locale_t before = uselocale(unicode());
    size_t at = 0, taken;
    for (*cells = 0; at < bytes; at += taken) {
        int width = wcwidth((wchar_t)utf8_character(text + at, bytes - at, &taken));
        size_t needed = *cells + (width < 0 ? 1 : (size_t)width);
        if (needed > most) {
            break;
        }
        *cells = needed;
    }
    uselocale(before);
    return at;
}

size_t cells_of(const char *text, size_t bytes) {
    size_t cells;
    fitting(text, bytes, SIZE_MAX, &cells);
    return cells;
}

size_t cells_bytes(const char *text, size_t most) {
    size_t cells;
    return fitting(text, strlen(text), most, &cells);
}

char *cells_without_tabs(const char *text, size_t from) {
    enum { STOP = 8 };
    char *plain = mem_new(strlen(text) * STOP + 1, 1), *to = plain;
    size_t at = from;
    while (*text != '\0') {
        size_t bytes = strcspn(text, "\t");
        at += cells_of(text, bytes);
        to = mempcpy(to, text, bytes);
        text += bytes;
        for (; *text == '\t'; text++) {
            size_t blanks = STOP - at % STOP;
            memset(to, ' ', blanks);
            to += blanks;
            at += blanks;
        }
    }
    return plain;
}
