/* utf8.c - is this UTF-8, and what stands where it is not? See utf8.h. */
#include "instrument/tools/report/utf8.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "instrument/tools/report/say.h"

/* [Unicode 15, table 3-7] */
const char *utf8_after(const char *at, const char *end) {
    const unsigned char *c = (const unsigned char *)at;
    size_t more = c[0] >= 0xc2 && c[0] <= 0xdf   ? 1
                  : c[0] >= 0xe0 && c[0] <= 0xef ? 2
                  : c[0] >= 0xf0 && c[0] <= 0xf4 ? 3
                                                 : 0;
    if (more == 0 || (size_t)(end - at) <= more) {
        return NULL;
    }
    bool odd = (c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xed && c[1] > 0x9f) ||
               (c[0] == 0xf0 && c[1] < 0x90) || (c[0] == 0xf4 && c[1] > 0x8f);
    for (size_t i = 1; i <= more; i++) {
        odd = odd || (c[i] & 0xc0) != 0x80;
    }
    return odd ? NULL : at + more + 1;
}

char *utf8_text(const char *text) {
    static const char replacement[] = UTF8_REPLACEMENT;
    const char *end = text + strlen(text);
    char *plain = mem_new((size_t)(end - text) * (sizeof replacement - 1) + 1, 1), *to = plain;
    while (text != end) {
        const char *next = (unsigned char)*text < 0x80 ? text + 1 : utf8_after(text, end);
        size_t n = next == NULL ? sizeof replacement - 1 : (size_t)(next - text);
        memcpy(to, next == NULL ? replacement : text, n);
        to += n;
        text = next == NULL ? text + 1 : next;
    }
    *to = '\0';
    return plain;
}

uint32_t utf8_character(const char *text, size_t bytes, size_t *taken) {
    const unsigned char *at = (const unsigned char *)text;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t wanted = at[0] < 0x80   ? 1
                    : at[0] < 0xc2 ? 0
                    : at[0] < 0xe0 ? 2
                    : at[0] < 0xf0 ? 3
                    : at[0] < 0xf5 ? 4
                                   : 0;
    *taken = 1;
    if (wanted == 0 || wanted > bytes) {
        return UTF8_REPLACED;
    }
    uint32_t value = wanted == 1 ? at[0] : at[0] & (0x7fu >> wanted);
    for (size_t i = 1; i < wanted; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            return UTF8_REPLACED;
        }
        value = value << 6 | (at[i] & 0x3f);
    }
    if (value < least[wanted] || (value >= 0xd800 && value < 0xe000) || value > 0x10ffff) {
        return UTF8_REPLACED;
    }
    *taken = wanted;
    return value;
}
