/* cells.c - how many columns of a terminal does a text take? */
#include "instrument/tools/report/cells.h"

#include <locale.h>
#include <stdbool.h>
#include <wchar.h>

#include "instrument/tools/report/utf8.h"

static bool is_ascii(const char *text, size_t bytes) {
    for (size_t i = 0; i < bytes; i++) {
        if ((unsigned char)text[i] >= 0x80) {
            return false;
        }
    }
    return true;
}

/* The C library's table is that of most terminals. It is asked in its own locale of Unicode, as the user's may be C;
 * where even that one is not installed each character counts as one. */
size_t cells_of(const char *text, size_t bytes) {
    if (is_ascii(text, bytes)) {
        return bytes;
    }
    locale_t unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    locale_t before = uselocale(unicode);
    size_t cells = 0, taken;
    for (size_t at = 0; at < bytes; at += taken) {
        int width = wcwidth((wchar_t)utf8_character(text + at, bytes - at, &taken));
        cells += width < 0 ? 1 : (size_t)width;
    }
    uselocale(before);
    if (unicode != (locale_t)0) {
        freelocale(unicode);
    }
    return cells;
}
