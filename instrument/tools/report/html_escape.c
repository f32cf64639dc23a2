/* html_escape.c - text that stays text. */
#include "instrument/tools/report/html_escape.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "instrument/tools/report/utf8.h"

/* -- characters -- */

/* What a reader would not see, or what would let him see something else than is there. */
static bool is_unseen(uint32_t c) {
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x00, 0x08},       {0x0b, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},
        {0x061c, 0x061c},   {0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e},
        {0x2060, 0x206f},   {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe0fff},
        {0x1d173, 0x1d17a},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (c >= ranges[i].first && c <= ranges[i].last) {
            return true;
        }
    }
    return (c & 0xfffe) == 0xfffe; /* no characters: U+FFFE, U+1FFFF … */
}

static void put_character(FILE *out, uint32_t c, const char *bytes, size_t n) {
    static const char *const entities[] = {
        ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;",
    };
    if (c < sizeof entities / sizeof entities[0] && entities[c] != NULL) {
        fputs(entities[c], out);
    } else if (is_unseen(c)) {
        fprintf(out, "[U+%04" PRIX32 "]", c);
    } else if (c == UTF8_REPLACED) {
        fputs("\xef\xbf\xbd", out);
    } else {
        fwrite(bytes, 1, n, out);
    }
}

/* -- texts -- */

void html_bytes(FILE *out, const char *text, size_t bytes) {
    size_t taken;
    for (size_t at = 0; at < bytes; at += taken) {
        uint32_t c = utf8_character(text + at, bytes - at, &taken);
        put_character(out, c, text + at, taken);
    }
}

void html_text(FILE *out, const char *text) {
    html_bytes(out, text, strlen(text));
}

/* In letters. */
static size_t width_of(uint32_t c) {
    return is_unseen(c) ? strlen("[U+0000]") : c >= 0x1100 ? 2 : 1;
}

size_t html_bytes_of(const char *text, size_t most) {
    size_t bytes = strlen(text), at = 0, width = 0, taken;
    while (at < bytes) {
        width += width_of(utf8_character(text + at, bytes - at, &taken));
        if (width > most) {
            break;
        }
        at += taken;
    }
    return at;
}

/* So many bytes are shown; *cut: there are more, for which the last character makes room. */
static size_t shown_bytes(const char *text, size_t most, bool *cut) {
    size_t shown = html_bytes_of(text, most);
    *cut = text[shown] != '\0';
    return *cut ? html_bytes_of(text, most - 1) : shown;
}

void html_clipped(FILE *out, const char *text, size_t most) {
    bool cut;
    html_bytes(out, text, shown_bytes(text, most, &cut));
    fputs(cut ? "…" : "", out);
}

void html_clipped_front(FILE *out, const char *text, size_t most) {
    size_t width = 0, at = strlen(text), taken;
    while (at != 0) {
        size_t before = at - 1;
        while (before != 0 && ((unsigned char)text[before] & 0xc0) == 0x80) {
            before--;
        }
        width += width_of(utf8_character(text + before, at - before, &taken));
        if (width > most - (before != 0)) { /* the "…" takes one */
            fputs("…", out);
            break;
        }
        at = before;
    }
    html_text(out, text + at);
}

void html_marked(FILE *out, const char *text, size_t most, const char *tag) {
    bool cut;
    const char *end = text + shown_bytes(text, most, &cut);
    while (text < end) {
        const char *open = memchr(text, '`', (size_t)(end - text));
        const char *close = open == NULL ? NULL : memchr(open + 1, '`', (size_t)(end - open - 1));
        if (close == NULL) {
            html_bytes(out, text, (size_t)(end - text));
            break;
        }
        html_bytes(out, text, (size_t)(open - text));
        fprintf(out, "<%s>", tag);
        html_bytes(out, open + 1, (size_t)(close - open - 1));
        fprintf(out, "</%.*s>", (int)strcspn(tag, " "), tag);
        text = close + 1;
    }
    fputs(cut ? "…" : "", out);
}
