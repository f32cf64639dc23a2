/* escape.c - text of programs inside of what others interpret; see escape.h. */
#include "instrument/tools/report/escape.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "instrument/tools/report/say.h"
#include "instrument/tools/report/utf8.h"

static bool is_control(char c) {
    return ((unsigned char)c < ' ' && c != '\n' && c != '\t') || c == '\x7f';
}

/* U+FFFE and U+FFFF, as UTF-8: no characters, says XML. */
static bool is_noncharacter(const char *text) {
    return strncmp(text, "\xef\xbf\xbe", 3) == 0 || strncmp(text, "\xef\xbf\xbf", 3) == 0;
}

static void escape_xml(FILE *out, const char *text, const char *special) {
    for (; *text != '\0'; text++) {
        if (strchr(special, *text) != NULL) {
            fprintf(out, "&#%d;", *text);
        } else if (is_control(*text)) {
            fputs("\xef\xbf\xbd", out);
        } else if (is_noncharacter(text)) {
            fputs("\xef\xbf\xbd", out);
            text += 2;
        } else {
            fputc(*text, out);
        }
    }
}

void escape_attribute(FILE *out, const char *text) {
    escape_xml(out, text, "&<>\"'\n\t\r");
}

void escape_content(FILE *out, const char *text) {
    escape_xml(out, text, "&<>\r");
}

void escape_markdown(FILE *out, const char *text) {
    for (; *text != '\0'; text++) {
        if (*text == '\n' || *text == '\t' || is_control(*text)) {
            fputc(' ', out);
        } else if (ispunct((unsigned char)*text) && strchr(".,;/()-+= %", *text) == NULL) {
            fprintf(out, "&#%d;", *text);
        } else {
            fputc(*text, out);
        }
    }
}

/* also: further characters that mean something here. */
static void escape_percent(FILE *out, const char *text, const char *also) {
    for (; *text != '\0'; text++) {
        if (strchr("%\r\n", *text) != NULL || strchr(also, *text) != NULL) {
            fprintf(out, "%%%02X", (unsigned)*text);
        } else {
            fputc(*text, out);
        }
    }
}

void escape_command(FILE *out, const char *text) {
    escape_percent(out, text, "");
}

void escape_property(FILE *out, const char *text) {
    escape_percent(out, text, ":,");
}

/* The character beyond ASCII that begins there, if a terminal acts on it, else 0; *bytes: how many it has. U+0080 to
 * U+009F, as some take U+009B for the beginning of a sequence, and what has text run the other way, so that a line
 * reads otherwise than it is [TrojanSource]. */
static uint32_t high_control(const char *text, size_t *bytes) {
    unsigned char first = (unsigned char)text[0];
    if (first != 0xc2 && first != 0xe2) {
        return 0;
    }
    uint32_t c = utf8_character(text, strnlen(text, 3), bytes);
    bool is_one =
        (c >= 0x80 && c < 0xa0) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    return is_one ? c : 0;
}

static bool has_controls(const char *text) {
    size_t bytes;
    for (; *text != '\0'; text++) {
        if (is_control(*text) || *text == '\n' || high_control(text, &bytes) != 0) {
            return true;
        }
    }
    return false;
}

char *escape_text(const char *text) {
    char *plain = mem_new(4 * strlen(text) + 1, 1), *to = plain;
    for (size_t bytes = 1; *text != '\0'; text += bytes, bytes = 1) {
        uint32_t high = high_control(text, &bytes);
        if (*text == '\n') {
            to += sprintf(to, "\\n");
        } else if (is_control(*text)) {
            to += sprintf(to, "\\x%02x", (unsigned)*text);
        } else if (high != 0) {
            to += sprintf(to, "\\u%04x", high);
        } else {
            bytes = 1; /* of a character that stays */
            *to++ = *text;
        }
    }
    return plain;
}

static json_t *spelt_out(const char *text) {
    char *plain = escape_text(text);
    json_t *json = json_string(plain);
    free(plain);
    return json;
}

/* Does any text in it have any? */
static bool has_any(const json_t *json) {
    size_t i;
    const char *key;
    json_t *part;
    json_object_foreach((json_t *)json, key, part) {
        if (has_any(part)) {
            return true;
        }
    }
    json_array_foreach(json, i, part) {
        if (has_any(part)) {
            return true;
        }
    }
    return json_is_string(json) && has_controls(json_string_value(json));
}

static json_t *copy_without_controls(const json_t *json, const char *but) {
    const char *key, *text = json_string_value(json);
    size_t i;
    json_t *part, *copy;
    if (json_is_object(json)) {
        copy = json_object();
        json_object_foreach((json_t *)json, key, part) {
            bool stays = strcmp(key, but) == 0;
            json_object_set_new(copy, key,
                                stays ? json_incref(part) : copy_without_controls(part, but));
        }
        return copy;
    }
    if (json_is_array(json)) {
        copy = json_array();
        json_array_foreach(json, i, part) {
            json_array_append_new(copy, copy_without_controls(part, but));
        }
        return copy;
    }
    return text != NULL && has_controls(text) ? spelt_out(text) : json_incref((json_t *)json);
}

/* Hardly any finding has some: the others are not copied. */
json_t *escape_controls(const json_t *json, const char *but) {
    return has_any(json) ? copy_without_controls(json, but) : json_incref((json_t *)json);
}

char *escape_uri(const char *path) {
    char *uri = mem_new(3 * strlen(path) + 1, 1), *to = uri;
    for (; *path != '\0'; path++) {
        unsigned char c = (unsigned char)*path;
        if (c < 0x80 && (isalnum(c) || strchr("-._~/+", c) != NULL)) {
            *to++ = (char)c;
        } else {
            to += sprintf(to, "%%%02X", c);
        }
    }
    return uri;
}
